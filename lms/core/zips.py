"""What opening and reading a zip file, or an office file, may raise when it is damaged, locked or none at all."""

from __future__ import annotations

import zipfile
import zlib

UNREADABLE: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,  # a damaged stream
    RuntimeError,  # locked with a password; a method that we do not know is a NotImplementedError, which is one
    EOFError,
    OSError,
    ValueError,
)
"""For one `except`: the standard library has no common ancestor for them."""
