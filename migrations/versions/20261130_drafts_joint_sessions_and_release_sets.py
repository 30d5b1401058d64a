"""drafts, joint sessions and release sets.

Revision ID: fcec18e4b2fb
Revises: bf6b3640d806
"""

import sqlalchemy as sa
from alembic import op

revision = "fcec18e4b2fb"
down_revision = "bf6b3640d806"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "release_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_release_set_published_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["release_set.id"], name=op.f("fk_release_set_undoes_id_release_set")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_set")),
        sa.UniqueConstraint("public_id", name=op.f("uq_release_set_public_id")),
    )
    op.create_table(
        "schedule_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_schedule_draft_changed_by_id_person")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_schedule_draft_owner_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_draft")),
        sa.UniqueConstraint("public_id", name=op.f("uq_schedule_draft_public_id")),
    )
    with op.batch_alter_table("schedule_draft", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_schedule_draft_owner_id_state"), ["owner_id", "state"], unique=False
        )

    op.create_table(
        "joint_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_set_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ended_set_id"], ["release_set.id"], name=op.f("fk_joint_session_ended_set_id_release_set")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_joint_session_made_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["set_id"], ["release_set.id"], name=op.f("fk_joint_session_set_id_release_set")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_session")),
        sa.UniqueConstraint("public_id", name=op.f("uq_joint_session_public_id")),
    )
    op.create_table(
        "schedule_draft_cohort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("seen_release", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_schedule_draft_cohort_cohort_id_cohort")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["schedule_draft.id"], name=op.f("fk_schedule_draft_cohort_draft_id_schedule_draft")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_draft_cohort")),
        sa.UniqueConstraint(
            "draft_id", "cohort_id", name=op.f("uq_schedule_draft_cohort_draft_id_cohort_id")
        ),
    )
    with op.batch_alter_table("schedule_draft_cohort", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schedule_draft_cohort_cohort_id"), ["cohort_id"], unique=False)

    op.create_table(
        "schedule_draft_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("item_key", sa.String(length=80), nullable=False),
        sa.Column(
            "payload", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "seen", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_schedule_draft_edit_by_id_person")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_schedule_draft_edit_cohort_id_cohort")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["schedule_draft.id"], name=op.f("fk_schedule_draft_edit_draft_id_schedule_draft")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_draft_edit")),
        sa.UniqueConstraint("draft_id", "position", name=op.f("uq_schedule_draft_edit_draft_id_position")),
    )
    op.create_table(
        "joint_session_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("joint_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_joint_session_member_cohort_id_cohort")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["scheduled_item.id"], name=op.f("fk_joint_session_member_item_id_scheduled_item")
        ),
        sa.ForeignKeyConstraint(
            ["joint_id"], ["joint_session.id"], name=op.f("fk_joint_session_member_joint_id_joint_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_session_member")),
        sa.UniqueConstraint("joint_id", "item_id", name=op.f("uq_joint_session_member_joint_id_item_id")),
    )
    with op.batch_alter_table("joint_session_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_joint_session_member_item_id"), ["item_id"], unique=False)

    with op.batch_alter_table("schedule_release", schema=None) as batch_op:
        batch_op.add_column(sa.Column("set_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("draft_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_schedule_release_set_id"), ["set_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_schedule_release_set_id_release_set"), "release_set", ["set_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_schedule_release_draft_id_schedule_draft"), "schedule_draft", ["draft_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("schedule_release", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_schedule_release_draft_id_schedule_draft"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("fk_schedule_release_set_id_release_set"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_schedule_release_set_id"))
        batch_op.drop_column("draft_id")
        batch_op.drop_column("set_id")

    with op.batch_alter_table("joint_session_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_joint_session_member_item_id"))

    op.drop_table("joint_session_member")
    op.drop_table("schedule_draft_edit")
    with op.batch_alter_table("schedule_draft_cohort", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_schedule_draft_cohort_cohort_id"))

    op.drop_table("schedule_draft_cohort")
    op.drop_table("joint_session")
    with op.batch_alter_table("schedule_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_schedule_draft_owner_id_state"))

    op.drop_table("schedule_draft")
    op.drop_table("release_set")
