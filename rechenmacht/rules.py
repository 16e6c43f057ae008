"""Questions of the domain rules. Written by `python -m rechenmacht.faces.python`."""

from collections.abc import Sequence
from typing import Any, Literal

from rechenmacht.faces.python import Given, ask


def classify(
    chip: str | None = None,
    *,
    to: str = "",
    hq: str = "",
    on: str | None = None,
    market: Literal["datacenter", "consumer"] | None = None,
    role: Literal["vendor", "reexporter", "foundry", "transfer"] | None = None,
    tpp: float | None = None,
    die: float | None = None,
    pd: float | None = None,
    io_bw: float | None = None,
    dram_bw: float | None = None,
    vendor: str = "",
    state_funded: bool | None = None,
    party: Sequence[str] = (),
    listed: Sequence[str] = (),
    use: Sequence[str] = (),
    owned_by_listed: float | None = None,
    approved_recipient: bool = False,
    origin: str = "US",
    table: Any = None,
    lang: str = "en",
) -> Given:
    """Say whether a chip is controlled, to whom, since when and why; or answer a table of cases.

    Args:
        chip: chip or system: id, name or alias; any name with --tpp.
        to: destination: code, name or alias in either language.
        hq: headquarters of the buyer or its ultimate parent; ? is unknown; the destination's, if none is given.
        on: day, 2024-07-31; today, if none is given.
        market: what the chip is designed or marketed for; as in rules/markets.csv, if nothing is said.
        role: who ships: vendor means from the US, transfer within a country; by the chip, if nothing is said.
        tpp: tPP, instead of the one from claims.
        die: applicable die area in mm2.
        pd: performance density in TPP/mm2.
        io_bw: aggregate bidirectional I/O in GB/s.
        dram_bw: memory bandwidth in GB/s.
        vendor: vendor of a chip that the fact base does not know.
        state_funded: whether it is for a Chinese state-funded data centre.
        party: buyer, end user or other party, looked up in rules/parties.csv.
        listed: a list on which a party stands: EL (Entity List), FN1, FN4, FN5, MEU, DPL.
        use: what it is for: supercomputer, fab, tools, military, remote.
        owned_by_listed: share that listed parties own together, 0 to 1.
        approved_recipient: the recipient is named by a rule as free.
        origin: country the goods leave, whose own rules are shown too.
        table: cSV of cases instead of one chip.
        lang: Language of names and texts: en or de.
    """
    return ask("rules.classify", locals())


def timeline(
    chip: str,
    *,
    to: str = "CN",
    hq: str = "",
    market: Literal["datacenter", "consumer"] | None = None,
    role: Literal["vendor", "reexporter", "foundry", "transfer"] | None = None,
    lang: str = "en",
) -> Given:
    """Show a chip's status from 2022 on, period by period, with the rules that hold in each.

    Args:
        chip: chip or system: id, name or alias.
        to: destination: code, name or alias in either language.
        hq: headquarters of the buyer or its ultimate parent; ? is unknown; the destination's, if none is given.
        market: what the chip is designed or marketed for; as in rules/markets.csv, if nothing is said.
        role: who ships: vendor means from the US, transfer within a country; by the chip, if nothing is said.
        lang: Language of names and texts: en or de.
    """
    return ask("rules.timeline", locals())


def best(*, to: str = "CN", on: str | None = None, hq: str = "", lang: str = "en") -> Given:
    """Name the strongest catalogue chip that may legally flow on a day, in each compute basis.

    Args:
        to: destination: code, name or alias in either language.
        on: day, 2024-07-31; today, if none is given.
        hq: headquarters of the buyer or its ultimate parent; ? is unknown; the destination's, if none is given.
        lang: Language of names and texts: en or de.
    """
    return ask("rules.best", locals())


def propose(
    proposal: str | None = None,
    *,
    own: Any = None,
    to: str = "CN",
    on: str | None = None,
    hq: str = "",
    lang: str = "en",
) -> Given:
    """Show what a rule of your own, or a bill, newly catches or frees, and what moved in 2022-2025 under it.

    Args:
        proposal: a bill of the tables (BILL-GAIN), or a CSV with rules (id, condition, outcome, dest_groups...).
        own: rules of your own as CSV text.
        to: destination: code, name or alias in either language.
        on: day, 2024-07-31; today, if none is given.
        hq: headquarters of the buyer or its ultimate parent; ? is unknown; the destination's, if none is given.
        lang: Language of names and texts: en or de.
    """
    return ask("rules.propose", locals())


def listing(*, lang: str = "en") -> Given:
    """List the rules with their dates, outcomes, sources and grades.

    Args:
        lang: Language of names and texts: en or de.
    """
    return ask("rules.listing", locals())


def plane(*, to: str = "CN", on: str | None = None, lang: str = "en") -> Given:
    """Give the catalogue in the plane of TPP and performance density, with the outcome of each area.

    Args:
        to: destination: code, name or alias in either language.
        on: day, 2024-07-31; today, if none is given.
        lang: Language of names and texts: en or de.
    """
    return ask("rules.plane", locals())


def changes(
    *,
    regime: Literal["US", "CN", "NL", "JP", "KR", "TW", "MY", "EU", "GB"] | None = None,
    since: str | None = None,
    lang: str = "en",
) -> Given:
    """List what changed when, over all regimes, with citations.

    Args:
        regime: only this regime: US, CN, NL, JP, KR, TW, MY, EU or GB.
        since: only changes from this day on.
        lang: Language of names and texts: en or de.
    """
    return ask("rules.changes", locals())


def regimes(chip: str, *, to: str = "CN", lang: str = "en") -> Given:
    """List what every regime asks of one chip over time.

    Args:
        chip: chip or system: id, name or alias.
        to: destination: code, name or alias.
        lang: Language of names and texts: en or de.
    """
    return ask("rules.regimes", locals())


def reach(
    chip: str,
    *,
    to: str = "CN",
    hq: str = "",
    on: str | None = None,
    us_technology: bool | None = None,
    us_content: float | None = None,
    footnote: Literal["1", "4", "5"] | None = None,
    supercomputer: bool = False,
    lang: str = "en",
) -> Given:
    """Ask whether US law reaches a foreign-made item: direct-product rules and de minimis.

    Args:
        chip: chip or system: id, name or alias.
        to: destination: code, name or alias.
        hq: headquarters of the buyer; the destination's, if none is given.
        on: day; today, if none is given.
        us_technology: whether it is made with listed US technology or in such a plant.
        us_content: share of controlled US content, 0 to 1.
        footnote: entity List footnote of a party: 1, 4 or 5.
        supercomputer: it is for a supercomputer.
        lang: Language of names and texts: en or de.
    """
    return ask("rules.reach", locals())


def party(party: str, *, on: str | None = None, lang: str = "en") -> Given:
    """Look a party up in the listed parties.

    Args:
        party: name of the party.
        on: day; today, if none is given.
        lang: Language of names and texts: en or de.
    """
    return ask("rules.party", locals())
