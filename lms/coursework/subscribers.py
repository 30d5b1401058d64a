"""What coursework answers to the domains below: the work behind a marking task."""

from __future__ import annotations

from lms.assessment import ports
from lms.coursework import queries
from lms.coursework.queries.work import SOURCE

ports.work_readers[SOURCE] = queries.work_for_marker
