"""Looks at the schedule studio and at the story of a schedule."""

from __future__ import annotations

from tests.browser.look import C15, C16, DOWNLOAD, Look, looks

STUDIO = f"{C15}/studio/{{draft}}"
LOOKS: dict[str, tuple[Look, ...]] = {
    "scheduling.drafts": looks("coordinator", f"{C15}/studio", f"{C16}/studio"),
    "scheduling.studio": looks(
        "coordinator",
        STUDIO,
        f"{STUDIO}?item={{lecture}}&dates=1",
        f"{STUDIO}?item={{lecture}}&join=1",
        f"{STUDIO}?view=list",
        f"{STUDIO}?view=year",
        f"{C16}/studio/{{draft}}",
        f"{C15}/studio/{{published_draft}}",
    ),
    "scheduling.publish_draft": looks("coordinator", f"{STUDIO}/publish"),
    "scheduling.draft_people": looks("coordinator", f"{STUDIO}/people"),
    "scheduling.release": (
        *looks("coordinator", f"{C15}/releases/1", f"{C15}/releases/2", f"{C15}/releases/5"),
        *looks("faculty", f"{C15}/releases/3"),
    ),
    "scheduling.compare": looks("coordinator", f"{C15}/releases/compare?from=1&to=6"),
    "scheduling.undo_set": looks("coordinator", f"{C15}/sets/{{release_set}}/undo"),
}
NO_PAGE = {"scheduling.draft_people_csv": DOWNLOAD}
WORDS = {
    "draft": "select public_id from schedule_draft where state = 'open' order by id desc limit 1",
    "published_draft": "select public_id from schedule_draft where state = 'published' order by id limit 1",
    "release_set": "select public_id from release_set order by id desc limit 1",
    "lecture": "select e.item_key from schedule_draft_edit e join schedule_draft d on d.id = e.draft_id"
    " where d.state = 'open' and e.item_key <> '' order by e.id desc limit 1",
}
