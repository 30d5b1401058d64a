"""The brief of a masterclass for its speaker: what the evening is for and who will be there, nobody named."""

from __future__ import annotations

import datetime as dt

from lms.core import mail, pdf
from lms.curriculum import queries as curriculum
from lms.live import queries
from lms.live.queries import Profile, SessionView
from lms.web import filters


def brief_of(session: SessionView, zone: str, now: dt.datetime) -> bytes:
    """The brief as a PDF, with times in the speaker's zone."""
    authored = curriculum.authored(session.activity_id)
    spec = authored.spec
    profile = queries.profile_of(session.cohort_id)
    found = queries.questions(session.id, None)
    wanted = found.shortlist or found.waiting[:10]
    home = session.cohort.zone
    there = filters.when_range(session.starts_at, session.ends_at, home, now)
    return pdf.typeset(
        "brief",
        {
            "title": session.line.title,
            "institution": mail.frame("").institution,
            "cohort": session.cohort.name,
            "when": filters.when_range(session.starts_at, session.ends_at, zone, now),
            "when_there": "" if home == zone else f"{there} for the cohort",
            "question": spec["question"],
            "profile_wanted": " ".join(spec.get("speaker_profile", "").split()),
            "people": _people(profile),
            "functions": [[name.capitalize(), str(count)] for name, count in profile.functions],
            "zones": [[name.capitalize(), str(count)] for name, count in profile.zones],
            "learned": _learned(session, now),
            "agenda": [f"{part['minutes']} min: {part['what']}" for part in spec.get("agenda", [])],
            "prepare": " ".join(spec.get("prepare", "").replace("*", "").split()),
            "questions": [one.text for one in wanted],
            "starters": list(spec.get("starter_questions", ())),
            "host": session.host or "Your host will be named to you.",
        },
    )


def _people(profile: Profile) -> str:
    employers = filters.plural(profile.employers, "employer")
    most = f" The most from one employer are {profile.largest}." if profile.largest else ""
    return f"{filters.plural(profile.learners, 'learner')} of {employers}.{most}"


def _learned(session: SessionView, now: dt.datetime) -> list[str]:
    """The modules that had a session already, in order."""
    modules = curriculum.outline(session.cohort.version_id).modules
    begun = [one for one in queries.sessions(session.cohort, until=now) if not one.cancelled]
    return [modules[number].title for number in dict.fromkeys(one.line.module_id for one in begun)]
