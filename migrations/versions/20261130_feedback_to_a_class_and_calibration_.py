"""Feedback to a class, and the piece that markers begin with.

Revision ID: aeac9d4bb7fc
Revises: a96b2ee760db
"""

import sqlalchemy as sa
from alembic import op

revision = "aeac9d4bb7fc"
down_revision = "a96b2ee760db"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "class_feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.Column("latest_number", sa.Integer(), nullable=False),
        sa.Column("approved_number", sa.Integer(), nullable=True),
        sa.Column("released_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_class_feedback_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_class_feedback_cohort_id_cohort")
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name=op.f("fk_class_feedback_saved_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_feedback")),
        sa.UniqueConstraint(
            "cohort_id", "activity_id", "part", name=op.f("uq_class_feedback_cohort_id_activity_id_part")
        ),
    )
    op.create_table(
        "class_feedback_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrects", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_class_feedback_version_approved_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["feedback_id"],
            ["class_feedback.id"],
            name=op.f("fk_class_feedback_version_feedback_id_class_feedback"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_feedback_version")),
        sa.UniqueConstraint(
            "feedback_id", "number", name=op.f("uq_class_feedback_version_feedback_id_number")
        ),
    )
    op.create_table(
        "calibration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=60), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("chosen_by_id", sa.Integer(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column(
            "reference", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "agreed_with",
            sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("agreed_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_calibration_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["agreed_by_id"], ["person.id"], name=op.f("fk_calibration_agreed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"], ["person.id"], name=op.f("fk_calibration_chosen_by_id_person")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_calibration_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["task_id"], ["marking_task.id"], name=op.f("fk_calibration_task_id_marking_task")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
        sa.UniqueConstraint(
            "cohort_id", "activity_id", "part", name=op.f("uq_calibration_cohort_id_activity_id_part")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_calibration_public_id")),
    )
    op.create_table(
        "calibration_exemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calibration_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_calibration_exemption_by_id_person")),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["calibration.id"],
            name=op.f("fk_calibration_exemption_calibration_id_calibration"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calibration_exemption_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_exemption")),
        sa.UniqueConstraint(
            "calibration_id", "person_id", name=op.f("uq_calibration_exemption_calibration_id_person_id")
        ),
    )
    with op.batch_alter_table("calibration_exemption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calibration_exemption_person_id"), ["person_id"], unique=False)

    op.create_table(
        "calibration_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calibration_id", sa.Integer(), nullable=False),
        sa.Column("marker_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "draft", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibration.id"], name=op.f("fk_calibration_try_calibration_id_calibration")
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["person.id"], name=op.f("fk_calibration_try_marker_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_try")),
        sa.UniqueConstraint(
            "calibration_id",
            "marker_id",
            "number",
            name=op.f("uq_calibration_try_calibration_id_marker_id_number"),
        ),
    )
    with op.batch_alter_table("calibration_try", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calibration_try_marker_id"), ["marker_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("calibration_try", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calibration_try_marker_id"))

    op.drop_table("calibration_try")
    with op.batch_alter_table("calibration_exemption", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calibration_exemption_person_id"))

    op.drop_table("calibration_exemption")
    op.drop_table("calibration")
    op.drop_table("class_feedback_version")
    op.drop_table("class_feedback")
