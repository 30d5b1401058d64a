"""Looks at forums."""

from __future__ import annotations

from tests.browser.look import C14, C15, C16, DOWNLOAD, Look, looks

LOOKS: dict[str, tuple[Look, ...]] = {
    "community.forums": (
        *looks("learner", f"{C14}/forums"),
        *looks("newcomer", f"{C16}/forums"),
        *looks("faculty", f"{C14}/forums"),
    ),
    "community.forum": (
        *looks(
            "learner", f"{C14}/forums/common-room", f"{C14}/forums/a1-strategy-and-vision?show=unanswered"
        ),
        *looks("newcomer", f"{C16}/forums/common-room"),
        *looks("faculty", f"{C14}/forums/common-room?show=hidden"),
    ),
    "community.forum_threads": (
        *looks("learner", f"{C14}/forums/threads", f"{C14}/forums/threads?show=new"),
        *looks("midway", f"{C15}/forums/threads?show=followed"),
    ),
    "community.begin_thread": (
        *looks("learner", f"{C14}/forums/common-room/new"),
        *looks("faculty", f"{C14}/forums/a1-strategy-and-vision/new"),
    ),
    "community.search_forums": (
        *looks("learner", f"{C14}/forums/search", f"{C14}/forums/search?q=price&order=best"),
        *looks("faculty", f"{C14}/forums/search?q=nothinglikethis"),
    ),
    "community.forum_reports": looks("faculty", f"{C14}/forums/reports"),
    "community.forum_settings": looks("coordinator", f"{C14}/forums/settings"),
    "community.forum_thread": (
        *looks("learner", f"{C14}/threads/{{answered_thread}}", f"{C14}/threads/{{locked_thread}}"),
        *looks("faculty", f"{C14}/threads/{{answered_thread}}?quote={{answered_post}}"),
    ),
    "community.care_for_thread": looks("faculty", f"{C14}/threads/{{answered_thread}}/care"),
    "community.post_history": looks(
        "learner", f"{C14}/threads/{{answered_thread}}/posts/{{answered_post}}/history"
    ),
    "community.report_post": looks(
        "faculty", f"{C14}/threads/{{answered_thread}}/posts/{{answered_post}}/report"
    ),
}
NO_PAGE = {
    "community.post_file": DOWNLOAD,
    "community.people_to_name": "asked by a script, answers with data",
}
_OF_14 = "from forum_thread join cohort on cohort.id = forum_thread.cohort_id where cohort.slug = 'cohort-14'"
_STANDS = "and forum_thread.hidden_at is null and forum_thread.merged_into_id is null"
WORDS = {
    "answered_thread": f"select forum_thread.public_id {_OF_14} {_STANDS} and answer_id is not null"
    " order by forum_thread.id",
    "answered_post": "select post.public_id from post join forum_thread on forum_thread.first_post_id = post.id"
    f" where forum_thread.id = (select forum_thread.id {_OF_14} {_STANDS} and answer_id is not null"
    " order by forum_thread.id limit 1)",
    "locked_thread": f"select forum_thread.public_id {_OF_14} {_STANDS} and locked_at is not null",
}
