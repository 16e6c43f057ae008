"""Write the race model's equations for others: a Vensim file, a listing in Markdown, or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np

from rechenmacht import __version__
from rechenmacht.distributions import QUANTILES
from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.backends.listing import Listing, listing
from rechenmacht.domains.race.backends.trace import trace
from rechenmacht.domains.race.inputs import inputs
from rechenmacht.domains.race.step import NAMES
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Parameter

END = "\n  ~\t\t{unit}\n  ~\t\t{note}\n  |\n"


def _parameters(base: Base) -> list[Parameter]:
    return [p for p in base.parameters.values() if p.mechanism in NAMES]


def medians(base: Base) -> dict[str, float]:
    """Return each parameter's median."""
    half = np.array([0.5])
    return {p.name: float(QUANTILES[p.distribution](half, p.low, p.mid, p.high)[0]) for p in _parameters(base)}


def equations(base: Base) -> Listing:
    """Return the reference scenario's equations."""
    return listing(trace(inputs(base), [p.name for p in _parameters(base)]))


def _choice(texts: tuple[str, ...], phases: tuple[int, ...]) -> str:
    """Return the equation that holds in the phase of the time step."""
    found = texts[-1]
    for text, later in zip(reversed(texts[:-1]), reversed(phases[1:]), strict=True):
        if text != found:
            found = f"IF THEN ELSE(Time < {later}, {text}, {found})"
    return found


def _clean(text: str) -> str:
    return " ".join(text.replace("|", "/").replace("~", "-").split())


def vensim(base: Base) -> str:
    """Return the model as a Vensim file: one step a quarter, parameters at their medians.

    Stocks change by next value minus value, so that Euler's method with a step of 1 repeats the model exactly.
    """
    model, middle = equations(base), medians(base)
    lines = ["{UTF-8}\n"]

    def add(name: str, equation: str, unit: str = "", note: str = "") -> None:
        lines.append(f"{name} =\n\t{equation}" + END.format(unit=unit, note=_clean(note)))

    for parameter, name in zip(_parameters(base), model.parameters, strict=True):
        sources = f" [{'; '.join(parameter.claims)}]" if parameter.claims else ""
        note = f"{parameter.name}: {parameter.note} ({parameter.basis}){sources}"
        add(name, repr(middle[parameter.name]), parameter.unit, note)
    for name, values in model.dated.items():
        points = ",".join(f"({step},{value!r})" for step, value in enumerate(values.tolist()))
        add(name, f"WITH LOOKUP(Time, ({points}))", "", "dated input, by quarter from 2022-Q1")
    for name, equation in model.auxiliaries.items():
        add(name, equation)
    for stock in model.stocks:
        add(f"next_{stock.name}", _choice(stock.later, model.phases))
        add(f"change_{stock.name}", f"(next_{stock.name} - {stock.name}) / TIME STEP")
        add(stock.name, f"INTEG(change_{stock.name}, {stock.begin})")
    for name, texts in model.outputs.items():
        add(name, _choice(texts, model.phases), "", "reported at the end of the quarter that begins at Time")
    lines.append("********************************************************\n\t.Control\n")
    lines.append("********************************************************~\n\t\tSimulation Control Parameters\n\t|\n")
    for name, value in {"FINAL TIME": len(QUARTERS) - 1, "INITIAL TIME": 0, "TIME STEP": 1}.items():
        add(name, str(value), "Quarter")
    add("SAVEPER", "TIME STEP", "Quarter")
    return "\n".join(lines)


def markdown(base: Base) -> str:
    """Return the equations as a listing, with each parameter's unit, prior and sources."""
    model = equations(base)
    lines = [
        f"# Equations of the race, version {__version__}",
        "",
        f"Traced from the code. Steps are quarters from {QUARTERS[0]}; the history ends before step",
        f"{model.phases[-1]}, and equations hold before or after it. `IF THEN ELSE(condition, yes, no)`.",
        "",
        "## Parameters",
        "",
        "| name | low | mid | high | unit | basis | sources | meaning |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{p.name}` | {p.low:g} | {p.mid:g} | {p.high:g} | {p.unit} | {p.basis} "
        f"| {'; '.join(p.claims)} | {_clean(p.note)} |"
        for p in _parameters(base)
    ]
    lines += ["", "## Equations", "", "```"]
    lines += [f"{name} = {equation}" for name, equation in model.auxiliaries.items()]
    lines += ["```", "", "## State", "", "```"]
    for stock in model.stocks:
        lines.append(f"{stock.name}(0) = {stock.begin}")
        lines += [f"{stock.name}(t+1) = {text}   [phase {n}]" for n, text in enumerate(stock.later)]
    return "\n".join([*lines, "```", ""])


def as_json(base: Base) -> str:
    """Return the equations as one JSON document."""
    model = equations(base)
    document = {
        "schema": "rechenmacht.model/1",
        "version": __version__,
        "data_checksum": base.checksum,
        "quarters": list(QUARTERS),
        "phases": list(model.phases),
        "parameters": [
            {"name": p.name, "symbol": symbol, "low": p.low, "mid": p.mid, "high": p.high, "unit": p.unit,
             "distribution": p.distribution, "basis": p.basis, "claims": list(p.claims), "note": p.note}
            for p, symbol in zip(_parameters(base), model.parameters, strict=True)
        ],
        "dated": {name: values.tolist() for name, values in model.dated.items()},
        "equations": model.auxiliaries,
        "state": [{"name": s.name, "begin": s.begin, "next": list(s.later)} for s in model.stocks],
        "outputs": {name: list(texts) for name, texts in model.outputs.items()},
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


FORMATS: dict[str, Callable[[Base], str]] = {"vensim": vensim, "markdown": markdown, "json": as_json}
