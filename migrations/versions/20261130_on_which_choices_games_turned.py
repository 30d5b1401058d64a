"""on which choices games turned.

Revision ID: 8aef4049fda9
Revises: 4cd45e25b00a
"""

import sqlalchemy as sa
from alembic import op

revision = "8aef4049fda9"
down_revision = "4cd45e25b00a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "simulation_turned",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["simulation_team.id"], name=op.f("fk_simulation_turned_team_id_simulation_team")
        ),
        sa.ForeignKeyConstraint(
            ["world_id"], ["simulation_world.id"], name=op.f("fk_simulation_turned_world_id_simulation_world")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulation_turned")),
        sa.UniqueConstraint("world_id", "team_id", name=op.f("uq_simulation_turned_world_id_team_id")),
    )
    with op.batch_alter_table("simulation_turned", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_simulation_turned_team_id"), ["team_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("simulation_turned", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_simulation_turned_team_id"))

    op.drop_table("simulation_turned")
