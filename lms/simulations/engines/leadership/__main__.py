"""`python -m lms.simulations.engines.leadership course.json`."""

from __future__ import annotations

import sys

from lms.simulations.engines.leadership.course import Answer, Course, play
from lms.simulations.engines.play import Engine, main

ENGINE = Engine(name="leadership", scenario="six-quarters", course=Course, answer=Answer, play=play)

if __name__ == "__main__":
    sys.exit(main(ENGINE))
