"""What a debrief has shown to the room, and what each member resolves to do.

Revision ID: 4cd45e25b00a
Revises: bf958159bcae
"""

import sqlalchemy as sa
from alembic import op

revision = "4cd45e25b00a"
down_revision = "bf958159bcae"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "simulation_behaviour",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_simulation_behaviour_place_id_place")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["simulation_run.id"], name=op.f("fk_simulation_behaviour_run_id_simulation_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_behaviour")),
        sa.UniqueConstraint("run_id", "place_id", name=op.f("uq_simulation_behaviour_run_id_place_id")),
    )
    with op.batch_alter_table("simulation_behaviour", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_simulation_behaviour_place_id"), ["place_id"], unique=False)

    op.create_table(
        "simulation_reveal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_simulation_reveal_by_id_person")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["simulation_run.id"], name=op.f("fk_simulation_reveal_run_id_simulation_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_reveal")),
        sa.UniqueConstraint("run_id", "part", name=op.f("uq_simulation_reveal_run_id_part")),
    )


def downgrade() -> None:
    op.drop_table("simulation_reveal")
    with op.batch_alter_table("simulation_behaviour", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_simulation_behaviour_place_id"))

    op.drop_table("simulation_behaviour")
