"""Telling people: notices in the application and mails, by each person's choices, never twice for one event."""
