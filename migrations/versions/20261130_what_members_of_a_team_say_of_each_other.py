"""What members of a team say of each other.

Revision ID: c0df9293536f
Revises: d69cafc23d3e
"""

import sqlalchemy as sa
from alembic import op

revision = "c0df9293536f"
down_revision = "d69cafc23d3e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "team_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("comment_by_id", sa.Integer(), nullable=True),
        sa.Column("comment_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_team_rating_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_team_rating_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["comment_by_id"], ["person.id"], name=op.f("fk_team_rating_comment_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name=op.f("fk_team_rating_opened_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_team_rating_settled_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_rating")),
        sa.UniqueConstraint("public_id", name=op.f("uq_team_rating_public_id")),
    )
    with op.batch_alter_table("team_rating", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_team_rating_cohort_id_settled_at"), ["cohort_id", "settled_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_team_rating_settled_at_closes_at"), ["settled_at", "closes_at"], unique=False
        )

    op.create_table(
        "team_rater",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column(
            "answers", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("excluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("excluded_by_id", sa.Integer(), nullable=True),
        sa.Column("excluded_reason", sa.Text(), nullable=False),
        sa.Column("factor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_team_rater_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["excluded_by_id"], ["person.id"], name=op.f("fk_team_rater_excluded_by_id_person")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_team_rater_place_id_place")),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["team_rating.id"], name=op.f("fk_team_rater_rating_id_team_rating")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_rater")),
        sa.UniqueConstraint("activity_id", "place_id", name=op.f("uq_team_rater_activity_id_place_id")),
    )
    with op.batch_alter_table("team_rater", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_rater_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_team_rater_rating_id"), ["rating_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("team_rater", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_rater_rating_id"))
        batch_op.drop_index(batch_op.f("ix_team_rater_place_id"))

    op.drop_table("team_rater")
    with op.batch_alter_table("team_rating", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_rating_settled_at_closes_at"))
        batch_op.drop_index(batch_op.f("ix_team_rating_cohort_id_settled_at"))

    op.drop_table("team_rating")
