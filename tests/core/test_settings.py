"""Settings that follow from others."""

from __future__ import annotations

import pytest

from lms.core.config import Settings


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in ("PORT", "LMS_PORT", "LMS_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_links_lead_to_the_port_that_is_served(monkeypatch):
    assert Settings().base_url == "http://localhost:5000"
    monkeypatch.setenv("PORT", "5065")
    assert (Settings().port, Settings().base_url) == (5065, "http://localhost:5065")
    assert Settings(port=5001).base_url == "http://localhost:5001"


def test_an_address_that_is_given_holds_whatever_the_port(monkeypatch):
    monkeypatch.setenv("PORT", "5065")
    monkeypatch.setenv("LMS_BASE_URL", "https://cadre.example.org")
    assert Settings().base_url == "https://cadre.example.org"
