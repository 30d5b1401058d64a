"""Everybody of the house at their forms: who does what, where its form stands, and what sending it leaves behind."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from tests.support.access import all_routes, published
from tests.support.badly import Form, forms_of, kept_writes
from tests.support.house import House, undone
from tests.support.pages import Visitor

WHO = (
    "learner, own",
    "marker, own",
    "guide, own",
    "coordinator, own",
    "faculty, own",
    "administrator",
    "director",
)
"""Who does a thing: the first of them that the table lets in, unless said otherwise."""
BY = {
    "capstone.start": "learner here, coordinator there",
    "capstone.talk": "guide, own",
    "community.mark_read": "faculty, own",
    "community.read_forum": "faculty, own",
    "community.read_forums": "faculty, own",
    "community.read_thread": "coordinator, own",
    "assessment.keep_class_feedback": "faculty, own",
    "assessment.let_go": "faculty, own",
}
PAGES = {
    "assessment.save": "/marking/{task}",
    "assessment.keep_class_feedback": "/cohorts/{slug}/activities/{assessment.class_feedback:key}/class-feedback",
    "assessment.save_class_feedback": "/cohorts/{slug}/activities/{assessment.class_feedback:key}/class-feedback",
    "assessment.hand_over": "/marking/{task}",
    "assessment.reopen": "/marking/{assessment.reopen:task}",
    "assessment.unmask": "/marking/{task}",
    "capstone.create_projects": "/cohorts/{slug}/guides",
    "capstone.discard_upload": "/cohorts/{slug}/capstone/m3",
    "capstone.end": "/projects/{capstone:public_id}",
    "capstone.note_meeting": "/projects/{capstone:public_id}",
    "capstone.save_draft": "/cohorts/{slug}/capstone/m1",
    "capstone.say": "/cohorts/{slug}/capstone",
    "capstone.step_back": "/projects/{capstone:public_id}",
    "capstone.take_back": "/projects/{capstone:public_id}/milestones/m0",
    "capstone.talk": "/projects/{capstone:public_id}",
    "cohorts.appoint": "/cohorts/{slug}/staff?person={person}",
    "community.discard_announcement": "/cohorts/{slug}/announcements/{community.send_announcement:announcement}",
    "community.keep_draft": "/cohorts/{slug}/discussions/th5",
    "community.mark_read": "/cohorts/{slug}/discussions/th5",
    "community.moderate": "/cohorts/{slug}/discussions/th5?hide={post}",
    "community.choose_answer": "/cohorts/{slug}/threads/{thread}",
    "community.hear_forum": "/cohorts/{slug}/forums/{forum}",
    "community.hear_thread": "/cohorts/{slug}/threads/{thread}",
    "community.keep_reply_draft": "/cohorts/{slug}/threads/{thread}",
    "community.keep_thread_draft": "/cohorts/{slug}/forums/{forum}/new",
    "community.moderate_post": "/cohorts/{slug}/threads/{thread}?hide={community.post_history:post}",
    "community.read_forum": "/cohorts/{slug}/forums/{forum}",
    "community.read_forums": "/cohorts/{slug}/forums",
    "community.read_thread": "/cohorts/{slug}/threads/{thread}",
    "community.settle_report": "/cohorts/{slug}/forums/reports",
    "community.recall_announcement": "/cohorts/{slug}/announcements/{community.recall_announcement:announcement}",
    "community.schedule_announcement": "/cohorts/{slug}/announcements/{community.send_announcement:announcement}",
    "community.send_announcement": "/cohorts/{slug}/announcements/{community.send_announcement:announcement}",
    "community.withdraw_announcement": "/cohorts/{slug}/announcements/{announcement}",
    "coursework.correct_item": "/cohorts/{slug}/quizzes/q7/bank/{coursework:item}",
    "coursework.choose_version": "/cohorts/{slug}/assignments/b-2",
    "coursework.discard_upload": "/cohorts/{slug}/assignments/b-2",
    "coursework.mark_read": "/cohorts/{slug}/readings/r-b1-data-as-a-product",
    "coursework.save_answers": "/cohorts/{slug}/quizzes/q7/attempts/{attempt}",
    "coursework.save_draft": "/cohorts/{slug}/assignments/b-2",
    "coursework.take_own_extension": "/cohorts/{slug}/assignments/b-2",
    "coursework.unmark_read": "/cohorts/{slug}/readings/r-b1-quality-and-lineage",
    "desks.look_after": "/run-sheet",
    "fairness.arrange_calibration": "/cohorts/{slug}/activities/{fairness.calibration:key}/calibration",
    "fairness.judge_sample": "/calibrations/{calibration}",
    "fairness.save_sample": "/calibrations/{calibration}",
    "fairness.set_reference": "/calibrations/{fairness.reference:calibration}/reference",
    "fairness.comment_on_ratings": "/cohorts/{slug}/team-ratings/{fairness.review:public_id}/review",
    "fairness.end_ratings": "/cohorts/{slug}/team-ratings/{fairness:public_id}/review",
    "fairness.moderate": "/cohorts/{slug}/activities/{fairness.moderation:key}/moderation",
    "fairness.save_peer_review": "/cohorts/{slug}/peer-reviews/{fairness.peer_review:public_id}",
    "fairness.save_look": "/second-looks/{look}",
    "fairness.save_ratings": "/cohorts/{slug}/team-ratings/{fairness:public_id}",
    "fairness.settle_ratings": "/cohorts/{slug}/team-ratings/{fairness.review:public_id}/review",
    "enrolment.add_members": "/cohorts/{slug}/teams/{team}",
    "enrolment.dissolve_team": "/cohorts/{slug}/teams/{team}",
    "enrolment.list_apply": "/cohorts/{slug}/import/{enrolment.list_report:public_id}",
    "enrolment.move_member": "/cohorts/{slug}/teams/{team}",
    "enrolment.new_team": "/cohorts/{slug}/teams",
    "enrolment.people_act": "/cohorts/{slug}/people",
    "enrolment.rename_team": "/cohorts/{slug}/teams/{team}",
    "enrolment.seat_members": "/cohorts/{slug}/teams",
    "live.add_guests": "/cohorts/{slug}/sessions/{live.seats:key}/seats",
    "gradebook.judge_again": "/cohorts/{slug}/second-looks/{gradebook.review:public_id}",
    "gradebook.undo_marks": "/cohorts/{slug}/gradebook-import",
    "integrations.make_address": "/account/calendar",
    "integrations.switch_off": "/account/calendar",
    "live.change_file": "/cohorts/{slug}/sessions/s23/materials",
    "live.book_slot": "/cohorts/{slug}/office-hours",
    "live.cancel_booking": "/cohorts/{slug}/office-hours",
    "live.close": "/cohorts/{slug}/sessions/s23/roster",
    "live.give_up_seat": "/cohorts/{slug}/sessions/{live.seats:key}",
    "live.note": "/cohorts/{slug}/sessions/s23/console",
    "live.moderate_question": "/cohorts/{slug}/sessions/{live.seats:key}/questions",
    "live.publish_questions": "/cohorts/{slug}/sessions/s23/questions",
    "scheduling.change_draft": "/cohorts/{slug}/studio/{draft}",
    "scheduling.part": "/cohorts/{slug}/plan/s33",
    "live.remove_guest": "/cohorts/{slug}/sessions/{live.seats:key}/seats",
    "live.speaker_act": "/cohorts/{slug}/sessions/{live.seats:key}/speakers",
    "live.speaking_about": "/speaking/{live:token}",
    "live.speaking_answer": "/speaking/{live:token}",
    "live.speaking_cancel": "/speaking/{live:token}",
    "live.speaking_consent": "/speaking/{live:token}",
    "live.speaking_remove_slides": "/speaking/{live:token}",
    "live.speaking_slides": "/speaking/{live:token}",
    "live.swap": "/cohorts/{slug}/sessions/{live.seats:key}/swap?with=s35",
    "live.take_back_question": "/cohorts/{slug}/sessions/{live.seats:key}/questions",
    "live.wait_for_slot": "/cohorts/{slug}/office-hours",
    "live.withdraw_slot": "/cohorts/{slug}/office-hours/{series}",
    "live.take_back_seat": "/cohorts/{slug}/sessions/{live.seats:key}/seats",
    "live.vote": "/cohorts/{slug}/sessions/{live.seats:key}/questions",
    "live.absence": "/cohorts/{slug}/sessions/s29/absence",
    "live.hand_in_make_up": "/cohorts/{slug}/sessions/s19/make-up-task",
    "live.save_make_up": "/cohorts/{slug}/sessions/s19/make-up-task",
    "live.take_back_absence": "/cohorts/{slug}/sessions/s28/absence",
    "live.take_back_make_up": "/cohorts/{slug}/make-ups/{live.take_back_make_up:task}",
    "live.read_list_again": "/cohorts/{slug}/sessions/s22/lists/{live.record_list:brought}",
    "live.record_list": "/cohorts/{slug}/sessions/s22/lists/{live.record_list:brought}",
    "live.rest_are_guests": "/cohorts/{slug}/unknown-names?session=s22",
    "live.take_name_back": "/cohorts/{slug}/unknown-names/{live.take_name_back:unknown}",
    "live.undo_list": "/cohorts/{slug}/sessions/s22/lists/{brought}",
    "notifications.add_device": "/account/notifications",
    "notifications.confirm_number": "/account/notifications",
    "notifications.give_number": "/account/notifications",
    "notifications.note_call": "/cohorts/{slug}/told/{telling}/calls",
    "notifications.open_notice": "/notices",
    "notifications.read_all": "/notices",
    "notifications.remove_device": "/account/notifications",
    "notifications.remove_number": "/account/notifications",
    "notifications.void_links": "/account/notifications",
    "people.care_for_account": "/admin/people/{person}",
    "people.correct_address": "/admin/people/{person}",
    "people.end_other_sign_ins": "/account/sign-ins",
    "people.end_role": "/admin/people/{people.end_role:public_id}",
    "people.end_sign_in": "/account/sign-ins",
    "people.grant_role": "/admin/people/{person}",
    "people.invite_person": "/admin/people/{person}",
    "people.remove_busy_date": "/account/busy-dates",
    "people.remove_photo": "/account/profile",
    "people.set_photo": "/account/profile",
    "people.zone": "/account/zone?zone=Europe/London",
    "progress.keep_promise": "/cohorts/{slug}/learners/{place}",
    "requests.assign": "/cohorts/{slug}/requests/inbox?show=waiting",
    "requests.decide": "/cohorts/{slug}/requests/{requests:public_id}",
    "requests.hand_over": "/cohorts/{slug}/requests/{requests:public_id}",
    "requests.reopen": "/cohorts/{slug}/requests/{requests.reopen:public_id}",
    "requests.say": "/cohorts/{slug}/requests/{requests:public_id}",
    "requests.withdraw": "/cohorts/{slug}/requests/{requests:public_id}",
    "scheduling.change": "/cohorts/{slug}/plan/s26/change?act=cancel",
    "scheduling.undo": "/cohorts/{slug}/releases/undo?number=2",
    "simulations.save": "/cohorts/{slug}/simulations/{simulations:public_id}/teams/{simulations:team}/",
    "simulations.keep_note": "/cohorts/{slug}/simulations/{simulations:public_id}/",
    "simulations.steer": "/cohorts/{slug}/simulations/{simulations:public_id}/",
    "security.logout": "/account/sign-ins",
    "web.theme": "/login",
    "simulations.arrange": "/cohorts/{slug}/simulations/{simulations:public_id}/setup/",
    "simulations.extend_all": "/cohorts/{slug}/simulations/",
    "simulations.resolve": "/cohorts/{slug}/simulations/{simulations.resolve:public_id}/debrief/?part=after",
}
"""Where the form of a route stands, when it is not the page at the same address."""
BY_HAND: dict[str, tuple[str, ...]] = {
    "simulations.lead_debrief": ("act", "part"),
    "assessment.change_comments": ("snippet", "text", "act"),
    "capstone.begin_upload": ("name", "size", "slot"),
    "capstone.send_piece": ("offset", "sha256", "piece"),
    "capstone.topic": ("topic-title", "topic-host", "topic-until", "topic-reason"),
    "coursework.begin_upload": ("name", "size"),
    "coursework.compare_rest": (),
    "coursework.reading_position": ("position", "seconds"),
    "coursework.return_own_extension": (),
    "coursework.send_piece": ("offset", "sha256", "piece"),
    "coursework.start_quiz": (),
    "coursework.take_captions_time": (),
    "enrolment.drop_plan": (),
    "gradebook.change_resit": ("act", "words", "figure", "on"),
    "enrolment.list_undo": (),
    "scheduling.undo_set": ("versions", "version", "note", "announced", "consent"),
    "live.begin": (),
    "live.cannot_attend": ("reason", "after_all"),
    "live.confirm": (),
    "live.end_substitution": (),
    "live.make_meeting": (),
    "live.take_over": (),
    "live.end_code": (),
    "live.enter_code": ("code",),
    "live.join": (),
    "live.show_code": ("minutes",),
    "live.reopen": ("reason",),
    "live.take_seat": (),
    "notifications.arrived": (),
    "notifications.confirm_address": (),
    "notifications.gateway_report": (),
    "people.ask_invitation_again": (),
    "people.end_authenticator": ("password", "code"),
    "people.recovery_codes": ("password", "code"),
    "people.retry_effect": ("key",),
    "people.set_up_authenticator": ("code",),
    "requests.take": (),
    "scheduling.calendar": ("version", "note", "announced", "consent"),
    "security.recovery_code": ("code",),
    "simulations.pen": ("round",),
    "simulations.say": ("round", "submission", "verdict", "reason"),
    "simulations.seen": ("round", "version", "submission"),
    "simulations.submit": ("round", "version"),
    "security.reset_password": ("new_password",),
    "security.second_factor": ("code",),
    "simulations.record_marks": ("stamp", "reason"),
}
"""The fields of forms that no page of the house shows as it stands: scripts send them, or the moment is another one."""


class Desk:
    """Everybody of the house at work, with the forms as their pages show them."""

    def __init__(self, house: House) -> None:
        self.house, self.app = house, house.app
        self.visitors = {
            name: house.visitor(name) for name in (*WHO, "anonymous", "learner here, coordinator there")
        }
        self.table = published()
        self._forms: dict[str, list[Form]] = {}
        self.rules = {endpoint: rule for endpoint, rule, method in all_routes(self.app) if method == "POST"}

    def who(self, endpoint: str) -> str:
        """Who does it here."""
        if endpoint in BY:
            return BY[endpoint]
        row = self.table.get((endpoint, "POST"))
        if row is None:
            return "anonymous" if endpoint != "security.logout" else "learner, own"
        return next(name for name in (*WHO, "anonymous") if row[name] == "yes")

    def url(self, endpoint: str) -> str:
        """Where it is sent."""
        return self.house.url(endpoint, self.rules[endpoint])

    def forms(self, endpoint: str) -> list[Form]:
        """The forms that post to a route, as the person who does it sees them; looked up once, one of each kind."""
        if endpoint not in self._forms:
            self._forms[endpoint] = self._found(endpoint)
        return self._forms[endpoint]

    def _found(self, endpoint: str) -> list[Form]:
        visitor = self.visitors[self.who(endpoint)]
        page = PAGES.get(endpoint, "")
        url = self.filled(page) if page else self.url(endpoint)
        if endpoint in BY_HAND:
            kinds = dict.fromkeys(BY_HAND[endpoint], "hidden")
            return [Form(url, url, self.token(visitor), {name: [""] for name in kinds}, kinds)]
        response = visitor.open("GET", url)
        assert response.status_code in (200, 410), f"{endpoint}: {url} answers {response.status_code}"
        found = [
            form
            for known, form in forms_of(response.get_data(as_text=True), url, self.app)
            if known == endpoint
        ]
        assert found, f"{endpoint}: no form on {url}; say where it stands in PAGES, or its fields in BY_HAND"
        return list({tuple(sorted(form.kinds)): form for form in found}.values())[:2]

    def filled(self, page: str) -> str:
        """An address with the house's things."""
        values = {**self.house.values, "person": self.house.people["nobody in particular"].public_id}
        if page.startswith("/admin/people/"):
            values["person"] = self.house.people["learner, own"].public_id
        return re.sub(r"{([^}]+)}", lambda found: values[found[1]], page)

    def token(self, visitor: Visitor) -> str:
        """The word of this session's forms."""
        page = "/account/profile" if visitor is not self.visitors["anonymous"] else "/login"
        found = BeautifulSoup(visitor.open("GET", page).get_data(as_text=True), "html.parser")
        return str(found.select("input[name=csrf_token]")[0]["value"])

    def send(self, endpoint: str, form: Form, data: Any, **headers: str) -> tuple[TestResponse, list[str]]:
        """What a form is answered, and what it left written; everything is undone afterwards, cookies too."""
        visitor = self.visitors[self.who(endpoint)]
        with undone(self.app), same_cookies(visitor), kept_writes() as written:
            with visitor.client.session_transaction() as cookie:
                before = len(cookie.get("_flashes", []))
            answer = visitor.open(
                "POST",
                form.action,
                data={"csrf_token": form.token, **data},
                headers={"Referer": f"http://localhost{form.page}", **headers},
            )
            with visitor.client.session_transaction() as cookie:
                said = {kind for kind, _text in cookie.get("_flashes", [])[before:]}
            answer.refused = _is_refused(answer, said)  # type: ignore[attr-defined]
            return answer, written


def _is_refused(answer: TestResponse, said: set[str]) -> bool:
    if answer.status_code in (302, 303):
        return bool(said) and "good" not in said
    return answer.status_code >= 400 or answer.mimetype == "text/html"


class same_cookies:  # noqa: N801 - reads as a sentence
    """Whoever signs out inside is signed in again afterwards."""

    def __init__(self, visitor: Visitor) -> None:
        self.client = visitor.client

    def __enter__(self) -> None:
        self.kept = dict(self.client._cookies or {})

    def __exit__(self, *_: object) -> None:
        self.client._cookies.clear()
        self.client._cookies.update(self.kept)
