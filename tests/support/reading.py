"""Reads the files of a programme, each only when its bytes have changed since somebody in this process read it."""

from __future__ import annotations

from pathlib import Path

from lms.curriculum.content import source
from lms.curriculum.content.source import Source


class Remembered:
    """Reads a file only when its bytes have changed."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, bytes], Source] = {}

    def __call__(self, root: Path, path: str) -> Source:
        file = root / path
        key = (path, file.read_bytes() if file.is_file() else b"")
        if key not in self.known:
            self.known[key] = source.read(root, path)
        return self.known[key]


read = Remembered()
