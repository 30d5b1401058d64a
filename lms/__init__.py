"""Cadre: a learning-programme management system for leadership courses."""
