"""Questions of the domain race. Written by `python -m rechenmacht.faces.python`."""

from collections.abc import Sequence
from typing import Any, Literal

from rechenmacht.faces.python import Given, ask


def scenarios(*, lang: str = "en") -> Given:
    """List the scenarios: what each asks and what it changes.

    Args:
        lang: Language of names and texts: en or de.
    """
    return ask("race.scenarios", locals())


def run(
    scenario: str = "reference",
    *,
    own: Any = None,
    set: Any = (),
    shift: Sequence[str] = (),
    off: Sequence[str] = (),
    draws: int = 1000,
    seed: int = 1,
    backend: Literal["kernel", "numpy", "native"] = "kernel",
    outcome: Sequence[str] = (),
    until: str = "",
    no_assimilation: bool = False,
    lang: str = "en",
) -> Given:
    """Simulate a scenario; --out keeps the run: run.json, summary.csv, probabilities.csv, series.csv, draws.npy.

    Args:
        scenario: scenario id, or a path to a TOML file.
        own: a scenario of one's own, as its file says it, instead of a shipped one.
        set: set a parameter: NAME=VALUE or NAME=VALUE@2027Q1 (may be repeated).
        shift: move a parameter's whole range so that its median is the value, NAME=VALUE or NAME=VALUE@2027Q1; draws keep their spread (may be repeated).
        off: switch a mechanism off (may be repeated).
        draws: number of draws from the priors.
        seed: seed of all random streams; same seed, same bytes.
        backend: kernel (shipped), numpy, or native: compiled at first use.
        outcome: outcomes to give: a variable of all regions, power_connected; one at a time, capex_ai@China@2030; or a quantity in words, 'gain delivered|chips|amd@World@2030 < 1e6' (may be repeated).
        until: condition on what was published up to a quarter (2025Q4); the last one if none is given.
        no_assimilation: condition on nothing published after 2025, whose end the priors' levels state.
        lang: Language of names and texts: en or de.
    """
    return ask("race.run", locals())


def allocate(*, projects: Any, gw: float = 10.0, draws: int = 1000, seed: int = 1, lang: str = "en") -> Given:
    """Divide scarce power among projects: which first, what one more gigawatt is worth, how sure the order is.

    Args:
        projects: the projects; on the command line a CSV file, columns in docs/allocate.md.
        gw: gigawatts to divide.
        draws: number of draws from the priors.
        seed: seed of all random streams; same seed, same bytes.
        lang: Language of names and texts: en or de.
    """
    return ask("race.allocate", locals())


def export(*, format: Literal["vensim", "markdown", "json"] = "markdown", lang: str = "en") -> Given:
    """Write the traced equations with the parameters' units and sources; Vensim at the parameters' medians.

    Args:
        format: vensim, markdown or json.
        lang: Language of names and texts: en or de.
    """
    return ask("race.export", locals())
