"""Many files at once, sent to a real server of several processes: each is where it belongs, byte for byte.

`make bench-uploads` does the same with three hundred and measures it.
"""

from __future__ import annotations

import pytest

from tests.bench import uploads


@pytest.mark.slow
def test_files_that_many_send_at_once_all_arrive(app, session, fresh_database):
    report = uploads.measure(app, fresh_database, 12, 10, 4, "web")
    assert report.failed == []
    assert (len(report.sent), report.lost) == (12, 0)
