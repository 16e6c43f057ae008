"""Random streams keyed by name: adding or renaming one stream moves no other.

A stream is a counter, not a sequence: what belongs to draw i follows from the name, the seed and i alone, so any part
of an ensemble can be made by itself, in any order, on any machine, and comes out the same.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
ROUNDS = 3
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_ONE, MIX_TWO = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def stream(name: str, seed: int) -> np.random.Generator:
    """Return the random generator of a name: a Philox counter keyed by a hash of the seed and the name."""
    digest = hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "little")))


def keys(name: str, seed: int) -> Words:
    """Return a name's keys: two words for each round of its permutation and one for its jitter, shape (7,)."""
    digest = hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=8 * (2 * ROUNDS + 1)).digest()
    return np.frombuffer(digest, dtype="<u8").astype(np.uint64)


def bits_of(draws: int) -> int:
    """Return how many bits hold the numbers below `draws`."""
    return max((draws - 1).bit_length(), 1)


def _scattered(x: Any, bits: int, key: Any) -> Any:
    """Return the keyed bijection of the numbers of so many bits: add, multiply by an odd number, fold, thrice."""
    kind = x.dtype.type
    mask, shift = kind((1 << bits) - 1), kind(bits // 2 + 1)
    for turn in range(ROUNDS):
        x = ((x + key[2 * turn]) * (key[2 * turn + 1] | kind(1))) & mask
        x = x ^ (x >> shift)
    return x


def permuted(index: Words, draws: int, key: Words) -> Words:
    """Return where a keyed permutation of 0 .. draws - 1 sends each index (same shape).

    The bijection is over the next power of two; what falls outside walks on until it falls inside (cycle walking, Black
    and Rogaway 2002), which takes less than two walks on average. Numbers of up to 32 bits need only the keys' low
    halves, which are quicker.
    """
    bits = bits_of(draws)
    kind = np.uint32 if bits <= 32 else np.uint64
    low = (key & np.uint64(0xFFFFFFFF)).astype(kind) if kind is np.uint32 else key
    with np.errstate(over="ignore"):
        x = _scattered(index.astype(kind), bits, low)
        outside = np.flatnonzero(x >= draws)
        while len(outside):
            x[outside] = _scattered(x[outside], bits, low)
            outside = outside[x[outside] >= draws]
    found: Words = x.astype(np.uint64)
    return found


def jitter(index: Words, key: Words) -> NDArray[np.float64]:
    """Return a uniform number in (0, 1) for each index: SplitMix64 of the keyed counter (same shape)."""
    with np.errstate(over="ignore"):
        z = (index + np.uint64(1)) * GOLDEN + key[2 * ROUNDS]
        z = (z ^ (z >> np.uint64(30))) * MIX_ONE
        z = (z ^ (z >> np.uint64(27))) * MIX_TWO
        z = z ^ (z >> np.uint64(31))
    found: NDArray[np.float64] = ((z >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    return found
