"""Projects live through their milestones: what is kept, told, dated, marked and taken back."""

from __future__ import annotations

from tests.factories import capstone as factory


def test_smoke(session):
    c = factory.capstone(upto="m5")
    assert c.project.state.value == "in progress"
