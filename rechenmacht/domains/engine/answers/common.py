"""What the answers share: the claims that they rest on, what was assumed, the service that fields describe."""

from __future__ import annotations

from rechenmacht.answers.answer import Table
from rechenmacht.domains.engine import shown, systems
from rechenmacht.domains.engine.asked_serving import IN_TURN, per_step, serving_stack
from rechenmacht.domains.engine.cells import year
from rechenmacht.domains.engine.documents import Documents
from rechenmacht.domains.engine.inference import TODAY, Service
from rechenmacht.domains.engine.questions import Frontier, Serve
from rechenmacht.domains.engine.systems import System, shipped
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

MOST_CHIPS = 10_000_000


def system_of(base: Base, name: str, documents: Documents | None = None) -> System:
    """Return the system that a question names or describes.

    Raises:
        BadInput: if there is none, or it has more chips than the layouts were made for.
    """
    found = systems.told(base, name, documents)
    if found.chips > MOST_CHIPS:
        raise BadInput(f"system: at most {MOST_CHIPS:,} chips, not {found.chips:,}")
    return found


def claims_of(base: Base, system: System) -> tuple[str, ...]:
    """Return the claims about a system's chip, about the shipped system, and behind the coefficients."""
    name = system.name.lower().replace(" ", "-")
    about = {system.hw.id, *(one for one in shipped() if one.removeprefix("system:") in name)}
    found = [claim for key, one in base.parameters.items() if key.startswith("engine.") for claim in one.claims]
    found += [c.id for c in base.tables.claims if c.subject in about and c.grade != "unverified"]
    return tuple(dict.fromkeys(found))


def assumptions(assumed: dict[str, str]) -> Table:
    """Return what was assumed as a table for people; machines find it under `assumed`."""
    rows = [{"what": key.replace("_", " "), "assumed": text} for key, text in assumed.items()]
    return Table("assumptions", shown.Assumed, rows, machine=False)


def service_of(asked: Serve | Frontier, system: System) -> Service:
    """Return the service that the fields of a question describe."""
    bits = asked.weight_bits
    stack = serving_stack("", system.hw.family, asked.stack or "")
    return Service(
        asked.prompt, asked.output, bits, bits, 8 if bits <= 8 and stack not in IN_TURN else 16, stack,
        per_step(asked.speculative), asked.disaggregated,
        asked.cached, year=year(asked.date or "") or TODAY,
    )  # fmt: skip
