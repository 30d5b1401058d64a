"""What learners say of others' work.

Revision ID: 47d816aa9196
Revises: 5c1e7f0b9a42
"""

import sqlalchemy as sa
from alembic import op

revision = "47d816aa9196"
down_revision = "5c1e7f0b9a42"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "peer_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_peer_round_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_peer_round_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name=op.f("fk_peer_round_opened_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["person.id"], name=op.f("fk_peer_round_released_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_round")),
        sa.UniqueConstraint("cohort_id", "activity_id", name=op.f("uq_peer_round_cohort_id_activity_id")),
    )
    with op.batch_alter_table("peer_round", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_peer_round_released_at_closes_at"), ["released_at", "closes_at"], unique=False
        )

    op.create_table(
        "peer_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["peer_round.id"], name=op.f("fk_peer_unit_round_id_peer_round")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["marking_task.id"], name=op.f("fk_peer_unit_task_id_marking_task")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_unit")),
    )
    with op.batch_alter_table("peer_unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_peer_unit_round_id"), ["round_id"], unique=False)

    op.create_table(
        "peer_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_peer_member_place_id_place")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["peer_round.id"], name=op.f("fk_peer_member_round_id_peer_round")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["peer_unit.id"], name=op.f("fk_peer_member_unit_id_peer_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_member")),
        sa.UniqueConstraint("round_id", "place_id", name=op.f("uq_peer_member_round_id_place_id")),
    )
    with op.batch_alter_table("peer_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_peer_member_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_peer_member_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "peer_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("piece_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("allotted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "answers", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("overall", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.String(length=40), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_by_id", sa.Integer(), nullable=True),
        sa.Column("hidden_reason", sa.Text(), nullable=False),
        sa.Column("useful", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["person.id"], name=op.f("fk_peer_review_answered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["hidden_by_id"], ["person.id"], name=op.f("fk_peer_review_hidden_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["piece_id"], ["peer_unit.id"], name=op.f("fk_peer_review_piece_id_peer_unit")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["peer_unit.id"], name=op.f("fk_peer_review_reviewer_id_peer_unit")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["peer_round.id"], name=op.f("fk_peer_review_round_id_peer_round")
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["person.id"], name=op.f("fk_peer_review_saved_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peer_review")),
        sa.UniqueConstraint("public_id", name=op.f("uq_peer_review_public_id")),
        sa.UniqueConstraint("reviewer_id", "piece_id", name=op.f("uq_peer_review_reviewer_id_piece_id")),
    )
    with op.batch_alter_table("peer_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_peer_review_piece_id"), ["piece_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_peer_review_round_id"), ["round_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("peer_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_peer_review_round_id"))
        batch_op.drop_index(batch_op.f("ix_peer_review_piece_id"))

    op.drop_table("peer_review")
    with op.batch_alter_table("peer_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_peer_member_unit_id"))
        batch_op.drop_index(batch_op.f("ix_peer_member_place_id"))

    op.drop_table("peer_member")
    with op.batch_alter_table("peer_unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_peer_unit_round_id"))

    op.drop_table("peer_unit")
    with op.batch_alter_table("peer_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_peer_round_released_at_closes_at"))

    op.drop_table("peer_round")
