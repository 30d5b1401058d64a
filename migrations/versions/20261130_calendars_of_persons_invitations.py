"""calendars of persons, invitations by mail.

Revision ID: 450803436090
Revises: f2b329d7600d
"""

import sqlalchemy as sa
from alembic import op

revision = "450803436090"
down_revision = "f2b329d7600d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "left_out", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("client", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_table(
        "calendar_invitation",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("extra", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["scheduled_item.id"], name=op.f("fk_calendar_invitation_item_id_scheduled_item")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_invitation_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "item_id", name=op.f("pk_calendar_invitation")),
    )
    with op.batch_alter_table("calendar_invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_invitation_item_id"), ["item_id"], unique=False)

    with op.batch_alter_table("mail_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calendar", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("calendar_method", sa.String(length=20), nullable=False, server_default="")
        )
    with op.batch_alter_table("mail_message", schema=None) as batch_op:
        batch_op.alter_column("calendar", server_default=None)
        batch_op.alter_column("calendar_method", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("mail_message", schema=None) as batch_op:
        batch_op.drop_column("calendar_method")
        batch_op.drop_column("calendar")

    with op.batch_alter_table("calendar_invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_invitation_item_id"))

    op.drop_table("calendar_invitation")
    op.drop_table("calendar_feed")
