"""files, recordings, substitutes, meetings, rooms and notes of sessions.

Revision ID: e26bca3675f8
Revises: 289cb35c40fa
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "e26bca3675f8"
down_revision = "289cb35c40fa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "breakout_room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_breakout_room_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breakout_room")),
        sa.UniqueConstraint("session_id", "name", name=op.f("uq_breakout_room_session_id_name")),
    )
    op.create_table(
        "session_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=40), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_back", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_session_file_added_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_session_file_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_session_file_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_session_file_file_id")),
    )
    with op.batch_alter_table("session_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_file_session_id"), ["session_id"], unique=False)

    op.create_table(
        "session_meeting",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=80), nullable=False),
        sa.Column("host_url", sa.String(length=2000), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_session_meeting_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_meeting")),
    )
    op.create_table(
        "session_note",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_note_person_id_person")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_session_note_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_session_note")),
    )
    op.create_table(
        "session_recording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("release", sa.String(length=40), nullable=False),
        sa.Column("release_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("captions", sa.String(length=40), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_back", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_session_recording_added_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_session_recording_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_recording")),
        sa.UniqueConstraint("public_id", name=op.f("uq_session_recording_public_id")),
    )
    with op.batch_alter_table("session_recording", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_recording_session_id"), ["session_id"], unique=False)

    op.create_table(
        "session_substitute",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("instead_of_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["staff_assignment.id"],
            name=op.f("fk_session_substitute_assignment_id_staff_assignment"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_session_substitute_by_id_person")),
        sa.ForeignKeyConstraint(
            ["instead_of_id"], ["person.id"], name=op.f("fk_session_substitute_instead_of_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_session_substitute_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_session_substitute_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_substitute")),
    )
    with op.batch_alter_table("session_substitute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_substitute_session_id"), ["session_id"], unique=False)

    op.create_table(
        "breakout_seat",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_breakout_seat_place_id_place")),
        sa.ForeignKeyConstraint(
            ["room_id"], ["breakout_room.id"], name=op.f("fk_breakout_seat_room_id_breakout_room")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_breakout_seat_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "place_id", name=op.f("pk_breakout_seat")),
    )
    with op.batch_alter_table("breakout_seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_breakout_seat_room_id"), ["room_id"], unique=False)

    _move_recordings()
    with op.batch_alter_table("live_session", schema=None) as batch_op:
        batch_op.drop_column("recording_url")


def _move_recordings() -> None:
    """Each address becomes a recording that learners see at once, as they did; they were told of it then."""
    session = sa.table(
        "live_session",
        sa.column("id", sa.Integer),
        sa.column("recording_url", sa.String),
        sa.column("closed_at", sa.DateTime(timezone=True)),
        sa.column("item_id", sa.Integer),
    )
    item = sa.table(
        "scheduled_item", sa.column("id", sa.Integer), sa.column("ends_at", sa.DateTime(timezone=True))
    )
    recording = sa.table(
        "session_recording",
        sa.column("public_id", sa.String),
        sa.column("session_id", sa.Integer),
        sa.column("title", sa.String),
        sa.column("url", sa.String),
        sa.column("release", sa.String),
        sa.column("consent", sa.Boolean),
        sa.column("captions", sa.String),
        sa.column("added_at", sa.DateTime(timezone=True)),
        sa.column("told_at", sa.DateTime(timezone=True)),
        sa.column("held_back", sa.String),
    )
    rows = (
        op.get_bind()
        .execute(
            sa.select(
                session.c.id,
                session.c.recording_url,
                sa.func.coalesce(session.c.closed_at, item.c.ends_at).label("at"),
            )
            .join(item, item.c.id == session.c.item_id)
            .where(session.c.recording_url != "")
        )
        .all()
    )
    if rows:
        op.bulk_insert(
            recording,
            [
                {
                    "public_id": secrets.token_hex(6),
                    "session_id": row.id,
                    "title": "",
                    "url": row.recording_url,
                    "release": "at once",
                    "consent": True,
                    "captions": "none",
                    "added_at": row.at,
                    "told_at": row.at,
                    "held_back": "",
                }
                for row in rows
            ],
        )


def downgrade() -> None:
    with op.batch_alter_table("live_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recording_url", sa.String(length=1000), nullable=True))
    session = sa.table("live_session", sa.column("id", sa.Integer), sa.column("recording_url", sa.String))
    recording = sa.table(
        "session_recording",
        sa.column("id", sa.Integer),
        sa.column("session_id", sa.Integer),
        sa.column("url", sa.String),
    )
    op.execute(sa.update(session).values(recording_url=""))
    for row in op.get_bind().execute(sa.select(recording).order_by(recording.c.id)).all():
        op.execute(sa.update(session).where(session.c.id == row.session_id).values(recording_url=row.url))
    with op.batch_alter_table("live_session", schema=None) as batch_op:
        batch_op.alter_column("recording_url", existing_type=sa.String(length=1000), nullable=False)

    with op.batch_alter_table("breakout_seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_breakout_seat_room_id"))

    op.drop_table("breakout_seat")
    with op.batch_alter_table("session_substitute", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_substitute_session_id"))

    op.drop_table("session_substitute")
    with op.batch_alter_table("session_recording", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_recording_session_id"))

    op.drop_table("session_recording")
    op.drop_table("session_note")
    op.drop_table("session_meeting")
    with op.batch_alter_table("session_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_file_session_id"))

    op.drop_table("session_file")
    op.drop_table("breakout_room")
