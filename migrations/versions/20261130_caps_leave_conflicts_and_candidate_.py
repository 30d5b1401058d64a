"""caps, leave, conflicts and candidate numbers of marking.

Revision ID: 6178b7d6f2ff
Revises: 489883d3839a
"""

import sqlalchemy as sa
from alembic import op

revision = "6178b7d6f2ff"
down_revision = "489883d3839a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "marking_leave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_marking_leave_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_marking_leave_person_id_person")),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_marking_leave_set_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_leave")),
        sa.UniqueConstraint("public_id", name=op.f("uq_marking_leave_public_id")),
    )
    with op.batch_alter_table("marking_leave", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_marking_leave_person_id_until_on"), ["person_id", "until_on"], unique=False
        )

    op.create_table(
        "marking_cap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("activity_key", sa.String(length=80), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.CheckConstraint("most >= 0", name=op.f("ck_marking_cap_most_not_negative")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_marking_cap_cohort_id_cohort")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_marking_cap_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_cap")),
        sa.UniqueConstraint(
            "cohort_id",
            "person_id",
            "activity_key",
            name=op.f("uq_marking_cap_cohort_id_person_id_activity_key"),
        ),
    )
    with op.batch_alter_table("marking_cap", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_marking_cap_person_id"), ["person_id"], unique=False)

    op.create_table(
        "allocation_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=60), nullable=False),
        sa.Column(
            "moves", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_allocation_run_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_allocation_run_by_id_person")),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_allocation_run_cohort_id_cohort")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_allocation_run_public_id")),
    )
    with op.batch_alter_table("allocation_run", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_allocation_run_cohort_id_activity_id"), ["cohort_id", "activity_id"], unique=False
        )

    op.create_table(
        "candidate_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unmasked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unmasked_by_id", sa.Integer(), nullable=True),
        sa.Column("unmask_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_candidate_number_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_candidate_number_cohort_id_cohort")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_candidate_number_place_id_place")),
        sa.ForeignKeyConstraint(
            ["unmasked_by_id"], ["person.id"], name=op.f("fk_candidate_number_unmasked_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_number")),
        sa.UniqueConstraint(
            "cohort_id",
            "activity_id",
            "number",
            name=op.f("uq_candidate_number_cohort_id_activity_id_number"),
        ),
        sa.UniqueConstraint(
            "cohort_id",
            "activity_id",
            "place_id",
            name=op.f("uq_candidate_number_cohort_id_activity_id_place_id"),
        ),
    )
    with op.batch_alter_table("candidate_number", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidate_number_place_id"), ["place_id"], unique=False)

    op.create_table(
        "marking_conflict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["person.id"], name=op.f("fk_marking_conflict_declared_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_marking_conflict_person_id_person")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_marking_conflict_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_conflict")),
        sa.UniqueConstraint("person_id", "place_id", name=op.f("uq_marking_conflict_person_id_place_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_marking_conflict_public_id")),
    )
    with op.batch_alter_table("marking_conflict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_marking_conflict_place_id"), ["place_id"], unique=False)

    with op.batch_alter_table("marking_task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("candidate_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_marking_task_candidate_id"), ["candidate_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_marking_task_candidate_id_candidate_number"),
            "candidate_number",
            ["candidate_id"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("marking_task", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_marking_task_candidate_id_candidate_number"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_marking_task_candidate_id"))
        batch_op.drop_column("candidate_id")

    with op.batch_alter_table("marking_conflict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_marking_conflict_place_id"))

    op.drop_table("marking_conflict")
    with op.batch_alter_table("candidate_number", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_candidate_number_place_id"))

    op.drop_table("candidate_number")
    with op.batch_alter_table("allocation_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocation_run_cohort_id_activity_id"))

    op.drop_table("allocation_run")
    with op.batch_alter_table("marking_cap", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_marking_cap_person_id"))

    op.drop_table("marking_cap")
    with op.batch_alter_table("marking_leave", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_marking_leave_person_id_until_on"))

    op.drop_table("marking_leave")
