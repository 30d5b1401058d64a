"""A discussion's page: the cohort, the activity, what was asked, when one may write."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from lms.cohorts.queries import CohortView
from lms.community.models import ThreadSubject
from lms.community.queries.talk import About
from lms.community.rules import Participation, Window
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.curriculum.queries import ActivityLine, ModuleLine
from lms.people.rules import Actor
from lms.scheduling import queries as scheduling
from lms.scheduling.queries import Whose


@dataclass(frozen=True, slots=True)
class Discussion:
    """Somebody at a discussion. `whose` is empty for staff, who see everybody's dates."""

    cohort: CohortView
    line: ActivityLine
    whose: Whose | None

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def about(self) -> About:
        """What its conversation is about."""
        return About(self.cohort.id, ThreadSubject.DISCUSSION, self.line.id)

    @property
    def module(self) -> ModuleLine:
        """The module it belongs to."""
        return curriculum.outline(self.cohort.version_id).modules[self.line.module_id]


def discussion_visible_to(actor: Actor, slug: str, key: str) -> Discussion:
    """A discussion of a cohort the actor belongs to. Two statements."""
    viewer = scheduling.viewer_visible_to(actor, slug)
    line = curriculum.outline(viewer.cohort.version_id).by_key.get(key)
    if line is None or line.kind is not ActivityKind.DISCUSSION:
        raise NotFound
    return Discussion(viewer.cohort, line, viewer.whose)


@dataclass(frozen=True, slots=True)
class Brief:
    """What was asked, as its author wrote it."""

    prompt_html: str
    good_reply_html: str


@lru_cache(maxsize=256)
def brief(activity_id: int) -> Brief:
    """What a discussion asks: read once per process, since a version never changes."""
    html = curriculum.activity(activity_id).html
    return Brief(html.get("prompt", ""), html.get("good_reply", ""))


def window(discussion: Discussion) -> Window | None:
    """When one may write, with the learner's own dates. At most two statements."""
    key = discussion.line.key
    items = scheduling.items_of_activity(discussion.cohort.id, discussion.line.id, discussion.whose)
    whole, first = items.get(key), items.get(f"{key}.first-post")
    if whole is None:
        return None
    return Window(
        opens_at=whole.starts_at,
        first_post_by=first.ends_at if first else whole.ends_at,
        closes_at=whole.ends_at,
        cancelled=whole.cancelled,
    )


def participation_policy(version_id: int) -> Participation:
    """How threads are counted in this programme."""
    policy = curriculum.outline(version_id).policies.participation
    return Participation(
        Fraction(str(policy.first_post)),
        Fraction(str(policy.reply)),
        policy.max_replies,
        policy.reply_min_words,
        Fraction(str(policy.threads)),
    )
