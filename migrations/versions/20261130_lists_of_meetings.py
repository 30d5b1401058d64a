"""lists of meetings, names that matched nobody.

Revision ID: b4dcaf61fa11
Revises: 450803436090
"""

import sqlalchemy as sa
from alembic import op

revision = "b4dcaf61fa11"
down_revision = "450803436090"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("told_in", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_person_alias_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_alias_person_id_person")),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["person.id"], name=op.f("fk_person_alias_removed_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_alias")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_alias_public_id")),
    )
    with op.batch_alter_table("person_alias", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_alias_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_alias_value"), ["value"], unique=False)

    op.create_table(
        "attendance_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tool", sa.String(length=40), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column(
            "reading", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "report", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["applied_by_id"], ["person.id"], name=op.f("fk_attendance_list_applied_by_id_person")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_attendance_list_by_id_person")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_attendance_list_session_id_live_session")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["person.id"], name=op.f("fk_attendance_list_undone_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_list")),
        sa.UniqueConstraint("public_id", name=op.f("uq_attendance_list_public_id")),
    )
    with op.batch_alter_table("attendance_list", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attendance_list_session_id_id"), ["session_id", "id"], unique=False
        )

    op.create_table(
        "unknown_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("original", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column(
            "spans", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("alias_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'assigned') = (place_id IS NOT NULL)", name=op.f("ck_unknown_name_assigned_to_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["alias_id"], ["person_alias.id"], name=op.f("fk_unknown_name_alias_id_person_alias")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_unknown_name_decided_by_id_person")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_unknown_name_place_id_place")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["live_session.id"], name=op.f("fk_unknown_name_session_id_live_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unknown_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_unknown_name_public_id")),
        sa.UniqueConstraint("session_id", "key", name=op.f("uq_unknown_name_session_id_key")),
    )
    with op.batch_alter_table("unknown_name", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_unknown_name_session_id_state"), ["session_id", "state"], unique=False
        )

    op.create_table(
        "attendance_list_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_attendance_list_file_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["attendance_list.id"], name=op.f("fk_attendance_list_file_list_id_attendance_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_list_file")),
        sa.UniqueConstraint("list_id", "position", name=op.f("uq_attendance_list_file_list_id_position")),
    )


def downgrade() -> None:
    op.drop_table("attendance_list_file")
    with op.batch_alter_table("unknown_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unknown_name_session_id_state"))

    op.drop_table("unknown_name")
    with op.batch_alter_table("attendance_list", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_list_session_id_id"))

    op.drop_table("attendance_list")
    with op.batch_alter_table("person_alias", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_alias_value"))
        batch_op.drop_index(batch_op.f("ix_person_alias_person_id"))

    op.drop_table("person_alias")
