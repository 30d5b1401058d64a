"""Pure decisions of coursework: lateness, quizzes, work handed in, forms, extensions."""

from lms.coursework.rules.refusals import CourseworkRefusal

__all__ = ["CourseworkRefusal"]
