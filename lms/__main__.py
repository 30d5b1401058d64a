"""`python -m lms` is the same as `lms`."""

from lms.cli import main

main()
