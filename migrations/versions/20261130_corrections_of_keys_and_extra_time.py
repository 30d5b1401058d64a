"""corrections of keys and extra time.

Revision ID: 03af22368d68
Revises: bcd872971cd4
"""

import sqlalchemy as sa
from alembic import op

revision = "03af22368d68"
down_revision = "bcd872971cd4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extra_time",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("captions", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("percent >= 0 AND minutes >= 0", name=op.f("ck_extra_time_never_less")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_extra_time_by_id_person")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_extra_time_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra_time")),
    )
    with op.batch_alter_table("extra_time", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_extra_time_place_id_id"), ["place_id", "id"], unique=False)

    op.create_table(
        "quiz_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "key", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("past", sa.String(length=40), nullable=False),
        sa.Column("no_harm", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("rose", sa.Integer(), nullable=False),
        sa.Column("fell", sa.Integer(), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_quiz_correction_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_quiz_correction_by_id_person")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_quiz_correction_cohort_id_cohort")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["quiz_item.id"], name=op.f("fk_quiz_correction_item_id_quiz_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_correction")),
        sa.UniqueConstraint(
            "cohort_id", "activity_id", "number", name=op.f("uq_quiz_correction_cohort_id_activity_id_number")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_quiz_correction_public_id")),
    )


def downgrade() -> None:
    op.drop_table("quiz_correction")
    with op.batch_alter_table("extra_time", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_extra_time_place_id_id"))

    op.drop_table("extra_time")
