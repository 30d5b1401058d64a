"""The words that fill the addresses of more than one part."""

from __future__ import annotations

OF_LEARNER = "person.email = 'learner@cadre.example'"
_OF_COHORT = "cohort.slug = 'cohort-14'"
WORDS = {
    "place": f"select place.public_id from place join person on person.id = place.person_id where {OF_LEARNER}",
    "on_leave": "select public_id from place where state = 'on leave' and cohort_id = 1",
    "withdrawn": "select public_id from place where state = 'withdrawn' and cohort_id = 1",
    "new_place": "select public_id from place where cohort_id = 3 order by id limit 1",
    "risky": "select place.public_id from place join case_entry on case_entry.place_id = place.id"
    " where cohort_id = 1 order by case_entry.id desc limit 1",
    "person": f"select public_id from person where {OF_LEARNER}",
    "staff_person": "select public_id from person where email = 'faculty@cadre.example'",
    "team": "select public_id from team where cohort_id = 1 and kind = 'working' order by id limit 1",
    "capstone_team": "select public_id from team where cohort_id = 1 and kind = 'capstone' order by id limit 1",
    "announcement": "select public_id from announcement where cohort_id = 1 and state = 'sent' limit 1",
    "draft_announcement": "select public_id from announcement where state = 'draft' order by id desc limit 1",
    "version": "select v.public_id from submission_version v join submission s on s.id = v.submission_id"
    " join activity a on a.id = s.activity_id join place p on p.id = s.place_id join person on person.id = p.person_id"
    f" where {OF_LEARNER} and a.key = 'a-1' order by v.id desc limit 1",
    "overlap": "select public_id from work_overlap where cohort_id = 1 order by permille desc, id limit 1",
    "overlap_of": "select a.key from work_overlap o join activity a on a.id = o.activity_id where o.cohort_id = 1"
    " order by o.permille desc, o.id limit 1",
    "attempt": "select t.public_id from quiz_attempt t join place p on p.id = t.place_id"
    " join person on person.id = p.person_id join activity a on a.id = t.activity_id"
    f" where {OF_LEARNER} and t.state = 'finished' order by t.id limit 1",
    "attempt_quiz": "select a.key from quiz_attempt t join place p on p.id = t.place_id"
    " join person on person.id = p.person_id join activity a on a.id = t.activity_id"
    f" where {OF_LEARNER} and t.state = 'finished' order by t.id limit 1",
    "running": "select public_id from quiz_attempt where state = 'active' order by id desc limit 1",
    "mark": "select mark.public_id from mark join place on place.id = mark.place_id"
    f" join person on person.id = place.person_id where {OF_LEARNER} and mark.released_version is not null limit 1",
    "project": "select capstone_project.public_id from capstone_project join team_membership m"
    " on m.team_id = capstone_project.team_id join place on place.id = m.place_id"
    f" join person on person.id = place.person_id where {OF_LEARNER} limit 1",
    "meeting": "select m.public_id from guide_meeting m join capstone_project c on c.id = m.project_id"
    " join team_membership t on t.team_id = c.team_id join place on place.id = t.place_id"
    f" join person on person.id = place.person_id where {OF_LEARNER} order by m.id desc limit 1",
    "pack": "select public_id from pack_return order by id desc limit 1",
    "packed": "select a.key from pack_return r join activity a on a.id = r.activity_id order by r.id desc limit 1",
    "board": "select public_id from board where cohort_id = 1 order by id limit 1",
    "board_called": "select public_id from board where cohort_id = 1 order by id desc limit 1",
    "mark_complaint": "select public_id from request where kind = 'mark-complaint' and cohort_id = 1 limit 1",
    "draft_task": "select t.public_id from marking_task t join person on person.id = t.marker_id"
    " where t.state = 'draft' and person.email = 'joseph.kariuki@cadre.example' order by t.id limit 1",
    "finished_task": "select public_id from marking_task where state = 'released' and marker_id ="
    " (select id from person where email = 'faculty@cadre.example') order by id limit 1",
    "closed_rating": "select public_id from team_rating where cohort_id = 1 order by settled_at is not null, closes_at"
    " limit 1",
    "own_rating": "select r.public_id from team_rating r join team_rater t on t.rating_id = r.id"
    " join place on place.id = t.place_id join person on person.id = place.person_id"
    f" where {OF_LEARNER} order by r.id desc limit 1",
    "own_peer_review": "select v.public_id from peer_review v join peer_member m on m.unit_id = v.reviewer_id"
    " join place on place.id = m.place_id join person on person.id = place.person_id"
    f" where {OF_LEARNER} and v.ended is null order by v.id desc limit 1",
    "own_look": "select l.public_id from second_look l join person on person.id = l.marker_id"
    " where person.email = 'faculty@cadre.example' order by l.state = 'settled', l.id limit 1",
    "calibration": "select public_id from calibration where cohort_id = 1 limit 1",
    "begin_with": "select a.key from calibration c join activity a on a.id = c.activity_id where c.cohort_id = 1"
    " limit 1",
    "kept_mail": "select public_id from mail_message where state = 'kept' order by id desc limit 1",
    "busy": "select public_id from busy_date limit 1",
    "list": "select public_id from list_import where what = 'learners' order by id desc limit 1",
    "team_list": "select public_id from list_import where what <> 'learners' order by id desc limit 1",
    "import": "select public_id from stored_file where name = 'results.csv'",
    "next_session": "select i.key from scheduled_item i join activity a on a.id = i.activity_id where i.cohort_id = 1"
    " and a.kind = 'live_session' and i.starts_at > (select max(stored_at) from stored_file) order by i.starts_at",
    "override": "select i.key from schedule_override o join scheduled_item i on i.id = o.item_id limit 1",
}
