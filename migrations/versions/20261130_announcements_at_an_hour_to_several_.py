"""announcements at an hour, to several cohorts, with fields.

Revision ID: dec4f636e3b5
Revises: dbfe4eaabff4
"""

import sqlalchemy as sa
from alembic import op

revision = "dec4f636e3b5"
down_revision = "dbfe4eaabff4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("send_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column(
                "also",
                sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"),
                nullable=False,
                server_default="[]",
            )
        )
        batch_op.add_column(sa.Column("copy_of_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_announcement_copy_of_id"), ["copy_of_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_announcement_state_send_at"), ["state", "send_at"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_announcement_copy_of_id_announcement"), "announcement", ["copy_of_id"], ["id"]
        )

    with op.batch_alter_table("announcement_recipient", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "fields",
                sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"),
                nullable=False,
                server_default="{}",
            )
        )
    for table, column in (("announcement", "also"), ("announcement_recipient", "fields")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("announcement_recipient", schema=None) as batch_op:
        batch_op.drop_column("fields")

    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_announcement_copy_of_id_announcement"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_announcement_state_send_at"))
        batch_op.drop_index(batch_op.f("ix_announcement_copy_of_id"))
        batch_op.drop_column("copy_of_id")
        batch_op.drop_column("also")
        batch_op.drop_column("send_at")
