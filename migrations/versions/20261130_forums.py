"""forums: threads of modules and cohorts, mentions, reports, search.

Revision ID: 3ddf4681f7ad
Revises: e26bca3675f8
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "3ddf4681f7ad"
down_revision = "e26bca3675f8"
branch_labels = None
depends_on = None


SQLITE = (
    """CREATE VIRTUAL TABLE post_search_fts USING fts5(
    words, content='post_search', content_rowid='post_id', tokenize='unicode61 remove_diacritics 0', prefix='2 3')""",
    """CREATE TRIGGER post_search_added AFTER INSERT ON post_search BEGIN
    INSERT INTO post_search_fts(rowid, words) VALUES (new.post_id, new.words); END""",
    """CREATE TRIGGER post_search_gone AFTER DELETE ON post_search BEGIN
    INSERT INTO post_search_fts(post_search_fts, rowid, words) VALUES ('delete', old.post_id, old.words); END""",
    """CREATE TRIGGER post_search_changed AFTER UPDATE ON post_search BEGIN
    INSERT INTO post_search_fts(post_search_fts, rowid, words) VALUES ('delete', old.post_id, old.words);
    INSERT INTO post_search_fts(rowid, words) VALUES (new.post_id, new.words); END""",
)
POSTGRESQL = "CREATE INDEX post_search_fts ON post_search USING gin (to_tsvector('simple', words))"


def _searching() -> None:
    """The full-text index, and in it the posts that discussions hold already."""
    connection = op.get_bind()
    for statement in SQLITE if connection.dialect.name == "sqlite" else (POSTGRESQL,):
        op.execute(statement)
    there = connection.execute(
        sa.text(
            "SELECT post.id, post.text FROM post JOIN thread ON thread.id = post.thread_id"
            " WHERE thread.subject = 'discussion' AND post.hidden_at IS NULL ORDER BY post.id"
        )
    ).all()
    table = sa.table("post_search", sa.column("post_id", sa.Integer), sa.column("words", sa.Text))
    for start in range(0, len(there), 500):
        rows = [{"post_id": row.id, "words": _folded(row.text)} for row in there[start : start + 500]]
        connection.execute(sa.insert(table), rows)


def _folded(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    return " ".join(re.findall(r"\w+", plain))


def upgrade() -> None:
    op.create_table(
        "forum_choice",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("per_section", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_forum_choice_changed_by_id_person")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_forum_choice_cohort_id_cohort")),
        sa.PrimaryKeyConstraint("cohort_id", name=op.f("pk_forum_choice")),
    )
    op.create_table(
        "forum_ear",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ear", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_forum_ear_cohort_id_cohort")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_forum_ear_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "cohort_id", "module_id", name=op.f("pk_forum_ear")),
    )
    with op.batch_alter_table("forum_ear", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_forum_ear_cohort_id_module_id"), ["cohort_id", "module_id"], unique=False
        )

    op.create_table(
        "forum_seen",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_forum_seen_cohort_id_cohort")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_forum_seen_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "cohort_id", "module_id", name=op.f("pk_forum_seen")),
    )
    op.create_table(
        "thread_ear",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("ear", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_thread_ear_person_id_person")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_thread_ear_thread_id_thread")),
        sa.PrimaryKeyConstraint("thread_id", "person_id", name=op.f("pk_thread_ear")),
    )
    with op.batch_alter_table("thread_ear", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_thread_ear_person_id_thread_id"), ["person_id", "thread_id"], unique=False
        )

    op.create_table(
        "forum_thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=True),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("first_post_id", sa.Integer(), nullable=True),
        sa.Column("last_post_id", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("staff_answered", sa.Boolean(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_why", sa.String(length=200), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["post.id"], name=op.f("fk_forum_thread_answer_id_post")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_forum_thread_author_id_person")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_forum_thread_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["first_post_id"], ["post.id"], name=op.f("fk_forum_thread_first_post_id_post")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["thread.id"], name=op.f("fk_forum_thread_merged_into_id_thread")
        ),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_forum_thread_module_id_module")),
        sa.ForeignKeyConstraint(
            ["section_id"],
            ["section.id"],
            name=op.f("fk_forum_thread_section_id_section"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_forum_thread_thread_id_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forum_thread")),
        sa.UniqueConstraint("public_id", name=op.f("uq_forum_thread_public_id")),
        sa.UniqueConstraint("thread_id", name=op.f("uq_forum_thread_thread_id")),
    )
    with op.batch_alter_table("forum_thread", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_forum_thread_cohort_id_last_at_id"), ["cohort_id", "last_at", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_forum_thread_cohort_id_module_id_last_at_id"),
            ["cohort_id", "module_id", "last_at", "id"],
            unique=False,
        )

    op.create_table(
        "post_file",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_post_file_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_file_post_id_post")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_post_file")),
    )
    with op.batch_alter_table("post_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_file_post_id"), ["post_id"], unique=False)

    op.create_table(
        "post_mention",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_post_mention_person_id_person")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_mention_post_id_post")),
        sa.PrimaryKeyConstraint("post_id", "person_id", name=op.f("pk_post_mention")),
    )
    with op.batch_alter_table("post_mention", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_post_mention_person_id_post_id"), ["person_id", "post_id"], unique=False
        )

    op.create_table(
        "post_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_post_report_by_id_person")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_post_report_cohort_id_cohort")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_report_post_id_post")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_post_report_settled_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_report")),
        sa.UniqueConstraint("post_id", "by_id", name=op.f("uq_post_report_post_id_by_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_post_report_public_id")),
    )
    with op.batch_alter_table("post_report", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_post_report_cohort_id_settled_at"), ["cohort_id", "settled_at"], unique=False
        )

    op.create_table(
        "post_search",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_search_post_id_post")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_post_search")),
    )
    op.create_table(
        "post_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_version_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_version")),
    )
    with op.batch_alter_table("post_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_version_post_id_id"), ["post_id", "id"], unique=False)

    op.create_table(
        "forum_story",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("forum_thread_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column(
            "details", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_forum_story_actor_id_person")),
        sa.ForeignKeyConstraint(
            ["forum_thread_id"], ["forum_thread.id"], name=op.f("fk_forum_story_forum_thread_id_forum_thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forum_story")),
    )
    with op.batch_alter_table("forum_story", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_forum_story_forum_thread_id_id"), ["forum_thread_id", "id"], unique=False
        )

    _searching()


def downgrade() -> None:
    with op.batch_alter_table("forum_story", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_forum_story_forum_thread_id_id"))

    op.drop_table("forum_story")
    with op.batch_alter_table("post_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_version_post_id_id"))

    op.drop_table("post_version")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE post_search_fts")
    op.drop_table("post_search")
    with op.batch_alter_table("post_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_report_cohort_id_settled_at"))

    op.drop_table("post_report")
    with op.batch_alter_table("post_mention", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_mention_person_id_post_id"))

    op.drop_table("post_mention")
    with op.batch_alter_table("post_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_file_post_id"))

    op.drop_table("post_file")
    with op.batch_alter_table("forum_thread", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_forum_thread_cohort_id_module_id_last_at_id"))
        batch_op.drop_index(batch_op.f("ix_forum_thread_cohort_id_last_at_id"))

    op.drop_table("forum_thread")
    with op.batch_alter_table("thread_ear", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thread_ear_person_id_thread_id"))

    op.drop_table("thread_ear")
    op.drop_table("forum_seen")
    with op.batch_alter_table("forum_ear", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_forum_ear_cohort_id_module_id"))

    op.drop_table("forum_ear")
    op.drop_table("forum_choice")
