"""The dates of a few items for many people or teams at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.scheduling.models import Override, OverrideScope, ScheduledItem
from lms.scheduling.queries.items import _ITEM, _RANK, ItemLine, OwnDate, Whose, _applied


def effective_items_of(
    cohort_id: int, keys: Collection[str], whose: Mapping[int, Whose]
) -> dict[int, dict[str, ItemLine]]:
    """What `effective_item` says of some items for each of many: id → key → item. One statement."""
    scopes = [
        (OverrideScope.PERSON, {each.person_id for each in whose.values()}),
        (OverrideScope.TEAM, {team for each in whose.values() for team in each.team_ids}),
        (
            OverrideScope.SECTION,
            {each.section_id for each in whose.values() if each.section_id is not None},
        ),
    ]
    wanted = [sa.and_(Override.scope == scope, Override.scope_id.in_(ids)) for scope, ids in scopes]
    rows = db.session.execute(
        sa.select(
            *_ITEM,
            Override.id.label("override_id"),
            Override.scope,
            Override.scope_id,
            Override.starts_at.label("own_starts_at"),
            Override.ends_at.label("own_ends_at"),
            Override.cancelled,
        )
        .outerjoin(
            Override,
            sa.and_(Override.item_id == ScheduledItem.id, Override.revoked_at.is_(None), sa.or_(*wanted)),
        )
        .where(
            ScheduledItem.cohort_id == cohort_id,
            ScheduledItem.key.in_(keys),
            ScheduledItem.staff_only.is_(False),
        )
        .order_by(ScheduledItem.starts_at, ScheduledItem.id, Override.id)
    ).all()
    by_key: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_key[row.key].append(row)
    return {
        number: {key: _for_one(found, each) for key, found in by_key.items()}
        for number, each in whose.items()
    }


def _for_one(rows: list[Any], whose: Whose) -> ItemLine:
    values = rows[0]._asdict()
    line = ItemLine(**{name: values[name] for name in ItemLine.__dataclass_fields__ if name in values})
    mine: dict[Any, set[int | None]] = {
        OverrideScope.PERSON: {whose.person_id},
        OverrideScope.TEAM: set(whose.team_ids),
        OverrideScope.SECTION: {whose.section_id} - {None},
    }
    own = [row for row in rows if row.override_id is not None and row.scope_id in mine.get(row.scope, ())]
    known: OwnDate | None = None
    for row in sorted(own, key=lambda row: (_RANK[row.scope], row.override_id)):
        before = known or OwnDate()
        known = OwnDate(
            starts_at=row.own_starts_at or before.starts_at,
            ends_at=row.own_ends_at or before.ends_at,
            cancelled=row.cancelled or before.cancelled,
            at_least=row.scope is not OverrideScope.SECTION,
        )
    return _applied(line, known) if known else line
