"""make-up sessions, states and backup hosts.

Revision ID: 86be3cd2b153
Revises: 396179a20c30
"""

import sqlalchemy as sa
from alembic import op

revision = "86be3cd2b153"
down_revision = "396179a20c30"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("live_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("make_up_of_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("backup_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("confirmed_by_id", sa.Integer(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_live_session_cohort_id_activity_id"), type_="unique")
        batch_op.create_index(
            batch_op.f("ix_live_session_cohort_id_activity_id"), ["cohort_id", "activity_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_live_session_make_up_of_id"), ["make_up_of_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_live_session_make_up_of_id_live_session"),
            "live_session",
            ["make_up_of_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_live_session_backup_id_person"), "person", ["backup_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_live_session_confirmed_by_id_person"), "person", ["confirmed_by_id"], ["id"]
        )

    with op.batch_alter_table("scheduled_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replaces", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("carries", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("added_by_id", sa.Integer(), nullable=True))
    item = sa.table("scheduled_item", sa.column("replaces", sa.String), sa.column("carries", sa.Boolean))
    op.execute(sa.update(item).values(replaces="", carries=False))
    with op.batch_alter_table("scheduled_item", schema=None) as batch_op:
        batch_op.alter_column("replaces", existing_type=sa.String(length=80), nullable=False)
        batch_op.alter_column("carries", existing_type=sa.Boolean(), nullable=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_scheduled_item_added_by_id_schedule_release"),
            "schedule_release",
            ["added_by_id"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("scheduled_item", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_scheduled_item_added_by_id_schedule_release"), type_="foreignkey"
        )
        batch_op.drop_column("added_by_id")
        batch_op.drop_column("carries")
        batch_op.drop_column("replaces")

    with op.batch_alter_table("live_session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_live_session_confirmed_by_id_person"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_live_session_backup_id_person"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_live_session_make_up_of_id_live_session"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_live_session_make_up_of_id"))
        batch_op.drop_index(batch_op.f("ix_live_session_cohort_id_activity_id"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_live_session_cohort_id_activity_id"), ["cohort_id", "activity_id"]
        )
        batch_op.drop_column("confirmed_by_id")
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("backup_id")
        batch_op.drop_column("make_up_of_id")
