"""Charts as small PNG files: flat colours need no more than a palette of 256."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

SIGN = b"\x89PNG\r\n\x1a\n"
RGBA, PALETTE, SUB = 6, 3, 1
MOST = 48
STEP = 8
LEVELS = 256 // STEP  # colours nearer than this in each channel are one


def _chunks(png: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    place = len(SIGN)
    while place < len(png):
        (size,) = struct.unpack(">I", png[place : place + 4])
        kind = png[place + 4 : place + 8]
        found[kind] = found.get(kind, b"") + png[place + 8 : place + 8 + size]
        place += 12 + size
    return found


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _pixels(png: bytes) -> NDArray[np.uint8] | None:
    """Return the colours, shape (row, column, 3); None for a form that our drawing library does not write."""
    chunks = _chunks(png)
    wide, high, depth, kind, *_, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    if (depth, kind, interlaced) != (8, RGBA, 0):
        return None
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(high, 1 + 4 * wide)
    if set(np.unique(rows[:, 0])) != {SUB}:
        return None
    return np.cumsum(rows[:, 1:].reshape(high, wide, 4), axis=1, dtype=np.uint8)[..., :3]


def smaller(png: bytes) -> bytes:
    """Return an opaque RGBA image with a palette; the image itself where it has another form."""
    pixels = _pixels(png)
    if pixels is None:
        return png
    packed = np.zeros(pixels.shape[:2], np.int32)
    for channel in range(3):
        packed = packed * LEVELS + pixels[..., channel] // STEP
    counts = np.bincount(packed.ravel(), minlength=LEVELS**3)
    used = np.flatnonzero(counts)
    sums = [np.bincount(packed.ravel(), pixels[..., channel].ravel(), LEVELS**3)[used] for channel in range(3)]
    means = np.rint(np.stack(sums, 1) / counts[used][:, None]).astype(np.int64)
    kept = np.argsort(-counts[used], kind="stable")[:MOST]
    # each colour that has no place of its own takes the nearest that has
    nearest = np.argmin(((means[:, None] - means[kept][None]) ** 2).sum(-1), axis=1).astype(np.uint8)
    place = np.zeros(LEVELS**3, np.uint8)
    place[used] = nearest
    high, wide = pixels.shape[:2]
    indices = place[packed]
    rows = np.concatenate([np.zeros((high, 1), np.uint8), indices], axis=1)
    head = struct.pack(">IIBBBBB", wide, high, 8, PALETTE, 0, 0, 0)
    return b"".join([
        SIGN, _chunk(b"IHDR", head), _chunk(b"PLTE", means[kept].astype(np.uint8).tobytes()),
        _chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)), _chunk(b"IEND", b""),
    ])  # fmt: skip
