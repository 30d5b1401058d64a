"""Telling people: notices in the application and what reaches them besides, by each person's choices, never twice.

A notice is a row for one person: kind, words, a link, read or not. A *telling* is the event that many are told of; a
*delivery* says how far it got on one channel: mail, digest, devices (web push), text messages through a gateway. All of
it is written in the transaction in which the event happens, and leaves through the outbox. Nobody below calls this
domain: it subscribes to what the domains below announce. No notice and no mail says a mark.
"""
