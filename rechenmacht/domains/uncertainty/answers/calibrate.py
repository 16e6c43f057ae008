"""The answer to the question calibrate."""

from __future__ import annotations

import csv
import fnmatch
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtr

from rechenmacht import runs
from rechenmacht import scenario as scenarios
from rechenmacht.answers.answer import Answer, Note, Ranges, Row, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.race.answers.common import claims_of
from rechenmacht.domains.race.plugins import alone
from rechenmacht.domains.uncertainty import own_questions as questions
from rechenmacht.domains.uncertainty import own_rows as rows
from rechenmacht.domains.uncertainty import posterior
from rechenmacht.domains.uncertainty.ensemble import Model
from rechenmacht.domains.uncertainty.posterior import Chain, Fit
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Parameter
from rechenmacht.sample import values
from rechenmacht.scenario import Scenario

POINTS = (0.05, 0.5, 0.95)


def calibrate(asked: questions.Calibrate, base: Base, told: Told) -> Answer:
    """Fit parameters to published figures.

    Raises:
        BadInput: if a parameter is not known or certain, they are too many, or the sampler does not converge.
    """
    alone(base, "a calibration is of")
    chosen = asked.own or scenarios.read(scenarios.available(base)[asked.scenario])
    model = runs.model_of(base, chosen)
    names = _chosen(model, asked.parameter) if asked.parameter else posterior.influential(base, model, asked.number)
    fit = Fit(base, model, names)
    chain = posterior.sample(fit, len(names), asked.seed, walkers=asked.walkers, most_steps=asked.steps,
                             progress=lambda done: told(done, asked.steps))  # fmt: skip
    flat = chain.positions.reshape(-1, chain.positions.shape[-1])
    parameters, figures = _parameters(fit, chain, flat), _figures(fit, flat)
    summed = {
        "scenario": asked.scenario, "seed": asked.seed, "walkers": chain.positions.shape[0],
        "steps_kept": chain.positions.shape[1], "rhat": float(chain.rhat.max()), "ess": float(chain.ess.min()),
    }  # fmt: skip

    def save(folder: Path) -> None:
        text = f"posterior of rechenmacht calibrate {asked.scenario}, seed {asked.seed}, R-hat {summed['rhat']:.3f}"
        priors = posterior.as_priors(fit, chain, text)
        (folder / "parameters.csv").write_text(_csv(priors), encoding="utf-8")
        (folder / "posterior.toml").write_text(_toml(chosen, priors), encoding="utf-8")
        np.save(folder / "draws.npy", fit.values(flat[:: max(1, len(flat) // 20_000)]).astype(np.float32))

    head = Note("note.uncertainty.calibrated", {
        "n": (len(parameters), Kind("count")), "facts": (len(figures), Kind("count")),
        "walkers": (summed["walkers"], Kind("count")), "steps": (summed["steps_kept"], Kind("count")),
        "rhat": (summed["rhat"], Kind("number", digits=3)), "ess": (summed["ess"], Kind("count")),
    })  # fmt: skip
    tables = (
        Table("parameters", rows.Fitted, parameters, ("name", "prior", "posterior", "rhat", "ess")),
        Table("figures", rows.Taught, figures),
    )
    chart = Ranges("posterior", "parameters", "name", "quantiles", most=questions.MOST_FITTED)
    return Answer(asked, summed, tables, (Note("note.uncertainty.marginal"),), claims_of(base, model, chosen), (chart,),
                  heads=(head,), save=save)  # fmt: skip


def _chosen(model: Model, patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the uncertain parameters that patterns name."""
    known = [p.name for p in model.parameters if p.low < p.high]
    found: dict[str, None] = {}
    for pattern in patterns:
        matched = fnmatch.filter(known, pattern)
        if not matched:
            near = nearest(pattern, known)
            text = f"no uncertain parameter {pattern!r}{near}"
            raise BadInput.of("error.uncertainty.no_parameter", text, name=pattern, near=near)
        found |= dict.fromkeys(matched)
    most = questions.MOST_FITTED
    if len(found) > most:
        text = f"{len(found)} parameters are more than {most}"
        raise BadInput.of("error.uncertainty.many_parameters", text, number=len(found), most=most)
    return tuple(found)


def _band(ends: Any) -> dict[str, float]:
    return {key: float(x) for key, x in zip(("low", "median", "high"), ends, strict=True)}


def _parameters(fit: Fit, chain: Chain, flat: posterior.Array) -> list[Row]:
    where = np.quantile(flat, POINTS, axis=0)
    after = np.quantile(fit.values(flat), POINTS, axis=1)
    return [
        {
            "name": p.name, "prior": _band(values(p, np.array(POINTS))), "posterior": _band(after[:, k]),
            "unit": p.unit, "basis": p.basis, "normal_scores": _band(where[:, k]),
            "quantiles": _band(ndtr(where[:, k])), "rhat": float(chain.rhat[k]), "ess": float(chain.ess[k]),
        }
        for k, p in enumerate(fit.parameters)
    ]  # fmt: skip


def _figures(fit: Fit, flat: posterior.Array) -> list[Row]:
    before = fit.predicted(np.zeros((1, flat.shape[1])))[:, 0]
    after = np.quantile(fit.predicted(flat[:: max(1, len(flat) // 2000)]), POINTS, axis=1)
    return [
        {"id": name, "observed": float(seen), "prior_median": float(was), "posterior": _band(after[:, k])}
        for k, (name, seen, was) in enumerate(zip(fit.names, fit.observed, before, strict=True))
    ]


def _csv(parameters: Sequence[Parameter]) -> str:
    """Return parameters in the form of the shipped parameter files."""
    out = io.StringIO()
    names = ("name", "mechanism", "subject", "low", "mid", "high", "unit", "distribution", "basis", "claims", "note")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for p in parameters:
        row = {name: getattr(p, name) for name in names}
        row |= {name: f"{row[name]:.6g}" for name in ("low", "mid", "high")} | {"claims": ";".join(p.claims)}
        writer.writerow([row[name] for name in names])
    return out.getvalue()


def _toml(chosen: Scenario, parameters: Sequence[Parameter]) -> str:
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
