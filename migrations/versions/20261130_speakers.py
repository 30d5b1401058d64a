"""Speakers of masterclasses, times offered, consents, slides.

Revision ID: 2d29c6d68e4f
Revises: 210b2e0ceae3
"""

import sqlalchemy as sa
from alembic import op

revision = "2d29c6d68e4f"
down_revision = "210b2e0ceae3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "speaker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("backup", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("line", sa.String(length=160), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("slot_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("bio", sa.Text(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=True),
        sa.Column("conflict", sa.Text(), nullable=False),
        sa.Column("conflict_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("cancelled_for", sa.String(length=400), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("link_issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["person.id"], name=op.f("fk_speaker_invited_by_id_person")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_speaker_person_id_person")),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["stored_file.id"], name=op.f("fk_speaker_photo_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_speaker_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_speaker_link_hash")),
        sa.UniqueConstraint("public_id", name=op.f("uq_speaker_public_id")),
        sa.UniqueConstraint("session_id", "person_id", name=op.f("uq_speaker_session_id_person_id")),
    )
    with op.batch_alter_table("speaker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_speaker_person_id"), ["person_id"], unique=False)

    op.create_table(
        "speaker_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("artefact", sa.String(length=40), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["speaker.id"], name=op.f("fk_speaker_consent_speaker_id_speaker")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_consent")),
    )
    with op.batch_alter_table("speaker_consent", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_speaker_consent_speaker_id_artefact_id"),
            ["speaker_id", "artefact", "id"],
            unique=False,
        )

    op.create_table(
        "speaker_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_speaker_file_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["speaker.id"], name=op.f("fk_speaker_file_speaker_id_speaker")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_file")),
        sa.UniqueConstraint("public_id", name=op.f("uq_speaker_file_public_id")),
    )
    with op.batch_alter_table("speaker_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_speaker_file_speaker_id"), ["speaker_id"], unique=False)

    op.create_table(
        "speaker_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("speaker_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["speaker.id"], name=op.f("fk_speaker_slot_speaker_id_speaker")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_slot")),
        sa.UniqueConstraint("public_id", name=op.f("uq_speaker_slot_public_id")),
        sa.UniqueConstraint("speaker_id", "starts_at", name=op.f("uq_speaker_slot_speaker_id_starts_at")),
    )


def downgrade() -> None:
    op.drop_table("speaker_slot")
    with op.batch_alter_table("speaker_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_speaker_file_speaker_id"))

    op.drop_table("speaker_file")
    with op.batch_alter_table("speaker_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_speaker_consent_speaker_id_artefact_id"))

    op.drop_table("speaker_consent")
    with op.batch_alter_table("speaker", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_speaker_person_id"))

    op.drop_table("speaker")
