"""The base read back to itself, over a keyed sample: what is true, doubled, of another year, of a sibling.

The whole base stands in bench/reader_readback.py; here a sample, so that the suite stays quick.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import rendering

from rechenmacht.domains.reader import Reader
from rechenmacht.evidence.base import load

KEY, COUNT = "suite", 240
YES = {"supported", "imprecise"}


@cache
def reader() -> Reader:
    return Reader(load())


def verdicts(sentences: list[rendering.Sentence]) -> tuple[Counter[str], list[str]]:
    found: Counter[str] = Counter()
    lines = []
    for one in sentences:
        row = rendering.told(reader(), one)
        which = row[1].verdict if row else "missed"
        found[which] += 1
        lines.append(f"{which}: {one.text}")
    return found, lines


def sample(**changed: float) -> list[rendering.Sentence]:
    base, records = reader().base, reader().records
    claims = rendering.keyed(rendering.renderable(base), KEY, COUNT)
    return [
        rendering.sentence(base, records, claim, k % 6, ("en", "de")[k // 6 % 2], factor=changed.get("factor", 1.0))
        for k, claim in enumerate(claims)
    ]


def test_what_the_base_says_is_confirmed() -> None:
    found, lines = verdicts(sample())
    assert found["supported"] + found["imprecise"] >= 0.95 * COUNT, [
        line for line in lines if line[:4] not in {"supp", "impr"}
    ]
    assert found["contradicted"] <= 0.005 * COUNT, [line for line in lines if line.startswith("contr")]


def test_twice_what_the_base_says_is_never_confirmed() -> None:
    found, lines = verdicts(sample(factor=2.0))
    assert found["supported"] <= 0.01 * COUNT, [line for line in lines if line.startswith("supp")]
    assert found["contradicted"] >= 0.7 * COUNT, [line for line in lines if not line.startswith("contr")]


def test_three_times_what_the_base_says_is_wrong() -> None:
    found, lines = verdicts(sample(factor=3.0))
    assert found["contradicted"] >= 0.8 * COUNT, [line for line in lines if not line.startswith("contr")]


def _apart(one: float, two: float) -> bool:
    return one > 0 and two > 0 and max(one / two, two / one) > 1.5


def test_the_number_of_a_sibling_is_not_confirmed() -> None:
    base, records = reader().base, reader().records
    sentences = []
    for place, claim in enumerate(rendering.keyed(rendering.renderable(base), f"{KEY}/swap", 400)):
        others = [
            s for s in rendering.siblings(base, records, claim)
            if all(_apart(records.middle(c), records.middle(claim)) for c in records.of(s, claim.quantity))
        ]  # fmt: skip
        if others and base.quantities[claim.quantity].period == "static":
            lang = ("en", "de")[place % 2]
            sentences.append(
                rendering.sentence(base, records, claim, place % 5, lang, subject=others[place % len(others)])
            )
    found, lines = verdicts(sentences[:120])
    assert found["supported"] <= 0.02 * found.total(), [line for line in lines if line.startswith("supp")]
    assert found["contradicted"] + found["other"] >= 0.8 * found.total(), lines


def test_the_number_of_another_year_is_not_confirmed() -> None:
    base, records = reader().base, reader().records
    sentences = []
    for place, claim in enumerate(rendering.keyed(rendering.renderable(base), f"{KEY}/year", 900)):
        if base.quantities[claim.quantity].period != "year" or len(claim.as_of) != 4:
            continue
        then = [c for c in records.of(claim.subject, claim.quantity) if c.as_of == str(int(claim.as_of) - 3)]
        if then and all(_apart(records.middle(c) * 1.3, records.middle(claim)) for c in then):
            sentences.append(rendering.sentence(base, records, claim, place % 5, ("en", "de")[place % 2], years=-3))
    found, lines = verdicts(sentences[:60])
    assert found.total() >= 5
    assert found["supported"] == 0, lines


def test_every_quantity_that_has_claims_is_reached_by_its_own_name() -> None:
    """In both languages, also for a quantity with no synonyms: its name and meaning are enough."""
    base, records = reader().base, reader().records
    first = {}
    for claim in rendering.renderable(base):
        first.setdefault(claim.quantity, claim)
    lost = []
    for claim in first.values():
        for lang in ("en", "de"):
            one = rendering.sentence(base, records, claim, 4, lang)
            row = rendering.told(reader(), one)
            if row is None or claim.quantity not in {row[1].quantity, *(c[1] for c in row[0].candidates)}:
                lost.append(f"{claim.quantity} {lang}: {one.text}")
    assert not lost
