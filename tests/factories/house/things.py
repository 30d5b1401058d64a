"""What staff of the house brought and wrote, what is Lea's own, and what the other cohort has of the same."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zlib
from fractions import Fraction
from typing import TYPE_CHECKING

from lms.cohorts.queries import CohortView
from lms.community import actions as talk
from lms.community import queries as community_queries
from lms.community.rules import Audience, AudienceKind
from lms.core import clock, files
from lms.core.files import Limits
from lms.core.sheets import to_csv
from lms.core.uow import unit_of_work
from lms.gradebook import actions as gradebook
from lms.gradebook import queries as gradebook_queries
from lms.gradebook.queries.sheets import marks_purpose
from lms.gradebook.rules.sheets import stamps
from lms.people import actions as people
from lms.people import queries as people_queries
from lms.people.rules import Actor, Days
from lms.progress import actions as progress
from lms.progress.models import CaseKind
from lms.scheduling.rules import Act
from tests.factories import assessment, community, coursework, notifications, scheduling, world
from tests.factories import enrolment as lists
from tests.factories.house.finding import announcement_of, place_of, team_of
from tests.support.pages import Visitor

if TYPE_CHECKING:
    from tests.factories.house import Builder

PDF = b"%PDF-1.4 a proof"
RESULTS = b"email,activity,score,out of,note\nlea@example.org,b-1,34,40,Done at the partner school\n"
PEOPLE = "name,email\nNew Learner,new@example.org\n"


def staff_things(at: Builder) -> None:
    """A list, results from elsewhere, a promise, announcements, a post, a change of dates, an invitation."""
    own, by = at.own, world.actor(at.persons["coordinator, own"])
    place = place_of(own, at.lea)
    tried = lists.tried(own, PEOPLE)
    said = notifications.announced(own, at.persons["coordinator, own"])
    _draft_of_an_announcement(at)
    _announcement_that_waits(at)
    desk = Visitor(at.app).signed_in(at.persons["coordinator, own"])
    page = desk.get(f"/cohorts/{own.slug}/external-results/import")
    preview = desk.submit(page, "form.form", file=(RESULTS, "results.csv"))
    brought = preview.url.rpartition("/")[2]
    with unit_of_work() as work:
        limits = Limits(types=("pdf",), megabytes=1)
        evidence = files.keep(
            io.BytesIO(PDF),
            "proof.pdf",
            limits=limits,
            owner_id=by.person_id,
            purpose="evidence",
            now=work.now,
        )
        external = gradebook.record_external(
            gradebook.External(
                place_id=place,
                cohort_id=own.id,
                activity_id=assessment.activity_id("a-1"),
                score=Fraction(34),
                out_of=Fraction(40),
                note="Done at the partner school.",
                evidence_id=evidence.id,
            ),
            actor=by,
            now=work.now,
        )
        promise = progress.add_case_entry(
            place,
            progress.CaseWords(
                kind=CaseKind.PROMISE, text="Call on Friday.", readers="staff", due_on=work.now.date()
            ),
            actor=by,
            now=work.now,
        )
        at.values |= marks_brought(own, by, work.now) | {
            "gradebook:file": brought,
            "gradebook.evidence:public_id": external.public_id,
            "entry": promise.public_id,
            "announcement": announcement_of(said),
        }
    for endpoint in ("list_report", "list_errors", "list_apply", "list_undo"):
        at.values[f"enrolment.{endpoint}:public_id"] = tried.line.public_id
    _post(at)
    scheduling.publish(own, "s25", Act.CANCEL)
    _invitation(at)


def marks_brought(own: CohortView, by: Actor, now: dt.datetime) -> dict[str, str]:
    """A sheet of marks that was brought and previewed, and one that was carried out."""
    ground = gradebook_queries.marks_ground(own, by)
    zeros = stamps([0] * len(ground.things))
    ids = [line.public_id for line in ground.learners]
    rows = [[ids[0], "70", zeros]]
    body = to_csv(["id", "c-1", "versions"], rows).encode()
    kept = files.keep(
        io.BytesIO(body),
        "marks.csv",
        limits=Limits(types=("csv",), megabytes=1),
        owner_id=by.person_id,
        purpose=marks_purpose(own.id),
        now=now,
    )
    done = gradebook.apply_marks(own.id, kept.id, reason="From paper.", meant=True, actor=by, now=now)
    other = files.keep(
        io.BytesIO(body.replace(b"c-1", b"c-2")),
        "more.csv",
        limits=Limits(types=("csv",), megabytes=1),
        owner_id=by.person_id,
        purpose=marks_purpose(own.id),
        now=now,
    )
    return {
        "gradebook.preview_marks:file": other.public_id,
        "gradebook.apply_marks:file": other.public_id,
        "gradebook.undo_marks:public_id": done.public_id,
    }


def _draft_of_an_announcement(at: Builder) -> None:
    with unit_of_work() as work:
        drafting = talk.Drafting(
            title="Rooms", text="Upstairs.", audience=Audience(AudienceKind.EVERYONE), by_mail=True
        )
        by = world.actor(at.persons["coordinator, own"])
        draft = talk.announce(at.own.id, drafting, actor=by, now=work.now)
        for act in ("edit", "schedule", "send", "discard"):
            at.values[f"community.{act}_announcement:announcement"] = draft.public_id


def _announcement_that_waits(at: Builder) -> None:
    by = world.actor(at.persons["coordinator, own"])
    with unit_of_work() as work:
        drafting = talk.Drafting(
            title="Dinner", text="At eight.", audience=Audience(AudienceKind.EVERYONE), by_mail=True
        )
        waits = talk.announce(at.own.id, drafting, actor=by, now=work.now)
        heard = len(community_queries.listeners_of(at.own.id, drafting.audience, by.person_id))
        tomorrow = work.now + dt.timedelta(days=1)
        talk.schedule(waits.id, expected=heard, actor=by, now=work.now, at=tomorrow)
        at.values["community.recall_announcement:announcement"] = waits.public_id


def _post(at: Builder) -> None:
    with unit_of_work() as work:
        here = community.discussion(at.own, at.lea, "th5")
        writing = talk.Writing(text=community.LONG)
        at.values["post"] = talk.say(here, writing, actor=world.actor(at.lea), now=work.now).public_id


def _invitation(at: Builder) -> None:
    invited = world.person("Ines Invited", account=False)
    with unit_of_work() as work:
        people.invite(invited.id, actor=world.director(), now=work.now)
        at.values["token"] = people.token_of(invited.id, work.now)


def own_things(at: Builder) -> None:
    """A picture, days on which Lea cannot, a sign-in, a notice."""
    actor = world.actor(at.lea)
    ahead = clock.now().date() + dt.timedelta(days=30)
    with unit_of_work() as work:
        busy = people.add_busy_date(Days(ahead, ahead), "Audit week", actor=actor, now=work.now)
        for endpoint in ("busy_date", "remove_busy_date"):
            at.values[f"people.{endpoint}:public_id"] = busy.public_id
    with unit_of_work() as work:
        people.set_photo(io.BytesIO(_png()), "lea.png", actor=actor, now=work.now)
    Visitor(at.app).signed_in(at.lea)
    (one,) = people_queries.sign_ins(at.lea.id, None, clock.now())
    at.values["handle"] = one.handle
    notice = notifications.notices(at.lea)[0]
    at.values["notice"] = notice.public_id


def others_things(at: Builder) -> None:
    """What the other cohort has of the same, to be tried where it does not belong."""
    stranger = at.persons["learner, other cohort"]
    lists.team(at.other, "Elsewhere", (place_of(at.other, stranger),))
    task = assessment.bring(at.other, [place_of(at.other, stranger)], key="b-2")
    at.foreign = {
        "place": coursework.place_public_id(stranger, at.other),
        "name": coursework.place_public_id(stranger, at.other),
        "cohorts.staff_member:public_id": at.persons["faculty, other cohort"].public_id,
        "task": task.public_id,
        "announcement": announcement_of(
            notifications.announced(at.other, at.persons["coordinator, other cohort"])
        ),
    }
    team, brought = team_of(at.other, "Elsewhere"), lists.tried(at.other, PEOPLE).line.public_id
    for endpoint in ("team", "rename_team", "add_members", "move_member", "dissolve_team"):
        at.foreign[f"enrolment.{endpoint}:public_id"] = team
    for endpoint in ("list_report", "list_errors", "list_apply", "list_undo"):
        at.foreign[f"enrolment.{endpoint}:public_id"] = brought


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")
