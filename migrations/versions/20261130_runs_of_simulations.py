"""runs of simulations.

Revision ID: bf958159bcae
Revises: 47d816aa9196
"""

import sqlalchemy as sa
from alembic import op

revision = "bf958159bcae"
down_revision = "47d816aa9196"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "simulation_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("scenario", sa.String(length=80), nullable=False),
        sa.Column("engine", sa.String(length=80), nullable=False),
        sa.Column("engine_version", sa.String(length=80), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=40), nullable=False),
        sa.Column("ranking", sa.String(length=40), nullable=False),
        sa.Column("results_at", sa.Time(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_simulation_run_cohort_id_cohort")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_simulation_run_created_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_simulation_run_section_id_section")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_run")),
        sa.UniqueConstraint("public_id", name=op.f("uq_simulation_run_public_id")),
    )
    with op.batch_alter_table("simulation_run", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_simulation_run_cohort_id_phase"), ["cohort_id", "phase"], unique=False
        )

    op.create_table(
        "simulation_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("item_key", sa.String(length=80), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("results_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "event", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_simulation_round_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["simulation_run.id"], name=op.f("fk_simulation_round_run_id_simulation_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_round")),
        sa.UniqueConstraint("public_id", name=op.f("uq_simulation_round_public_id")),
        sa.UniqueConstraint("run_id", "kind", "number", name=op.f("uq_simulation_round_run_id_kind_number")),
    )
    with op.batch_alter_table("simulation_round", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_simulation_round_closed_at_closes_at"), ["closed_at", "closes_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_simulation_round_published_at_results_at"),
            ["published_at", "results_at"],
            unique=False,
        )

    op.create_table(
        "simulation_team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("strategy", sa.String(length=80), nullable=False),
        sa.Column("assisted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["merged_into_id"],
            ["simulation_team.id"],
            name=op.f("fk_simulation_team_merged_into_id_simulation_team"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["simulation_run.id"], name=op.f("fk_simulation_team_run_id_simulation_run")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_simulation_team_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_team")),
        sa.UniqueConstraint("public_id", name=op.f("uq_simulation_team_public_id")),
        sa.UniqueConstraint("run_id", "key", name=op.f("uq_simulation_team_run_id_key")),
    )
    with op.batch_alter_table("simulation_team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_simulation_team_team_id"), ["team_id"], unique=False)

    op.create_table(
        "simulation_world",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("start", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["simulation_run.id"], name=op.f("fk_simulation_world_run_id_simulation_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_world")),
        sa.UniqueConstraint("public_id", name=op.f("uq_simulation_world_public_id")),
        sa.UniqueConstraint("run_id", "kind", "number", name=op.f("uq_simulation_world_run_id_kind_number")),
    )
    op.create_table(
        "simulation_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("lens", sa.String(length=80), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_simulation_member_place_id_place")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["simulation_run.id"], name=op.f("fk_simulation_member_run_id_simulation_run")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["simulation_team.id"], name=op.f("fk_simulation_member_team_id_simulation_team")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_member")),
    )
    with op.batch_alter_table("simulation_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_simulation_member_place_id"), ["place_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_simulation_member_team_id_left_at"), ["team_id", "left_at"], unique=False
        )
        batch_op.create_index(
            "uq_simulation_member_present",
            ["run_id", "place_id"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )

    op.create_table(
        "simulation_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_simulation_note_by_id_person")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["simulation_round.id"], name=op.f("fk_simulation_note_round_id_simulation_round")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["simulation_run.id"], name=op.f("fk_simulation_note_run_id_simulation_run")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["simulation_team.id"], name=op.f("fk_simulation_note_team_id_simulation_team")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_note")),
        sa.UniqueConstraint("public_id", name=op.f("uq_simulation_note_public_id")),
    )
    with op.batch_alter_table("simulation_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_simulation_note_run_id_id"), ["run_id", "id"], unique=False)

    op.create_table(
        "simulation_presence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_simulation_presence_place_id_place")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["simulation_round.id"],
            name=op.f("fk_simulation_presence_round_id_simulation_round"),
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["simulation_team.id"], name=op.f("fk_simulation_presence_team_id_simulation_team")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_presence")),
        sa.UniqueConstraint("round_id", "place_id", name=op.f("uq_simulation_presence_round_id_place_id")),
    )
    with op.batch_alter_table("simulation_presence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_simulation_presence_team_id"), ["team_id"], unique=False)

    op.create_table(
        "simulation_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("engine_version", sa.String(length=80), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("decisions", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "scores", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("played_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["simulation_round.id"], name=op.f("fk_simulation_result_round_id_simulation_round")
        ),
        sa.ForeignKeyConstraint(
            ["world_id"], ["simulation_world.id"], name=op.f("fk_simulation_result_world_id_simulation_world")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_result")),
        sa.UniqueConstraint(
            "world_id", "round_id", "attempt", name=op.f("uq_simulation_result_world_id_round_id_attempt")
        ),
    )
    with op.batch_alter_table("simulation_result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_simulation_result_round_id"), ["round_id"], unique=False)

    op.create_table(
        "simulation_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column(
            "draft", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pen_id", sa.Integer(), nullable=True),
        sa.Column("pen_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "submitted", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("submitted_rationale", sa.Text(), nullable=False),
        sa.Column("submission", sa.Integer(), nullable=False),
        sa.Column("submitted_version", sa.Integer(), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("idle", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["pen_id"], ["place.id"], name=op.f("fk_simulation_sheet_pen_id_place")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["simulation_round.id"], name=op.f("fk_simulation_sheet_round_id_simulation_round")
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["place.id"], name=op.f("fk_simulation_sheet_saved_by_id_place")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["place.id"], name=op.f("fk_simulation_sheet_submitted_by_id_place")
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["simulation_team.id"], name=op.f("fk_simulation_sheet_team_id_simulation_team")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_sheet")),
        sa.UniqueConstraint("round_id", "team_id", name=op.f("uq_simulation_sheet_round_id_team_id")),
    )
    with op.batch_alter_table("simulation_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_simulation_sheet_team_id"), ["team_id"], unique=False)

    op.create_table(
        "simulation_world_team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["simulation_team.id"], name=op.f("fk_simulation_world_team_team_id_simulation_team")
        ),
        sa.ForeignKeyConstraint(
            ["world_id"],
            ["simulation_world.id"],
            name=op.f("fk_simulation_world_team_world_id_simulation_world"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_world_team")),
        sa.UniqueConstraint("world_id", "team_id", name=op.f("uq_simulation_world_team_world_id_team_id")),
    )
    with op.batch_alter_table("simulation_world_team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_simulation_world_team_team_id"), ["team_id"], unique=False)

    op.create_table(
        "simulation_sheet_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column(
            "changed", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_simulation_sheet_entry_place_id_place")
        ),
        sa.ForeignKeyConstraint(
            ["sheet_id"],
            ["simulation_sheet.id"],
            name=op.f("fk_simulation_sheet_entry_sheet_id_simulation_sheet"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_sheet_entry")),
    )
    with op.batch_alter_table("simulation_sheet_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_simulation_sheet_entry_sheet_id_id"), ["sheet_id", "id"], unique=False
        )

    op.create_table(
        "simulation_voice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("submission", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_simulation_voice_place_id_place")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["simulation_sheet.id"], name=op.f("fk_simulation_voice_sheet_id_simulation_sheet")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_voice")),
        sa.UniqueConstraint("sheet_id", "place_id", name=op.f("uq_simulation_voice_sheet_id_place_id")),
    )


def downgrade() -> None:
    op.drop_table("simulation_voice")
    with op.batch_alter_table("simulation_sheet_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_simulation_sheet_entry_sheet_id_id"))

    op.drop_table("simulation_sheet_entry")
    with op.batch_alter_table("simulation_world_team", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_simulation_world_team_team_id"))

    op.drop_table("simulation_world_team")
    with op.batch_alter_table("simulation_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_simulation_sheet_team_id"))

    op.drop_table("simulation_sheet")
    with op.batch_alter_table("simulation_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_simulation_result_round_id"))

    op.drop_table("simulation_result")
    with op.batch_alter_table("simulation_presence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_simulation_presence_team_id"))

    op.drop_table("simulation_presence")
    with op.batch_alter_table("simulation_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_simulation_note_run_id_id"))

    op.drop_table("simulation_note")
    with op.batch_alter_table("simulation_member", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_simulation_member_present",
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_simulation_member_team_id_left_at"))
        batch_op.drop_index(batch_op.f("ix_simulation_member_place_id"))

    op.drop_table("simulation_member")
    op.drop_table("simulation_world")
    with op.batch_alter_table("simulation_team", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_simulation_team_team_id"))

    op.drop_table("simulation_team")
    with op.batch_alter_table("simulation_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_simulation_round_published_at_results_at"))
        batch_op.drop_index(batch_op.f("ix_simulation_round_closed_at_closes_at"))

    op.drop_table("simulation_round")
    with op.batch_alter_table("simulation_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_simulation_run_cohort_id_phase"))

    op.drop_table("simulation_run")
