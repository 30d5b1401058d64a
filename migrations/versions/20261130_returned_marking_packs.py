"""returned marking packs.

Revision ID: b59863413b65
Revises: eadeb62a5c52
"""

import sqlalchemy as sa
from alembic import op

revision = "b59863413b65"
down_revision = "eadeb62a5c52"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pack_return",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "rows", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "files", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "left_out", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_pack_return_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_pack_return_cohort_id_cohort")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pack_return_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_return")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pack_return_public_id")),
    )
    with op.batch_alter_table("pack_return", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_pack_return_person_id_cohort_id_activity_id"),
            ["person_id", "cohort_id", "activity_id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("pack_return", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pack_return_person_id_cohort_id_activity_id"))

    op.drop_table("pack_return")
