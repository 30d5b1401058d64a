"""What is one's own in the reckoning, resits, lists of marks, second looks.

Revision ID: bcd872971cd4
Revises: c0df9293536f
"""

import sqlalchemy as sa
from alembic import op

revision = "bcd872971cd4"
down_revision = "c0df9293536f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "grade_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "changes", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_grade_import_by_id_person")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_grade_import_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_grade_import_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["person.id"], name=op.f("fk_grade_import_undone_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_grade_import_public_id")),
    )
    with op.batch_alter_table("grade_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grade_import_cohort_id_id"), ["cohort_id", "id"], unique=False)

    op.create_table(
        "course_resit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("course_key", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("marked_by_id", sa.Integer(), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("denominator > 0", name=op.f("ck_course_resit_denominator_positive")),
        sa.ForeignKeyConstraint(
            ["marked_by_id"], ["person.id"], name=op.f("fk_course_resit_marked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["person.id"], name=op.f("fk_course_resit_opened_by_id_person")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_course_resit_place_id_place")),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["person.id"], name=op.f("fk_course_resit_released_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["person.id"], name=op.f("fk_course_resit_withdrawn_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_resit")),
        sa.UniqueConstraint("public_id", name=op.f("uq_course_resit_public_id")),
    )
    with op.batch_alter_table("course_resit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_course_resit_place_id_course_key"), ["place_id", "course_key"], unique=False
        )

    op.create_table(
        "grade_ruling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("denominator > 0", name=op.f("ck_grade_ruling_denominator_positive")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_grade_ruling_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_grade_ruling_by_id_person")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_grade_ruling_place_id_place")),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["person.id"], name=op.f("fk_grade_ruling_undone_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_ruling")),
        sa.UniqueConstraint("public_id", name=op.f("uq_grade_ruling_public_id")),
    )
    with op.batch_alter_table("grade_ruling", schema=None) as batch_op:
        batch_op.create_index(
            "uq_grade_ruling_in_force",
            ["place_id", "activity_id", "part", "kind"],
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )

    op.create_table(
        "mark_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("mark_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("assessor_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "judgement", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "trace", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column(
            "feedback", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("numerator", sa.BigInteger(), nullable=False),
        sa.Column("denominator", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint("denominator > 0", name=op.f("ck_mark_review_denominator_positive")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_mark_review_asked_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["assessor_id"], ["person.id"], name=op.f("fk_mark_review_assessor_id_person")
        ),
        sa.ForeignKeyConstraint(["mark_id"], ["mark.id"], name=op.f("fk_mark_review_mark_id_mark")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["request.id"], name=op.f("fk_mark_review_request_id_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_review")),
        sa.UniqueConstraint("public_id", name=op.f("uq_mark_review_public_id")),
    )
    with op.batch_alter_table("mark_review", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mark_review_assessor_id_state"), ["assessor_id", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_mark_review_request_id"), ["request_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("mark_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mark_review_request_id"))
        batch_op.drop_index(batch_op.f("ix_mark_review_assessor_id_state"))

    op.drop_table("mark_review")
    with op.batch_alter_table("grade_ruling", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_grade_ruling_in_force",
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )

    op.drop_table("grade_ruling")
    with op.batch_alter_table("course_resit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_resit_place_id_course_key"))

    op.drop_table("course_resit")
    with op.batch_alter_table("grade_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grade_import_cohort_id_id"))

    op.drop_table("grade_import")
