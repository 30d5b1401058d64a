"""`python -m lms.simulations.engines.market course.json`"""

from __future__ import annotations

import sys

from lms.simulations.engines.market.course import ENGINE
from lms.simulations.engines.play import main

if __name__ == "__main__":
    sys.exit(main(ENGINE))
