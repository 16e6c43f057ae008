"""Every claim of the base read back in every pattern and language: true, doubled, tripled, moved, swapped.

Run: PYTHONPATH=.:tests/reader python bench/reader_readback.py [claims]
Prints verdicts by what was done to the number, in shares, and CPU seconds.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator

import rendering

from rechenmacht.domains.reader import Reader
from rechenmacht.evidence.base import load


def apart(reader: Reader, claim: rendering.Claim, subject: str) -> bool:
    """Whether a sibling's numbers are all far from a claim's, so that a swap is a lie."""
    middle = reader.records.middle
    ends = [middle(other) / middle(claim) for other in reader.records.of(subject, claim.quantity)]
    return bool(ends) and all(end > 0 and max(end, 1 / end) > 1.5 for end in ends)


def changed(
    reader: Reader, claim: rendering.Claim, pattern: int, lang: str
) -> Iterator[tuple[str, rendering.Sentence]]:
    """Yield what is done to a claim, and the sentence that comes of it."""
    base, records = reader.base, reader.records
    for name, factor in (("true", 1.0), ("doubled", 2.0), ("tripled", 3.0)):
        yield name, rendering.sentence(base, records, claim, pattern, lang, factor=factor)
    if base.quantities[claim.quantity].period == "year":
        yield "moved by three years", rendering.sentence(base, records, claim, pattern, lang, years=-3)
    others = [other for other in rendering.siblings(base, records, claim) if apart(reader, claim, other)]
    if others and base.quantities[claim.quantity].period == "static":
        other = others[len(claim.id) % len(others)]
        yield "of a sibling", rendering.sentence(base, records, claim, pattern, lang, subject=other)


def main() -> None:
    reader = Reader(load())
    claims = rendering.renderable(reader.base)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else len(claims)
    start, found = time.process_time(), dict[str, Counter[str]]()
    for claim in rendering.keyed(claims, "bench", count):
        for pattern in range(6):
            for lang in ("en", "de"):
                for name, one in changed(reader, claim, pattern, lang):
                    row = rendering.told(reader, one)
                    found.setdefault(name, Counter())[row[1].verdict if row else "missed"] += 1
    shares = {
        name: {"sentences": counter.total()} | {k: round(n / counter.total(), 4) for k, n in counter.most_common()}
        for name, counter in found.items()
    }
    print(json.dumps({"claims": count, **shares, "cpu_seconds": round(time.process_time() - start)}, indent=1))


if __name__ == "__main__":
    main()
