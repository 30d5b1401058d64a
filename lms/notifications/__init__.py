"""Telling people: notices in the application and mails, by each person's choices, never twice for one event.

A notice is a row for one person: kind, words, a link, read or not. Mails go through the outbox and are written in the
same transaction as what they tell. Nobody calls this domain: it subscribes to what the domains below announce. No
notice and no mail says a mark.
"""
