"""Random streams keyed by name: adding or renaming one stream moves no other."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(name: str, seed: int) -> np.random.Generator:
    """Return the random generator of a name: a Philox counter keyed by a hash of the seed and the name."""
    digest = hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "little")))
