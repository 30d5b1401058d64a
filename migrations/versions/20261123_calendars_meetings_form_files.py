"""calendars in releases, corrected meetings, files in forms, work handed over.

Revision ID: e79d1da82723
Revises: house
"""

import sqlalchemy as sa
from alembic import op

revision = "e79d1da82723"
down_revision = "house"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_form_file_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_form_file_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_form_file_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_form_file_file_id")),
    )
    with op.batch_alter_table("form_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_form_file_place_id_activity_id"), ["place_id", "activity_id"], unique=False
        )

    op.create_table(
        "guide_meeting_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("decisions", sa.Text(), nullable=False),
        sa.Column("decisions_html", sa.Text(), nullable=False),
        sa.Column(
            "present", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["guide_meeting.id"],
            name=op.f("fk_guide_meeting_version_meeting_id_guide_meeting"),
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["person.id"], name=op.f("fk_guide_meeting_version_replaced_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_meeting_version")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_guide_meeting_version_meeting_id_number")),
    )
    with op.batch_alter_table("marking_task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("handed_over_from_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_marking_task_handed_over_from_id_person"),
            "person",
            ["handed_over_from_id"],
            ["id"],
        )

    with op.batch_alter_table("schedule_release", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "calendar",
                sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"),
                nullable=True,
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("schedule_release", schema=None) as batch_op:
        batch_op.drop_column("calendar")

    with op.batch_alter_table("marking_task", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_marking_task_handed_over_from_id_person"), type_="foreignkey")
        batch_op.drop_column("handed_over_at")
        batch_op.drop_column("handed_over_from_id")

    op.drop_table("guide_meeting_version")
    with op.batch_alter_table("form_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_file_place_id_activity_id"))

    op.drop_table("form_file")
