"""Panels of resits.

Revision ID: 5c1e7f0b9a42
Revises: 33a6f5d175bc
"""

import sqlalchemy as sa
from alembic import op

revision = "5c1e7f0b9a42"
down_revision = "33a6f5d175bc"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resit_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resit_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seated_by_id", sa.Integer(), nullable=False),
        sa.Column("seated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_resit_seat_person_id_person")),
        sa.ForeignKeyConstraint(
            ["resit_id"], ["course_resit.id"], name=op.f("fk_resit_seat_resit_id_course_resit")
        ),
        sa.ForeignKeyConstraint(
            ["seated_by_id"], ["person.id"], name=op.f("fk_resit_seat_seated_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resit_seat")),
        sa.UniqueConstraint("resit_id", "person_id", name=op.f("uq_resit_seat_resit_id_person_id")),
    )
    with op.batch_alter_table("resit_seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resit_seat_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("resit_seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resit_seat_person_id"))

    op.drop_table("resit_seat")
