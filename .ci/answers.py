"""Wait until a fresh `make run` answers, and look at what it says: address, seconds to wait, its process id."""

from __future__ import annotations

import re
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

OK = 200


def fetch(address: str) -> tuple[int, str]:
    """Return the status and text of an answer; 0 when there is none."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as refused:
        return refused.code, ""
    except OSError:
        return 0, ""


def alive(process: int) -> bool:
    """Say whether a process is still there and not merely waiting to be collected."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def main(base: str, seconds: float, process: int) -> str:
    """Return what is wrong, or an empty text."""
    started = time.monotonic()
    while fetch(f"{base}/healthz")[0] != OK:
        if time.monotonic() - started > seconds:
            return f"/healthz did not answer 200 within {seconds:.0f} s"
        if Path("/proc").is_dir() and not alive(process):
            return "it ended before it answered"
        time.sleep(0.5)
    print(f"answers after {time.monotonic() - started:.0f} s")
    status, page = fetch(f"{base}/login")
    if status != OK:
        return f"/login answered {status}"
    assets = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    if not any(asset.endswith(".css") for asset in assets):
        return "/login has no stylesheet"
    wrong = {asset: status for asset in sorted(assets) if (status := fetch(base + asset)[0]) != OK}
    return f"assets of /login are missing: {wrong}" if wrong else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3])) or 0)
