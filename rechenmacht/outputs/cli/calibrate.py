"""`rechenmacht calibrate`: what the published figures teach about the parameters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rechenmacht import files
from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.common import Json, Language, Seed, base, emit, note, say, table
from rechenmacht.outputs.cli.scenarios import progress

if TYPE_CHECKING:
    from rechenmacht.domains.uncertainty.ensemble import Model
    from rechenmacht.domains.uncertainty.posterior import Chain, Fit
    from rechenmacht.evidence.forms import Parameter
    from rechenmacht.faces.language import Language as Words
    from rechenmacht.scenario import Scenario

MOST = 60


def calibrate(
    out: Annotated[Path, typer.Option("--out", help="Folder of the posterior; made whole or not at all.")],
    scenario: Annotated[str, typer.Argument(help="Scenario id, or a path to a TOML file.")] = "reference",
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", help="A parameter, or a pattern such as 'export_controls.*' (repeatable)."),
    ] = None,
    number: Annotated[int, typer.Option("--number", help="How many, the most influential, if none is named.")] = 20,
    walkers: Annotated[int, typer.Option("--walkers", help="Of the sampler; four a parameter if 0.")] = 0,
    steps: Annotated[int, typer.Option("--steps", help="At which the sampler gives up.")] = 5000,
    seed: Seed = 1,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Fit parameters to what was published and write the posterior as a parameter file; refused if not converged.

    Raises:
        BadInput: if the scenario, a parameter or an option cannot be used, or the sampler does not converge.
    """
    from rechenmacht import runs
    from rechenmacht.domains.uncertainty import posterior
    from rechenmacht.faces.language import language
    from rechenmacht.scenario import find

    facts, words = base(), language(lang)
    model = runs.model_of(facts, find(facts, scenario))
    if not 1 <= number <= MOST:
        raise BadInput(f"--number must be between 1 and {MOST}, not {number}")
    if walkers and walkers < 2 * (len(parameter or ()) or number):
        raise BadInput(f"--walkers must be at least twice the number of parameters, not {walkers}")
    if not 250 <= steps <= 100_000:
        raise BadInput(f"--steps must be between 250 and 100,000, not {steps}")
    names = _chosen(model, parameter) if parameter else posterior.influential(facts, model, number)
    with files.whole_folder(out) as folder:
        fit = posterior.Fit(facts, model, names)
        with progress("calibrate", steps) as tick:
            chain = posterior.sample(fit, len(names), seed, walkers=walkers, most_steps=steps, progress=tick)
        _write(folder, fit, chain, scenario, seed, words)
    document = _document(fit, chain, scenario, seed)
    if as_json:
        emit(document | {"folder": str(out)})
        return
    _show(document, words)
    note(f"-> {out}")


def _chosen(model: Model, patterns: list[str]) -> tuple[str, ...]:
    """Return the uncertain parameters that patterns name.

    Raises:
        BadInput: if a pattern names none, or they are too many.
    """
    import fnmatch

    from rechenmacht.errors import nearest

    known = [p.name for p in model.parameters if p.low < p.high]
    found: dict[str, None] = {}
    for pattern in patterns:
        matched = fnmatch.filter(known, pattern)
        if not matched:
            raise BadInput(f"no uncertain parameter {pattern!r}{nearest(pattern, known)}")
        found |= dict.fromkeys(matched)
    if len(found) > MOST:
        raise BadInput(f"{len(found)} parameters are more than {MOST}")
    return tuple(found)


def _document(fit: Fit, chain: Chain, scenario: str, seed: int) -> dict[str, Any]:
    import numpy as np

    from rechenmacht import __version__
    from rechenmacht.sample import values

    flat = chain.positions.reshape(-1, chain.positions.shape[-1])
    thinned = flat[:: max(1, len(flat) // 2000)]
    before = fit.predicted(np.zeros((1, flat.shape[1])))[:, 0]
    after = np.quantile(fit.predicted(thinned), [0.05, 0.5, 0.95], axis=1)
    band, where = np.array([0.05, 0.5, 0.95]), np.quantile(flat, [0.05, 0.5, 0.95], axis=0)
    rows = []
    for k, p in enumerate(fit.parameters):
        prior = values(p, band)
        posterior = np.quantile(fit.values(flat)[k], band)
        rows.append(
            {
                "name": p.name, "unit": p.unit, "basis": p.basis, "prior": prior.tolist(),
                "posterior": posterior.tolist(), "normal_scores": where[:, k].tolist(),
                "rhat": float(chain.rhat[k]), "ess": float(chain.ess[k]),
            }
        )  # fmt: skip
    figures = [
        {"id": name, "observed": float(seen), "prior_median": float(b), "posterior": after[:, k].tolist()}
        for k, (name, seen, b) in enumerate(zip(fit.names, fit.observed, before, strict=True))
    ]
    return {
        "schema": "rechenmacht.posterior/1",
        "version": __version__,
        "data_checksum": fit.base.checksum,
        "scenario": scenario,
        "seed": seed,
        "walkers": chain.positions.shape[0],
        "steps_kept": chain.positions.shape[1],
        "rhat": float(chain.rhat.max()),
        "ess": float(chain.ess.min()),
        "parameters": rows,
        "figures": figures,
    }


def _csv(parameters: tuple[Parameter, ...]) -> str:
    """Return parameters in the form of the shipped parameter files."""
    from rechenmacht.outputs.report.context import csv_text

    return csv_text(
        {
            "name": p.name, "mechanism": p.mechanism, "subject": p.subject, "low": f"{p.low:.6g}",
            "mid": f"{p.mid:.6g}", "high": f"{p.high:.6g}", "unit": p.unit, "distribution": p.distribution,
            "basis": p.basis, "claims": ";".join(p.claims), "note": p.note,
        }
        for p in parameters
    )  # fmt: skip


def _toml(chosen: Scenario, parameters: tuple[Parameter, ...]) -> str:
    """Return the scenario with the posterior as its priors, as a file that `rechenmacht run` takes."""
    text = json.dumps  # a JSON string is a TOML string

    def entries(row: dict[str, Any]) -> list[str]:
        return [f"{name} = {text(value, ensure_ascii=False)}" for name, value in row.items()]

    lines = ['id = "posterior"', f"off = {text(chosen.off)}"]
    for name in ("title", "question"):
        lines += ["", f"[{name}]", *entries(getattr(chosen, name).model_dump())]
    for p in parameters:
        prior = {"low": p.low, "mid": p.mid, "high": p.high, "reason": p.note, "claims": list(p.claims)}
        lines += ["", f"[prior.{text(p.name)}]", *entries(prior)]
    for name, kept in chosen.prior.items():
        if name not in {p.name for p in parameters}:
            lines += ["", f"[prior.{text(name)}]", *entries(kept.model_dump(mode="json"))]
    for lever in chosen.lever:
        lines += ["", "[[lever]]", *entries(lever.model_dump(mode="json"))]
    return "\n".join(lines) + "\n"


def _write(folder: Path, fit: Fit, chain: Chain, scenario: str, seed: int, words: Words) -> None:
    import numpy as np

    from rechenmacht.domains.uncertainty.posterior import as_priors
    from rechenmacht.faces.labels import parameter_label
    from rechenmacht.outputs import uncertainty_charts
    from rechenmacht.scenario import find

    document = _document(fit, chain, scenario, seed)
    text = f"posterior of rechenmacht calibrate {scenario}, seed {seed}, R-hat {chain.rhat.max():.3f}"
    priors = as_priors(fit, chain, text)
    files.put(folder / "parameters.csv", _csv(priors))
    files.put(folder / "posterior.toml", _toml(find(fit.base, scenario), priors))
    files.put(folder / "posterior.json", json.dumps(document, indent=1) + "\n")
    flat = chain.positions.reshape(-1, chain.positions.shape[-1])
    thinned = flat[:: max(1, len(flat) // 20_000)]
    np.save(folder / "draws.npy", fit.values(thinned).astype(np.float32))
    labels = [parameter_label(fit.base, words, p.name) for p in fit.parameters]
    scores = [tuple(row["normal_scores"]) for row in document["parameters"]]
    uncertainty_charts.write(folder, {"posterior": uncertainty_charts.posterior(labels, scores, words)}, words)


def _show(document: dict[str, Any], words: Words) -> None:
    t = words.text
    rows = []
    for row in document["parameters"]:
        bands = [
            f"{words.amount(b[1], row['unit'])} ({words.band(b[0], b[2], row['unit'])})"
            for b in (row["prior"], row["posterior"])
        ]
        rows.append((row["name"], *bands, f"{row['rhat']:.3f}", f"{row['ess']:,.0f}"))
    say(table(rows, (t("uncertain.parameter"), t("calibrate.prior"), t("calibrate.posterior"), "R-hat", "ESS")))
    say("")
    figures = [
        (one["id"], words.number(one["observed"]), words.number(one["prior_median"]),
         " ".join(words.number(x) for x in one["posterior"]))
        for one in document["figures"]
    ]  # fmt: skip
    heads = ("fact", "published", "before", "after")
    say(table(figures, tuple(t(f"calibrate.{name}") for name in heads)))
    counts = {"n": len(document["parameters"]), "facts": len(figures), "walkers": document["walkers"]}
    numbers = {"steps": document["steps_kept"], "rhat": f"{document['rhat']:.3f}", "ess": f"{document['ess']:.0f}"}
    say("\n" + t("calibrate.head", **counts, **numbers))
    say(t("calibrate.marginal"))
