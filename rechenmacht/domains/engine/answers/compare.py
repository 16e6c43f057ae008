"""The answer to the question compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rechenmacht.answers.answer import Answer, Ranges, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.engine import compare as comparing
from rechenmacht.domains.engine import questions, shown
from rechenmacht.domains.engine.answers.common import claims_of, system_of
from rechenmacht.domains.engine.calibrated import calibration
from rechenmacht.domains.engine.compare import Comparison, Workload
from rechenmacht.domains.engine.documents import document
from rechenmacht.domains.engine.outcome import Terms
from rechenmacht.evidence.base import Base


def _workload(asked: questions.Compare) -> Workload:
    given, there = document(asked.described, asked.workload, "workload")
    return comparing.described(given, asked.workload) if there else comparing.workload(asked.workload)


def _of(values: Sequence[float], which: int) -> float | None:
    return values[which] if which < len(values) else None


def _terms(asked: questions.Compare, which: int) -> Terms:
    """Return the prices, rent, use and engineering given for A (0) or B (1)."""
    return Terms(None, "us", _of(asked.price, which), _of(asked.rent, which), _of(asked.use, which),
                 _of(asked.engineering, which))  # fmt: skip


def _line(what: str, a: float | None, b: float | None, unit: str, ratio: float | None = None) -> dict[str, Any]:
    """Return a figure of both systems; its ratio has no interval unless it is given one."""
    over = a / b if ratio is None and a and b else ratio
    return {"what": what, "a": a, "b": b, "ratio": over, "low": None, "high": None, "unit": unit}


def _sides(found: Comparison) -> list[dict[str, Any]]:
    """Return the figures of both systems, with A over B."""
    a, b = found.a, found.b

    rate = _line("delivered", a.rate, b.rate, "tokens/s", found.delivered_ratio)
    lines = [
        _line("peak", a.system.peak16, b.system.peak16, "TFLOP/s", found.peak_ratio),
        rate | {"low": found.delivered_low, "high": found.delivered_high},
        _line("power", a.power_kw, b.power_kw, "kW", found.power_ratio),
        _line("per_kw", a.rate / a.power_kw, b.rate / b.power_kw, "tokens/s/kW")
        | {"low": found.delivered_low / found.power_ratio, "high": found.delivered_high / found.power_ratio},
        _line("cost", a.million.value, b.million.value, "USD", found.cost_ratio)
        | {"low": found.cost.low, "high": found.cost.high},
    ]
    if a.racks or b.racks:
        lines.append(_line("racks", a.racks, b.racks, "1"))
    return lines


def compare(asked: questions.Compare, base: Base, told: Told) -> Answer:
    """Set two systems side by side on a workload."""
    del told
    one, two = (system_of(base, name, asked.described) for name in asked.system)
    fitted, regions = calibration(base), [*(name.lower() for name in asked.region), "us", "us"]
    found = comparing.compare(
        base, one, two, _workload(asked), fitted.coefficients, regions[0], regions[1], asked.precision,
        _terms(asked, 0), _terms(asked, 1), fitted.offsets,
    )  # fmt: skip
    assumed = [
        {"system": side.system.name, "what": key.replace("_", " "), "assumed": text}
        for side in (found.a, found.b) for key, text in side.result.assumed.items()
    ]  # fmt: skip
    document = found.document()
    values = document | document["break_even"]
    return Answer(
        asked, values,
        (Table("sides", shown.Versus, _sides(found)), Table("assumptions", shown.SideAssumed, assumed, machine=False)),
        claims=tuple(dict.fromkeys((*claims_of(base, one), *claims_of(base, two)))),
        charts=(Ranges("sides", "sides", "what", "ratio", unit="1"),),
        show=("price_factor_of_a", "maturity_factor_of_a"),
    )  # fmt: skip
