"""who was told what and by which channel.

Revision ID: dbfe4eaabff4
Revises: 3ddf4681f7ad
"""

import sqlalchemy as sa
from alembic import op

revision = "dbfe4eaabff4"
down_revision = "3ddf4681f7ad"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phone",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("calls", sa.Boolean(), nullable=False),
        sa.Column("texts_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("codes_sent", sa.Integer(), nullable=False),
        sa.Column("codes_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_phone_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_phone")),
    )
    op.create_table(
        "push_device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("endpoint", sa.String(length=1000), nullable=False),
        sa.Column("public_key", sa.String(length=120), nullable=False),
        sa.Column("secret", sa.String(length=40), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_push_device_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_device")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_device_endpoint")),
        sa.UniqueConstraint("public_id", name=op.f("uq_push_device_public_id")),
    )
    with op.batch_alter_table("push_device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_push_device_person_id"), ["person_id"], unique=False)

    op.create_table(
        "telling_habits",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest_every", sa.String(length=40), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("digest_weekday", sa.Integer(), nullable=False),
        sa.Column("digest_of", sa.Date(), nullable=True),
        sa.Column("digest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quiet_begins", sa.Integer(), nullable=True),
        sa.Column("quiet_ends", sa.Integer(), nullable=True),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name=op.f("ck_telling_habits_hour_of_a_day")),
        sa.CheckConstraint("digest_weekday BETWEEN 0 AND 6", name=op.f("ck_telling_habits_day_of_a_week")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_telling_habits_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_telling_habits")),
    )
    with op.batch_alter_table("telling_habits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_telling_habits_digest_at"), ["digest_at"], unique=False)

    op.create_table(
        "telling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=180), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_telling_cohort_id_cohort")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telling")),
        sa.UniqueConstraint("key", name=op.f("uq_telling_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_telling_public_id")),
    )
    with op.batch_alter_table("telling", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_telling_cohort_id_at"), ["cohort_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_telling_urgent_at"), ["urgent", "at"], unique=False)

    op.create_table(
        "call_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("telling_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_call_note_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_call_note_person_id_person")),
        sa.ForeignKeyConstraint(["telling_id"], ["telling.id"], name=op.f("fk_call_note_telling_id_telling")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_note")),
    )
    with op.batch_alter_table("call_note", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_call_note_telling_id_person_id"), ["telling_id", "person_id"], unique=False
        )

    op.create_table(
        "notice_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("telling_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mail_message.id"], name=op.f("fk_notice_delivery_mail_id_mail_message")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notice_delivery_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["telling_id"], ["telling.id"], name=op.f("fk_notice_delivery_telling_id_telling")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_delivery")),
        sa.UniqueConstraint("public_id", name=op.f("uq_notice_delivery_public_id")),
        sa.UniqueConstraint(
            "telling_id", "person_id", "channel", name=op.f("uq_notice_delivery_telling_id_person_id_channel")
        ),
    )
    with op.batch_alter_table("notice_delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_delivery_mail_id"), ["mail_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_notice_delivery_person_id_state"), ["person_id", "state"], unique=False
        )

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("telling_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(
            batch_op.f("ix_notice_telling_id_person_id"), ["telling_id", "person_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_notice_telling_id_telling"), "telling", ["telling_id"], ["id"]
        )

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.alter_column("urgent", server_default=None)

    with op.batch_alter_table("notice_choice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("how", sa.String(length=40), nullable=False, server_default="off"))
    op.execute(sa.text("UPDATE notice_choice SET how = 'at once' WHERE wanted"))
    with op.batch_alter_table("notice_choice", schema=None) as batch_op:
        batch_op.drop_column("wanted")
    with op.batch_alter_table("notice_choice", schema=None) as batch_op:
        batch_op.alter_column("how", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("notice_choice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wanted", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(sa.text("UPDATE notice_choice SET wanted = false WHERE how = 'off'"))
    with op.batch_alter_table("notice_choice", schema=None) as batch_op:
        batch_op.drop_column("how")
    with op.batch_alter_table("notice_choice", schema=None) as batch_op:
        batch_op.alter_column("wanted", server_default=None)

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_notice_telling_id_telling"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_notice_telling_id_person_id"))
        batch_op.drop_column("urgent")
        batch_op.drop_column("telling_id")

    for table in ("notice_delivery", "call_note", "telling", "telling_habits", "push_device", "phone"):
        op.drop_table(table)
