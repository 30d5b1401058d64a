"""How work was read to be compared, and what two pieces have in common.

Revision ID: eadeb62a5c52
Revises: 03af22368d68
"""

import sqlalchemy as sa
from alembic import op

revision = "eadeb62a5c52"
down_revision = "03af22368d68"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "work_overlap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("shared", sa.Integer(), nullable=False),
        sa.Column("other_words", sa.Integer(), nullable=False),
        sa.Column("other_shared", sa.Integer(), nullable=False),
        sa.Column("permille", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_work_overlap_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_work_overlap_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["other_id"], ["submission_version.id"], name=op.f("fk_work_overlap_other_id_submission_version")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["submission_version.id"],
            name=op.f("fk_work_overlap_version_id_submission_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_overlap")),
        sa.UniqueConstraint("public_id", name=op.f("uq_work_overlap_public_id")),
        sa.UniqueConstraint("version_id", "other_id", name=op.f("uq_work_overlap_version_id_other_id")),
    )
    with op.batch_alter_table("work_overlap", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_work_overlap_cohort_id_activity_id_permille"),
            ["cohort_id", "activity_id", "permille"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_work_overlap_other_id"), ["other_id"], unique=False)

    op.create_table(
        "work_reading",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("activity_key", sa.String(length=80), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column(
            "people", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("file_text", sa.Text(), nullable=False),
        sa.Column(
            "unread", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "prints", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_work_reading_programme_id_programme")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_work_reading_submission_id_submission")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["submission_version.id"],
            name=op.f("fk_work_reading_version_id_submission_version"),
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_work_reading")),
    )
    with op.batch_alter_table("work_reading", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_work_reading_programme_id_activity_key"),
            ["programme_id", "activity_key"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_work_reading_submission_id"), ["submission_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("work_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_reading_submission_id"))
        batch_op.drop_index(batch_op.f("ix_work_reading_programme_id_activity_key"))

    op.drop_table("work_reading")
    with op.batch_alter_table("work_overlap", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_overlap_other_id"))
        batch_op.drop_index(batch_op.f("ix_work_overlap_cohort_id_activity_id_permille"))

    op.drop_table("work_overlap")
