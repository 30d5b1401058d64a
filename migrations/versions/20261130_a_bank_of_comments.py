"""a bank of comments.

Revision ID: a96b2ee760db
Revises: 11090fe43827
"""

import sqlalchemy as sa
from alembic import op

revision = "a96b2ee760db"
down_revision = "11090fe43827"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comment_snippet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("activity_key", sa.String(length=80), nullable=False),
        sa.Column("criterion", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_comment_snippet_cohort_id_cohort")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_comment_snippet_owner_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_snippet")),
        sa.UniqueConstraint("public_id", name=op.f("uq_comment_snippet_public_id")),
    )
    with op.batch_alter_table("comment_snippet", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_comment_snippet_cohort_id_activity_key"),
            ["cohort_id", "activity_key"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_comment_snippet_owner_id_retired_at"), ["owner_id", "retired_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("comment_snippet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comment_snippet_owner_id_retired_at"))
        batch_op.drop_index(batch_op.f("ix_comment_snippet_cohort_id_activity_key"))

    op.drop_table("comment_snippet")
