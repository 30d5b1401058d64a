"""Photos without what cameras write into them: place, time, device. Which way is up is kept."""

from __future__ import annotations

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"iCCP",
    b"sBIT",
    b"pHYs",
    b"bKGD",
}
_ORIENTATION = 0x0112


def without_metadata(body: bytes) -> bytes | None:
    """The same picture without its metadata; None when it is no PNG or JPEG that can be read."""
    try:
        if body.startswith(_PNG):
            return _png(body)
        if body.startswith(b"\xff\xd8"):
            return _jpeg(body)
    except (struct.error, IndexError):
        return None
    return None


def _png(body: bytes) -> bytes | None:
    kept, at = [_PNG], len(_PNG)
    while at + 12 <= len(body):
        (length,) = struct.unpack(">I", body[at : at + 4])
        kind, end = body[at + 4 : at + 8], at + 12 + length
        if end > len(body):
            return None
        if kind in _PNG_KEPT:
            kept.append(body[at:end])
        if kind == b"IEND":
            return b"".join(kept)
        at = end
    return None


def _jpeg(body: bytes) -> bytes | None:
    kept, at, turned = [b"\xff\xd8"], 2, 1
    while at + 4 <= len(body) and body[at] == 0xFF:
        marker = body[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        (length,) = struct.unpack(">H", body[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > len(body):
            return None
        segment = body[at:end]
        if marker == 0xE1:
            turned = _orientation(segment) or turned
        elif marker == 0xDA:
            if turned != 1:
                kept.insert(1, _only_orientation(turned))
            return b"".join(kept) + body[at:]
        elif marker in (0xE0, 0xE2, 0xEE) or not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            kept.append(segment)
        at = end
    return None


def _orientation(segment: bytes) -> int | None:
    """Which way is up, from an Exif segment."""
    if segment[4:10] != b"Exif\0\0":
        return None
    tiff = segment[10:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    (first,) = struct.unpack(order + "I", tiff[4:8])
    (count,) = struct.unpack(order + "H", tiff[first : first + 2])
    for number in range(min(count, 200)):
        entry = tiff[first + 2 + 12 * number : first + 14 + 12 * number]
        tag, _kind, _many, value = struct.unpack(order + "HHIH", entry[:10])
        if tag == _ORIENTATION:
            return int(value) if 1 <= value <= 8 else None
    return None


def _only_orientation(turned: int) -> bytes:
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, turned, 0)
    tiff = b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    payload = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload
