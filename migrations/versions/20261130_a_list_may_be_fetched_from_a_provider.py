"""A list may be fetched from a provider by nobody.

Revision ID: 489883d3839a
Revises: fcec18e4b2fb
"""

import sqlalchemy as sa
from alembic import op

revision = "489883d3839a"
down_revision = "fcec18e4b2fb"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attendance_list", schema=None) as batch_op:
        batch_op.alter_column("by_id", existing_type=sa.INTEGER(), nullable=True)


def downgrade() -> None:
    with op.batch_alter_table("attendance_list", schema=None) as batch_op:
        batch_op.alter_column("by_id", existing_type=sa.INTEGER(), nullable=False)
