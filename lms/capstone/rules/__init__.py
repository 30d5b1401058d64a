"""Pure decisions of the capstone: states, order of milestones, drafts, promises and loads."""

from lms.capstone.rules.refusals import CapstoneRefusal
from lms.capstone.rules.states import Act, ProjectState, Step, SubmissionState, Told

__all__ = ["Act", "CapstoneRefusal", "ProjectState", "Step", "SubmissionState", "Told"]
