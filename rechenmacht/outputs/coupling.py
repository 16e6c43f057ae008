"""Write docs/coupling.md: who reads whom in the race, and how strongly outcomes answer each other.

python -m rechenmacht.outputs.coupling docs
"""

from __future__ import annotations

import sys
from pathlib import Path

from rechenmacht import runs, scenario
from rechenmacht.domains.race import coupling
from rechenmacht.domains.race.step import MECHANISMS
from rechenmacht.evidence.base import load
from rechenmacht.sample import draw

DRAWS = 100


def readers_table() -> str:
    """Return the table of state variables, who writes and who reads them, in Markdown."""
    lines = ["| written by | variable | read by |", "|---|---|---|"]
    found = coupling.readers()
    for module in MECHANISMS:
        name = module.__name__.rsplit(".", 1)[-1]
        for variable in module.WRITES:
            by = list(found[variable])
            by += [f"{name}, next step"] if variable in module.READS else []
            by += ["outcomes"] if variable in coupling.reported() else []
            lines.append(f"| {name} | `{variable}` | {', '.join(by)} |")
    return "\n".join(lines)


def page() -> str:
    """Return the page."""
    base = load()
    model = runs.model_of(base, scenario.find(base, "reference"))
    names, found = coupling.elasticities(model.given, draw(model.parameters, DRAWS, 1))
    lines = ["| pushed | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for name, row in zip(names, found, strict=True):
        lines.append(f"| **{name}** | " + " | ".join("" if abs(x) < 0.005 else f"{x:.2f}" for x in row) + " |")
    outcomes = ", ".join(f"{n}: `{v}`" for n, (v, _, _) in coupling.OUTCOME.items())
    return f"""<!-- Written by `python -m rechenmacht.outputs.coupling docs`; do not edit. -->

# Who moves whom

Each row pushes one mechanism's outcome up by 5 % from {coupling.FIRST} on (what is carried on once, a flow in every
quarter); each column is how far another's outcome has moved by {coupling.LAST}, as an elasticity: 0.50 means half a
percent for a percent. Medians of {DRAWS} draws with chance and crises off; empty cells lie below 0.005. The diagonal is
what is left of the push.
The outcomes are {outcomes}.

{chr(10).join(lines)}

## State variables

{readers_table()}
"""


if __name__ == "__main__":
    (Path(sys.argv[1]) / "coupling.md").write_text(page(), encoding="utf-8")
