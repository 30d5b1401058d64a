"""What people are told when something happens in the domains below; each in the transaction in which it happens."""

from lms.notifications.subscribers import (
    cancelled,
    capstone,
    cohorts,
    community,
    forums,
    habits,
    hosting,
    marks,
    places,
    quizzes,
    requests,
    schedule,
    seats,
    sessions,
    teams,
    work,
)

__all__ = [
    "cancelled",
    "capstone",
    "cohorts",
    "community",
    "forums",
    "habits",
    "hosting",
    "marks",
    "places",
    "quizzes",
    "requests",
    "schedule",
    "seats",
    "sessions",
    "teams",
    "work",
]
