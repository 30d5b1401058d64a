"""What the audit log is told of posts and announcements."""

from __future__ import annotations

from lms.community.models import Announcement, Post
from lms.core import audit
from lms.people.rules import Actor

Facts = dict[str, object] | None


def tell(
    about: Announcement | Post,
    cohort_id: int,
    action: str,
    actor: Actor,
    *,
    before: Facts = None,
    after: Facts = None,
    reason: str = "",
) -> None:
    """Record an act on a post or an announcement of a cohort."""
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject=about.__tablename__,
            subject_id=about.id,
            cohort_id=cohort_id,
            before=before,
            after=after,
            reason=reason,
        )
    )
