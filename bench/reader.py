"""Time of reading 200 articles of 8 kB, as a ratio to splitting the same text into words; and of 1 MB of hostile text.

Run: PYTHONPATH=. python bench/reader.py
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Callable
from pathlib import Path

from rechenmacht.domains.reader import Reader, compiled
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import load

ARTICLES = Path(__file__).resolve().parent.parent / "tests" / "reader" / "articles"
HOSTILE = {
    "digits": "1" * 1_000_000, "points": "1." * 500_000, "commas": "1,234" * 200_000, "hyphens": "a-" * 500_000,
    "ranges": "1-" * 500_000,
    "letters": "a" * 1_000_000, "number words": "zweihundertfünfzigtausend" * 40_000,
    "million": "million " * 125_000, "numbers": "17 " * 333_000,
    "money": "$5bn " * 200_000, "dates": "2024 " * 200_000, "one sentence": "im Jahr 2024 kostete der H100 rund "
    "30.000 Dollar und " * 19_000, "brackets": "([{" * 330_000,
    "quotes": '"' * 1_000_000, "half": "half a " * 140_000, "names": "CloudMatrix 384 " * 62_000,
    "and": "zwei und drei oder vier bis fünf " * 30_000,
    "says": "laut Nvidia sagte " * 55_000, "at": "a@b." * 250_000, "times": "zehnmal so viele Chips " * 43_000,
}  # fmt: skip


def measured(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def attempt(reader: Reader, text: str) -> None:
    """Read a text; more numbers than any article holds are refused, which ends the reading too."""
    with contextlib.suppress(BadInput):
        reader.read(text)


def articles() -> list[str]:
    texts = [
        re.sub(r"⟦([^|⟧]*)\|[^⟧]*⟧", r"\1", path.read_text(encoding="utf-8")) for path in sorted(ARTICLES.glob("*.txt"))
    ]
    return [((texts[k % len(texts)] + "\n\n" + texts[(k + 1) % len(texts)]) * 5)[:8000] for k in range(200)]


def main() -> None:
    base = load()
    texts = articles()
    reader = Reader(base)
    split = measured(lambda: [re.findall(r"\w+", text) for text in texts])
    read = measured(lambda: [reader.read(text, str(k)) for k, text in enumerate(texts)])
    result = {
        "articles": len(texts),
        "compiled": compiled.used(),
        "seconds": round(read, 2),
        "ratio_to_word_split": round(read / split, 1),
        "hostile_seconds": {},
    }
    for name, text in HOSTILE.items():
        result["hostile_seconds"][name] = round(measured(lambda t=text: attempt(reader, t[:1_000_000])), 2)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
