"""Reviews among learners: of work that comes to a marker, kept from others at levels that there are."""

from __future__ import annotations

from collections.abc import Iterator

from lms.curriculum.content import schema
from lms.curriculum.content.reader import ModuleContent, ProgrammeContent
from lms.curriculum.content.source import Problem


def reviews_possible(content: ProgrammeContent) -> Iterator[Problem]:
    """What is reviewed is work with a rubric; what is withheld from reviewers is named as policies.yaml names it."""
    for activity, module, loc in content.located():
        if not isinstance(activity, schema.Assignment | schema.Milestone) or activity.peer_review is None:
            continue
        if not _marked(activity, module):
            line = module.source.line((*loc, "peer_review"))
            message = (
                f"“{activity.id}” has no rubric, so nothing of it can be reviewed; give it one, or drop this"
            )
            yield Problem(module.source.path, line, message)
        levels = _levels(content)
        for level in activity.peer_review.withheld:
            if level not in levels:
                line = module.source.line((*loc, "peer_review", "withheld"))
                message = f"“{level}” is no level of confidentiality in policies.yaml; correct it"
                yield Problem(module.source.path, line, message)


def _levels(content: ProgrammeContent) -> set[str]:
    """The names of the levels: what stands before the colon."""
    return {line.partition(":")[0].strip() for line in content.policies.capstone.confidentiality}


def _marked(activity: schema.Assignment | schema.Milestone, module: ModuleContent) -> bool:
    if isinstance(activity, schema.Milestone):
        return bool(activity.parts)
    text = module.texts.get(activity.id)
    if activity.kind == "role_play" or text is None:  # performed: there is nothing to read
        return activity.kind != "role_play"
    return isinstance(text.head, schema.BriefHead) and text.head.rubric is not None
