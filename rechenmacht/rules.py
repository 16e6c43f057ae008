"""Questions of the domain rules. Written by `python -m rechenmacht.faces.python`."""

from typing import Literal

from rechenmacht.faces.python import Given, ask


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
