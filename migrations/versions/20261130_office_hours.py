"""Office hours in slots, their bookings, who waits.

Revision ID: e30032195cff
Revises: 2d29c6d68e4f
"""

import sqlalchemy as sa
from alembic import op

revision = "e30032195cff"
down_revision = "2d29c6d68e4f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slot_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=1000), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_hours", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quota >= 1", name=op.f("ck_slot_series_quota")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_slot_series_cohort_id_cohort")),
        sa.ForeignKeyConstraint(["host_id"], ["person.id"], name=op.f("fk_slot_series_host_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_series")),
        sa.UniqueConstraint("public_id", name=op.f("uq_slot_series_public_id")),
    )
    with op.batch_alter_table("slot_series", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slot_series_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_slot_series_host_id"), ["host_id"], unique=False)

    op.create_table(
        "slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_for_id", sa.Integer(), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["held_for_id"], ["place.id"], name=op.f("fk_slot_held_for_id_place")),
        sa.ForeignKeyConstraint(["host_id"], ["person.id"], name=op.f("fk_slot_host_id_person")),
        sa.ForeignKeyConstraint(
            ["series_id"], ["slot_series.id"], name=op.f("fk_slot_series_id_slot_series")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sa.UniqueConstraint("public_id", name=op.f("uq_slot_public_id")),
    )
    with op.batch_alter_table("slot", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_slot_series_id_starts_at"), ["series_id", "starts_at"], unique=False
        )
        batch_op.create_index(
            "uq_slot_host_id_starts_at_offered",
            ["host_id", "starts_at"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "slot_wait",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_slot_wait_place_id_place")),
        sa.ForeignKeyConstraint(
            ["series_id"], ["slot_series.id"], name=op.f("fk_slot_wait_series_id_slot_series")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_wait")),
        sa.UniqueConstraint("series_id", "place_id", name=op.f("uq_slot_wait_series_id_place_id")),
    )
    op.create_table(
        "slot_booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_for", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_slot_booking_place_id_place")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_slot_booking_slot_id_slot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_booking")),
        sa.UniqueConstraint("public_id", name=op.f("uq_slot_booking_public_id")),
    )
    with op.batch_alter_table("slot_booking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slot_booking_place_id"), ["place_id"], unique=False)
        batch_op.create_index(
            "uq_slot_booking_slot_id_in_force",
            ["slot_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("slot_booking", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_slot_booking_slot_id_in_force",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_slot_booking_place_id"))

    op.drop_table("slot_booking")
    op.drop_table("slot_wait")
    with op.batch_alter_table("slot", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_slot_host_id_starts_at_offered",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_slot_series_id_starts_at"))

    op.drop_table("slot")
    with op.batch_alter_table("slot_series", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slot_series_host_id"))
        batch_op.drop_index(batch_op.f("ix_slot_series_cohort_id"))

    op.drop_table("slot_series")
