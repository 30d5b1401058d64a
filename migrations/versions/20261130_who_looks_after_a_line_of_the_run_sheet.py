"""who looks after a line of the run-sheet.

Revision ID: 210b2e0ceae3
Revises: dec4f636e3b5
"""

import sqlalchemy as sa
from alembic import op

revision = "210b2e0ceae3"
down_revision = "dec4f636e3b5"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "duty",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_duty_cohort_id_cohort")),
        sa.ForeignKeyConstraint(["given_by_id"], ["person.id"], name=op.f("fk_duty_given_by_id_person")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_duty_owner_id_person")),
        sa.PrimaryKeyConstraint("cohort_id", "key", name=op.f("pk_duty")),
    )


def downgrade() -> None:

    op.drop_table("duty")
