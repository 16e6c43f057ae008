"""Questions of the domain uncertainty. Written by `python -m rechenmacht.faces.python`."""

from collections.abc import Sequence
from typing import Any, Literal

from rechenmacht.faces.python import Given, ask


def compare(
    a: str,
    b: str,
    *,
    own_a: Any = None,
    own_b: Any = None,
    outcome: Sequence[str] = (),
    set: Any = (),
    shift: Sequence[str] = (),
    off: Sequence[str] = (),
    until: str = "",
    draws: int = 1000,
    seed: int = 1,
    backend: Literal["kernel", "numpy", "native"] = "kernel",
    lang: str = "en",
) -> Given:
    """Set scenario B against A, draw by draw: difference, in how many draws it is higher, and what drives it.

    Args:
        a: scenario id, or a path to a TOML file.
        b: the scenario to set against it.
        own_a: a scenario of one's own in place of A.
        own_b: a scenario of one's own in place of B.
        outcome: variable@region@quarter, or a quantity in words: 'gain delivered|chips|amd@World@2030 < 1.1', the bar on B over A (repeatable).
        set: set a parameter in B: NAME=VALUE or NAME=VALUE@2027Q1 (may be repeated).
        shift: move a parameter's whole range in B so that its median is the value, NAME=VALUE or NAME=VALUE@2027Q1 (may be repeated).
        off: switch a mechanism off in B (may be repeated).
        until: condition both on what was published up to a quarter (2025Q4); the last one if none is given.
        draws: number of draws from the priors.
        seed: seed of all random streams; same seed, same bytes.
        backend: kernel (shipped), numpy, or native: compiled at first use.
        lang: Language of names and texts: en or de.
    """
    return ask("uncertainty.compare", locals())


def sensitivity(
    scenario: str = "reference",
    *,
    own: Any = None,
    outcome: Sequence[str] = (),
    set: Any = (),
    shift: Sequence[str] = (),
    off: Sequence[str] = (),
    method: Literal["rank", "sobol", "gradient"] = "rank",
    draws: int = 1000,
    base: int = 1024,
    seed: int = 1,
    backend: Literal["kernel", "numpy", "native"] = "kernel",
    lang: str = "en",
) -> Given:
    """Say which assumptions decide an outcome: rank correlations, Sobol indices or gradients.

    Args:
        scenario: scenario id, or a path to a TOML file.
        own: a scenario of one's own, as its file says it, instead of a shipped one.
        outcome: variable@region@quarter, such as power_connected@World@2030-Q4 (repeatable).
        set: set a parameter: NAME=VALUE or NAME=VALUE@2027Q1 (may be repeated).
        shift: move a parameter's whole range so that its median is the value, NAME=VALUE or NAME=VALUE@2027Q1 (may be repeated).
        off: switch a mechanism off (may be repeated).
        method: rank: cheap; sobol: shares of variance; gradient: slopes at the medians.
        draws: number of draws from the priors.
        base: base points of Sobol indices, a power of two.
        seed: seed of all random streams; same seed, same bytes.
        backend: kernel (shipped), numpy, or native: compiled at first use.
        lang: Language of names and texts: en or de.
    """
    return ask("uncertainty.sensitivity", locals())


def discover(
    scenario: str = "reference",
    *,
    own: Any = None,
    ahead: Literal["frontier", "application", "stack", "infrastructure", "workforce", "sovereignty"] = "application",
    who: Literal["us", "cn", "eu", "gulf", "rest"] = "cn",
    over: Literal["us", "cn", "eu", "gulf", "rest"] = "us",
    at: str = "2030-Q4",
    case: str | None = None,
    draws: int = 1000,
    seed: int = 1,
    backend: Literal["kernel", "numpy", "native"] = "kernel",
    lang: str = "en",
) -> Given:
    """Find the conditions under which a bloc passes another by a definition: a box (PRIM) and a tree.

    Args:
        scenario: scenario id, or a path to a TOML file.
        own: a scenario of one's own, as its file says it, instead of a shipped one.
        ahead: the definition of being ahead.
        who: the bloc that is ahead.
        over: the bloc that it is ahead of.
        at: the quarter.
        case: another case instead: 'frontier_gap@China@2030-Q4 < 6'.
        draws: number of draws from the priors.
        seed: seed of all random streams; same seed, same bytes.
        backend: kernel (shipped), numpy, or native: compiled at first use.
        lang: Language of names and texts: en or de.
    """
    return ask("uncertainty.discover", locals())


def backtest(
    *,
    target: Sequence[str] = (),
    until: str | None = None,
    ablation: bool = False,
    observations: bool = False,
    draws: int = 1000,
    seed: int = 1,
    lang: str = "en",
) -> Given:
    """Forecast from every quarter since the end of 2022 and score it against what came, beside naive forecasts.

    Args:
        target: only this target (repeatable).
        until: only origins to this quarter, such as 2024Q2.
        ablation: also without each mechanism: what earns its place? Takes many times as long.
        observations: give each forecast and what happened; a folder (--out) has them as CSV and Parquet in any case.
        draws: number of draws from the priors.
        seed: seed of all random streams; same seed, same bytes.
        lang: Language of names and texts: en or de.
    """
    return ask("uncertainty.backtest", locals())


def calibrate(
    scenario: str = "reference",
    *,
    own: Any = None,
    parameter: Sequence[str] = (),
    number: int = 20,
    walkers: int = 0,
    steps: int = 5000,
    seed: int = 1,
    lang: str = "en",
) -> Given:
    """Fit parameters to what was published: the posterior, as a scenario that runs; refused if it has not converged.

    Args:
        scenario: scenario id, or a path to a TOML file.
        own: a scenario of one's own, as its file says it, instead of a shipped one.
        parameter: a parameter, or a pattern such as 'export_controls.*' (repeatable).
        number: how many, the most influential, if none is named.
        walkers: of the sampler; four a parameter if 0.
        steps: at which the sampler gives up.
        seed: seed of all random streams; same seed, same bytes.
        lang: Language of names and texts: en or de.
    """
    return ask("uncertainty.calibrate", locals())


def register(*, draws: int = 10000, seed: int = 1, lang: str = "en") -> Given:
    """Seal the reference run's quantiles of public quantities under today's date, so that later data can score them.

    Args:
        draws: number of draws from the priors.
        seed: seed of all random streams; same seed, same bytes.
        lang: Language of names and texts: en or de.
    """
    return ask("uncertainty.register", locals())


def score(observed: Any, *, edition: str = "", own: Any = None, lang: str = "en") -> Given:
    """Score a register's forecasts against what happened.

    Args:
        observed: what happened; on the command line a CSV file: id, year, value, and known, the day on which it was.
        edition: the register: the day of a shipped one, or a JSON file. If none is named, the newest one that was sealed before the first value was known.
        own: a register of one's own, as its file says it.
        lang: Language of names and texts: en or de.
    """
    return ask("uncertainty.score", locals())
