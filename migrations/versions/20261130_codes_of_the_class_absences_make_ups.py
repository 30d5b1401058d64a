"""codes of the class absences make-ups.

Revision ID: bf6b3640d806
Revises: e30032195cff
"""

import sqlalchemy as sa
from alembic import op

revision = "bf6b3640d806"
down_revision = "e30032195cff"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "announced_absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_announced_absence_place_id_place")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_announced_absence_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announced_absence")),
    )
    with op.batch_alter_table("announced_absence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_announced_absence_place_id"), ["place_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_announced_absence_session_id_place_id"), ["session_id", "place_id"], unique=False
        )

    op.create_table(
        "code_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_code_try_place_id_place")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_code_try_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_try")),
    )
    with op.batch_alter_table("code_try", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_code_try_place_id_session_id_at"), ["place_id", "session_id", "at"], unique=False
        )

    op.create_table(
        "make_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("watched", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_make_up_course_id_course")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_make_up_place_id_place")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_make_up_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_make_up")),
        sa.UniqueConstraint("public_id", name=op.f("uq_make_up_public_id")),
        sa.UniqueConstraint("session_id", "place_id", name=op.f("uq_make_up_session_id_place_id")),
    )
    with op.batch_alter_table("make_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_make_up_handed_in_at"), ["handed_in_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_make_up_place_id_course_id"), ["place_id", "course_id"], unique=False
        )

    op.create_table(
        "make_up_terms",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_make_up_terms_by_id_person")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_make_up_terms_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_make_up_terms")),
    )
    op.create_table(
        "session_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_session_code_by_id_person")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_session_code_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_code")),
    )
    with op.batch_alter_table("session_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_code_session_id_id"), ["session_id", "id"], unique=False)

    op.create_table(
        "make_up_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("make_up_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_make_up_event_by_id_person")),
        sa.ForeignKeyConstraint(
            ["make_up_id"], ["make_up.id"], name=op.f("fk_make_up_event_make_up_id_make_up")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_make_up_event")),
    )
    with op.batch_alter_table("make_up_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_make_up_event_make_up_id_id"), ["make_up_id", "id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("make_up_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_make_up_event_make_up_id_id"))

    op.drop_table("make_up_event")
    with op.batch_alter_table("session_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_code_session_id_id"))

    op.drop_table("session_code")
    op.drop_table("make_up_terms")
    with op.batch_alter_table("make_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_make_up_place_id_course_id"))
        batch_op.drop_index(batch_op.f("ix_make_up_handed_in_at"))

    op.drop_table("make_up")
    with op.batch_alter_table("code_try", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_try_place_id_session_id_at"))

    op.drop_table("code_try")
    with op.batch_alter_table("announced_absence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_announced_absence_session_id_place_id"))
        batch_op.drop_index(batch_op.f("ix_announced_absence_place_id"))

    op.drop_table("announced_absence")
