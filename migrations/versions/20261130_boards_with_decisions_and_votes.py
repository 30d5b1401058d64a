"""Boards with decisions and votes.

Revision ID: 33a6f5d175bc
Revises: aeac9d4bb7fc
"""

import sqlalchemy as sa
from alembic import op

revision = "33a6f5d175bc"
down_revision = "aeac9d4bb7fc"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "board",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("course_key", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("numbered", sa.Boolean(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_board_closed_by_id_person")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_board_cohort_id_cohort")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name=op.f("fk_board_opened_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board")),
        sa.UniqueConstraint("public_id", name=op.f("uq_board_public_id")),
    )
    with op.batch_alter_table("board", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_board_cohort_id_id"), ["cohort_id", "id"], unique=False)

    op.create_table(
        "board_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=40), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_board_seat_board_id_board")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_board_seat_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_seat")),
        sa.UniqueConstraint("board_id", "person_id", name=op.f("uq_board_seat_board_id_person_id")),
    )
    with op.batch_alter_table("board_seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_board_seat_person_id"), ["person_id"], unique=False)

    op.create_table(
        "board_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "figures", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("band", sa.String(length=80), nullable=False),
        sa.Column(
            "pending", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_board_line_board_id_board")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_board_line_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_line")),
        sa.UniqueConstraint("board_id", "number", name=op.f("uq_board_line_board_id_number")),
        sa.UniqueConstraint("board_id", "place_id", name=op.f("uq_board_line_board_id_place_id")),
    )
    with op.batch_alter_table("board_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_board_line_place_id"), ["place_id"], unique=False)

    op.create_table(
        "board_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("part", sa.String(length=60), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("favour", sa.Integer(), nullable=False),
        sa.Column("against", sa.Integer(), nullable=False),
        sa.Column("abstained", sa.Integer(), nullable=False),
        sa.Column("casting", sa.Boolean(), nullable=False),
        sa.Column("minute", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "changes", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("denominator > 0", name=op.f("ck_board_item_denominator_positive")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_board_item_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_board_item_board_id_board")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_board_item_decided_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_board_item_entered_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["board_line.id"], name=op.f("fk_board_item_line_id_board_line")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["person.id"], name=op.f("fk_board_item_proposed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["person.id"], name=op.f("fk_board_item_released_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["board_item.id"], name=op.f("fk_board_item_reverses_id_board_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_item")),
        sa.UniqueConstraint("board_id", "number", name=op.f("uq_board_item_board_id_number")),
    )
    op.create_table(
        "board_vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("choice", sa.String(length=40), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["board_item.id"], name=op.f("fk_board_vote_item_id_board_item")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_board_vote_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_vote")),
    )
    with op.batch_alter_table("board_vote", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_board_vote_item_id_person_id"), ["item_id", "person_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("board_vote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_board_vote_item_id_person_id"))

    op.drop_table("board_vote")
    op.drop_table("board_item")
    with op.batch_alter_table("board_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_board_line_place_id"))

    op.drop_table("board_line")
    with op.batch_alter_table("board_seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_board_seat_person_id"))

    op.drop_table("board_seat")
    with op.batch_alter_table("board", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_board_cohort_id_id"))

    op.drop_table("board")
