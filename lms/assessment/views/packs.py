"""The marking pack: taken out as one zip, brought back, looked at, and taken."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment import actions, policy, ports, queries
from lms.assessment.forms import PackForm
from lms.assessment.ports import WorkView
from lms.assessment.queries import AnnotatedFile, BatchView, PackLine, ReturnView
from lms.assessment.rules import masked_name
from lms.assessment.rules.pack_files import BOOK, page, read, workbook
from lms.assessment.rules.packs import Unreadable, read_rows
from lms.assessment.views import pack_page
from lms.assessment.views.blueprint import bp
from lms.core import clock, files, scanning
from lms.core.errors import RuleViolation
from lms.core.nameless import nameless
from lms.core.scanning import Finding
from lms.core.uow import unit_of_work
from lms.web.downloads import kept_file
from lms.web.filters import plural
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store

MOST_BYTES = 300_000_000
"""What the files of one pack may come to; the rest is named in its list and taken from the desk."""
README = """Marking pack: {name}, {cohort}

1. Open marks.xlsx. Each line is one piece of work. Fill in levels, points (only where you want other points than
   the middle of the level) and comments. Leave the hidden columns as they are.
2. Write on copies of the PDF files if you like, and keep them in the folder of their piece.
3. Bring marks.xlsx back, alone or in a zip with the folders. You see first what would be taken. Nothing that was
   written on the desk after {at} is overwritten.
"""


@bp.get("/cohorts/<slug>/activities/<key>/pack")
@requires(policy.can_take_pack, queries.batch_visible_to)
def pack(view: BatchView) -> ResponseReturnValue:
    """Show what is in somebody's pack, and take one that comes back."""
    return _pack_page(view, PackForm())


def _pack_page(view: BatchView, form: PackForm, status: int = 200) -> ResponseReturnValue:
    no_store()
    actor = current_actor()
    return render_template(
        "assessment/pack.html",
        view=view,
        lines=queries.pack_lines(view, actor),
        returns=queries.returns_of(view, actor),
        form=form,
        zone=actor.zone,
        now=clock.now(),
    ), status


@bp.get("/cohorts/<slug>/activities/<key>/pack.zip")
@requires(policy.can_take_pack, queries.batch_visible_to)
def pack_zip(view: BatchView) -> ResponseReturnValue:
    """Give the pack: a folder for each piece, the rubric, and the table to fill in."""
    no_store()
    lines = queries.pack_lines(view, current_actor())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in _members(view, lines):
            packed.writestr(zipfile.ZipInfo(name, clock.now().timetuple()[:6]), data)
    response = Response(out.getvalue(), mimetype="application/zip")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{view.cohort.slug}-{view.key}-marking-pack.zip"'
    )
    return response


def _members(view: BatchView, lines: list[PackLine]) -> Iterator[tuple[str, bytes]]:
    rubric = queries.rubric_view(view.cohort.version_id, view.activity.id, view.part)
    words = {row.key: row.levels for row in rubric.words}
    at = f"{clock.now():%Y-%m-%d %H:%M} UTC"
    notes = README.format(name=view.name, cohort=view.cohort.name, at=at)
    yield BOOK, workbook(view.name, rubric.rules, words, [line.piece for line in lines])
    spent, works = 0, _works(lines)
    held = _held(works)
    for line in lines:
        work = works.get((line.source, line.source_id))
        if work is None:
            notes += f"\n{line.piece.label}: the work cannot be shown.\n"
            continue
        said = [*work.fields, ("What tools were used for", work.statement)]
        yield (
            f"{line.piece.label}/work.html",
            page(f"{line.piece.label}: {view.name}", work.html, said).encode(),
        )
        for name, blob, size in _files(line, work):
            try:
                scanning.require_clean_among(held, blob, name)
                data = (
                    _bytes(blob, name, masked=line.masked is not None) if spent + size < MOST_BYTES else b""
                )
            except RuleViolation as refused:
                notes += f"\n{line.piece.label}/{name}: {refused.message}\n"
                continue
            if data:
                spent += size
                yield f"{line.piece.label}/{name}", data
            else:
                notes += f"\n{line.piece.label}/{name}: not in the pack; take it from the desk.\n"
    yield "README.txt", notes.encode()


def _works(lines: Sequence[PackLine]) -> dict[tuple[str, int], WorkView]:
    return ports.read_all([(line.source, line.source_id) for line in lines])


def _held(works: Mapping[tuple[str, int], WorkView]) -> Mapping[str, Finding]:
    """What a scanner says of their files, asked together."""
    return scanning.states([file.blob for work in works.values() for file in work.files if file.blob])


def _files(line: PackLine, work: WorkView) -> list[tuple[str, str, int]]:
    """The files of a piece as its marker gets them: name, hash, size."""
    found = []
    for position, file in enumerate(work.files, start=1):
        name = (
            masked_name(line.masked, position, file.name)
            if line.masked is not None
            else f"{position}-{files.safe_name(file.name)}"
        )
        if file.blob:
            found.append((name, file.blob, file.size))
    return found


def _bytes(blob: str, name: str, *, masked: bool) -> bytes:
    try:
        data = b"".join(files.storage().read(files.blob_key(blob)))
    except FileNotFoundError:
        return b""
    return nameless(data, name.rpartition(".")[2]) if masked else data


@bp.post("/cohorts/<slug>/activities/<key>/pack")
@requires(policy.can_take_pack, queries.batch_visible_to)
def bring_pack(view: BatchView) -> ResponseReturnValue:
    """Read a pack that comes back and keep it; nothing is taken yet."""
    form = PackForm()
    if not form.validate_on_submit():
        return _pack_page(view, form, 422)
    upload = form.back.data
    rubric = queries.rubric_view(view.cohort.version_id, view.activity.id, view.part)
    try:
        returned = read(upload.read())
        rows = read_rows(returned.lines, rubric.rules)
    except Unreadable as refused:
        form.refuse("back", str(refused))
        return _pack_page(view, form, 422)
    if not rows:
        form.refuse(
            "back", "The table has no line of a piece. Take the pack again and fill in its own table."
        )
        return _pack_page(view, form, 422)
    given = _given(view) if returned.pdfs else set()
    try:
        with unit_of_work() as work:
            kept = actions.keep_return(
                view,
                upload.filename or BOOK,
                rows,
                returned,
                given=given,
                actor=current_actor(),
                now=work.now,
            )
            public_id = kept.public_id
    except RuleViolation as refused:
        form.refuse("back", refused.message)
        return _pack_page(view, form, 422)
    return redirect(url_for(".pack_return", slug=view.cohort.slug, key=view.key, pack=public_id), code=303)


def _given(view: BatchView) -> set[str]:
    """The hashes of the PDF files of somebody's pack, as they went out."""
    found = set()
    lines = queries.pack_lines(view, current_actor())
    works = _works(lines)
    held = _held(works)
    for line in lines:
        work = works.get((line.source, line.source_id))
        for name, blob, _size in _files(line, work) if work else ():
            if name.endswith(".pdf"):
                found.add(blob)
                if line.masked is not None and scanning.is_clean_among(held, blob):
                    found.add(hashlib.sha256(_bytes(blob, name, masked=True)).hexdigest())
    return found


@bp.get("/cohorts/<slug>/activities/<key>/pack/<pack>")
@requires(policy.can_take_pack, queries.return_visible_to)
def pack_return(view: ReturnView) -> ResponseReturnValue:
    """Show what taking a pack would do, piece by piece; or what it did."""
    no_store()
    actor = current_actor()
    rubric = queries.rubric_view(view.batch.cohort.version_id, view.batch.activity.id, view.batch.part)
    return render_template(
        "assessment/pack_return.html",
        page=pack_page.present(view, queries.judged(view, actor), rubric),
        zone=actor.zone,
        now=clock.now(),
    )


@bp.post("/cohorts/<slug>/activities/<key>/pack/<pack>")
@requires(policy.can_take_pack, queries.return_visible_to)
def take_pack(view: ReturnView) -> ResponseReturnValue:
    """Take what a pack brought, as it stands now."""
    back = redirect(
        url_for(".pack_return", slug=view.batch.cohort.slug, key=view.batch.key, pack=view.public_id),
        code=303,
    )
    finish = request.form.get("finish") == "yes"
    try:
        with unit_of_work() as work:
            done = actions.take_return(view, finish=finish, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "bad")
        return back
    words = [f"{plural(done.taken, 'piece')} taken"]
    if done.finished:
        words.append(f"{done.finished} of them finished")
    if done.unfinished:
        words.append(f"{done.unfinished} kept as drafts, because something is missing")
    if done.files:
        words.append(f"{plural(done.files, 'annotated file')} attached")
    if done.changed:
        words.append(f"{done.changed} left alone, because somebody changed them meanwhile")
    flash(", ".join(words) + ".", "good")
    return back


@bp.get("/marking/<task>/annotated/<file>")
@requires(policy.can_read_task, queries.annotated_visible_to)
def annotated(file: AnnotatedFile) -> ResponseReturnValue:
    """Give an annotated file to those who may look at the piece."""
    return kept_file(file)


@bp.get("/cohorts/<slug>/marks/<public_id>/files/<file>")
@requires(policy.can_see_own_mark, queries.feedback_file_visible_to)
def feedback_file(file: AnnotatedFile) -> ResponseReturnValue:
    """Give an annotated file of a released mark, to its learner and to those who see marks."""
    return kept_file(file)
