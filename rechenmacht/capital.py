"""Questions of the domain capital. Written by `python -m rechenmacht.faces.python`."""

from typing import Any, Literal

from rechenmacht.faces.python import Given, ask


def deals(org: str | None = None, *, at: str | None = None, check: bool = False, lang: str = "en") -> Given:
    """List the contracts: headline, firm value, and whether a leg counts and why not.

    Args:
        org: only the contracts of this company.
        at: look at the contracts as they stood at this date.
        check: only look for legs entered twice; exit 1 on errors.
        lang: Language of names and texts: en or de.
    """
    return ask("capital.deals", locals())


def network(*, at: str | None = None, unsupported: bool = False, proposed: bool = False, lang: str = "en") -> Given:
    """Show who pays or grants whom how much: headline, firm, paid, by layer; with warrants at two values.

    Args:
        at: look at the contracts as they stood at this date.
        unsupported: count amounts that no named page supports too.
        proposed: count announced contracts and talks too.
        lang: Language of names and texts: en or de.
    """
    return ask("capital.network", locals())


def filings(org: str | None = None, *, at: str | None = None, lang: str = "en") -> Given:
    """Show what filings state: obligations, debt by instrument, who holds it, when it falls due.

    Args:
        org: only this company: id, name or alias.
        at: look at the contracts as they stood at this date.
        lang: Language of names and texts: en or de.
    """
    return ask("capital.filings", locals())


def exposure(
    org: str,
    *,
    at: str | None = None,
    unsupported: bool = False,
    draws: int = 1000,
    seed: int = 1,
    proposed: bool = False,
    lang: str = "en",
) -> Given:
    """Show whom a company pays and who pays it, per layer: headline, firm, draws.

    Args:
        org: company: id, name or alias.
        at: look at the contracts as they stood at this date.
        unsupported: count amounts that no named page supports too.
        draws: number of draws from the priors.
        seed: seed of all random streams; same seed, same bytes.
        proposed: count announced contracts and talks too.
        lang: Language of names and texts: en or de.
    """
    return ask("capital.exposure", locals())


def circularity(
    *,
    at: str | None = None,
    unsupported: bool = False,
    draws: int = 1000,
    seed: int = 1,
    over_time: bool = False,
    by_year: bool = False,
    proposed: bool = False,
    lang: str = "en",
) -> Given:
    """Show how much of the promised money runs in circles: at most, and in the balanced split.

    Args:
        at: look at the contracts as they stood at this date.
        unsupported: count amounts that no named page supports too.
        draws: number of draws from the priors.
        seed: seed of all random streams; same seed, same bytes.
        over_time: the total at the end of each quarter.
        by_year: what flows and runs in circles within each year.
        proposed: count announced contracts and talks too.
        lang: Language of names and texts: en or de.
    """
    return ask("capital.circularity", locals())


def stress(
    scenario: str | None = None,
    *,
    at: str | None = None,
    unsupported: bool = False,
    draws: int = 1000,
    seed: int = 1,
    own: Any = None,
    lang: str = "en",
) -> Given:
    """Stress the twelve months: who loses revenue, who fails, who is called upon, and what decides it.

    Args:
        scenario: scenario id or TOML file; all, if none is named.
        at: look at the contracts as they stood at this date.
        unsupported: count amounts that no named page supports too.
        draws: number of draws from the priors.
        seed: seed of all random streams; same seed, same bytes.
        own: a scenario of one's own instead of a shipped one.
        lang: Language of names and texts: en or de.
    """
    return ask("capital.stress", locals())


def history(*, lang: str = "en") -> Given:
    """Set the vendor finance of 1998 to 2002 beside today's: a plausibility test, not a validation.

    Args:
        lang: Language of names and texts: en or de.
    """
    return ask("capital.history", locals())


def roundtrip(
    vendor: str = "org:nvidia",
    *,
    at: str | None = None,
    unsupported: bool = False,
    draws: int = 1000,
    seed: int = 1,
    attribution: Literal["proportional", "earmarked"] = "proportional",
    over_time: bool = False,
    lang: str = "en",
) -> Given:
    """Show what of a vendor's investments comes back as revenue, and who else finances its customers.

    Args:
        vendor: investor and supplier: id, name or alias.
        at: look at the contracts as they stood at this date.
        unsupported: count amounts that no named page supports too.
        draws: number of draws from the priors.
        seed: seed of all random streams; same seed, same bytes.
        attribution: spread an investment over all spending, or take the contract at its word.
        over_time: what came back by quarter since the end of 2023.
        lang: Language of names and texts: en or de.
    """
    return ask("capital.roundtrip", locals())


def concentration(
    *, at: str | None = None, unsupported: bool = False, draws: int = 1000, seed: int = 1, lang: str = "en"
) -> Given:
    """Show on how few customers each seller's undelivered contracts rest.

    Args:
        at: look at the contracts as they stood at this date.
        unsupported: count amounts that no named page supports too.
        draws: number of draws from the priors.
        seed: seed of all random streams; same seed, same bytes.
        lang: Language of names and texts: en or de.
    """
    return ask("capital.concentration", locals())


def coverage(
    *, at: str | None = None, unsupported: bool = False, draws: int = 1000, seed: int = 1, lang: str = "en"
) -> Given:
    """Show what covers the dues of the next twelve months, contracts against plans, the price of having no backer.

    Args:
        at: look at the contracts as they stood at this date.
        unsupported: count amounts that no named page supports too.
        draws: number of draws from the priors.
        seed: seed of all random streams; same seed, same bytes.
        lang: Language of names and texts: en or de.
    """
    return ask("capital.coverage", locals())


def path(
    *,
    at: str | None = None,
    unsupported: bool = False,
    draws: int = 1000,
    seed: int = 1,
    scenario: str = "reference",
    set: Any = (),
    stresses: bool = False,
    reverse: str | None = None,
    lang: str = "en",
) -> Given:
    """Run the network quarter by quarter to 2030 on the draws of the race: who fails, when and why, and who loses.

    Args:
        at: look at the contracts as they stood at this date.
        unsupported: count amounts that no named page supports too.
        draws: number of draws from the priors.
        seed: seed of all random streams; same seed, same bytes.
        scenario: scenario of the race whose demand, capital spending and busts the path follows.
        set: levers as name=value, for example revenue.openai=0.7, tenants=0.5, spread=0.05, refinanced=0, window=0, rent=0.5, life=0.5, delay=2, guarantees=1, default.coreweave=1.
        stresses: set the chances under each shipped stress beside the path.
        reverse: look for the smallest shock that brings this firm down in half of the draws.
        lang: Language of names and texts: en or de.
    """
    return ask("capital.path", locals())


def clear(*, network: Any, case: str | None = None, lang: str = "en") -> Given:
    """Clear a network of dues: the greatest clearing vector p and who defaults.

    Args:
        network: network with L, e, ext?, alpha, beta, names?; a JSON file on the command line.
        case: name of the network where several are given.
        lang: Language of names and texts: en or de.
    """
    return ask("capital.clear", locals())
