"""Files that arrive in pieces, and what a scanner says.

Revision ID: d69cafc23d3e
Revises: 6178b7d6f2ff
"""

import sqlalchemy as sa
from alembic import op

revision = "d69cafc23d3e"
down_revision = "6178b7d6f2ff"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file_scan",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_scan")),
    )
    with op.batch_alter_table("file_scan", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_file_scan_state_checked_at"), ["state", "checked_at"], unique=False
        )

    op.create_table(
        "file_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_file_upload_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_file_upload_owner_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_upload")),
        sa.UniqueConstraint("public_id", name=op.f("uq_file_upload_public_id")),
    )
    with op.batch_alter_table("file_upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_file_upload_file_id"), ["file_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_file_upload_owner_id_place"), ["owner_id", "place"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("file_upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_file_upload_owner_id_place"))
        batch_op.drop_index(batch_op.f("ix_file_upload_file_id"))

    op.drop_table("file_upload")
    with op.batch_alter_table("file_scan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_file_scan_state_checked_at"))

    op.drop_table("file_scan")
