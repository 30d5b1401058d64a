"""Seats of sessions with their waiting lists and guests; questions with votes; feedback without names.

Revision ID: f2b329d7600d
Revises: e3e0ea892af8
"""

import sqlalchemy as sa
from alembic import op

revision = "f2b329d7600d"
down_revision = "e3e0ea892af8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback_answer",
        sa.Column("key", sa.String(length=12), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column(
            "ratings", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("best", sa.Text(), nullable=False),
        sa.Column("better", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_feedback_answer_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_feedback_answer")),
    )
    with op.batch_alter_table("feedback_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_answer_session_id"), ["session_id"], unique=False)

    op.create_table(
        "feedback_given",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_feedback_given_place_id_place")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_feedback_given_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("session_id", "place_id", name=op.f("pk_feedback_given")),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_for", sa.String(length=400), nullable=False),
        sa.Column("moderated_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_question_author_id_person")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["question.id"], name=op.f("fk_question_merged_into_id_question")
        ),
        sa.ForeignKeyConstraint(
            ["moderated_by_id"], ["person.id"], name=op.f("fk_question_moderated_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_question_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("public_id", name=op.f("uq_question_public_id")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_question_session_id_state"), ["session_id", "state"], unique=False
        )

    op.create_table(
        "question_log",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_question_log_published_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_question_log_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_question_log")),
    )
    op.create_table(
        "seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_seat_place_id_place")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_seat_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("public_id", name=op.f("uq_seat_public_id")),
        sa.UniqueConstraint("session_id", "place_id", name=op.f("uq_seat_session_id_place_id")),
    )
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_place_id"), ["place_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_seat_session_id_state_turn"), ["session_id", "state", "turn"], unique=False
        )

    op.create_table(
        "seat_plan",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("cancel_hours", sa.Integer(), nullable=False),
        sa.Column("last_turn", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("cancel_hours >= 0", name=op.f("ck_seat_plan_cancel_hours")),
        sa.CheckConstraint("seats >= 0", name=op.f("ck_seat_plan_seats")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_seat_plan_session_id_live_session")
        ),
        sa.ForeignKeyConstraint(
            ["updated_by_id"], ["person.id"], name=op.f("fk_seat_plan_updated_by_id_person")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_seat_plan")),
    )
    op.create_table(
        "session_guest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sort_name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["person.id"], name=op.f("fk_session_guest_added_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_session_guest_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_guest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_session_guest_public_id")),
    )
    with op.batch_alter_table("session_guest", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_session_guest_session_id_sort_name"), ["session_id", "sort_name"], unique=False
        )

    op.create_table(
        "question_vote",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_question_vote_person_id_person")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name=op.f("fk_question_vote_question_id_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", "person_id", name=op.f("pk_question_vote")),
    )


def downgrade() -> None:
    op.drop_table("question_vote")
    with op.batch_alter_table("session_guest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_guest_session_id_sort_name"))

    op.drop_table("session_guest")
    op.drop_table("seat_plan")
    with op.batch_alter_table("seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_session_id_state_turn"))
        batch_op.drop_index(batch_op.f("ix_seat_place_id"))

    op.drop_table("seat")
    op.drop_table("question_log")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_session_id_state"))
        batch_op.drop_index(batch_op.f("ix_question_merged_into_id"))

    op.drop_table("question")
    op.drop_table("feedback_given")
    with op.batch_alter_table("feedback_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_answer_session_id"))

    op.drop_table("feedback_answer")
