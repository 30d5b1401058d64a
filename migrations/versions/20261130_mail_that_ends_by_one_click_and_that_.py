"""mail that ends by one click and that comes back.

Revision ID: 396179a20c30
Revises: e79d1da82723
"""

import sqlalchemy as sa
from alembic import op

revision = "396179a20c30"
down_revision = "e79d1da82723"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_address",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("soft", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_mail_address")),
    )
    with op.batch_alter_table("mail_message", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("unsubscribe", sa.String(length=400), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("thread", sa.String(length=200), nullable=False, server_default=""))
    with op.batch_alter_table("mail_message", schema=None) as batch_op:
        batch_op.alter_column("unsubscribe", server_default=None)
        batch_op.alter_column("thread", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("mail_message", schema=None) as batch_op:
        batch_op.drop_column("thread")
        batch_op.drop_column("unsubscribe")

    op.drop_table("mail_address")
