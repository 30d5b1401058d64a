"""Single mistakes in the shipped programme, by subject: each is made on the text of one file."""

from __future__ import annotations

from tests.curriculum.content.broken import (
    dates,
    files,
    grading,
    keys,
    names,
    policies,
    questions,
    rules,
    texts,
)

VARIANTS = (
    *files.VARIANTS,
    *keys.VARIANTS,
    *names.VARIANTS,
    *dates.VARIANTS,
    *policies.VARIANTS,
    *grading.VARIANTS,
    *questions.VARIANTS,
    *rules.VARIANTS,
    *texts.VARIANTS,
)
