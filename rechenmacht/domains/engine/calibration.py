"""Run the calibration on tables of measured points and write the shipped coefficients and offsets.

    rechenmacht engine calibrate --table validation.csv [--serving silicon_sample.csv]

writes data/engine/calibration.csv (coefficients: prior, calibrated value, spread), data/engine/offsets.csv (offset and
spread by kind and chip family) and data/engine/scores.csv (errors with all data, without the point, without its
source). The same tables give the same bytes.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rechenmacht.domains.engine import servingpoints
from rechenmacht.domains.engine.calibrate import Array, Fit, Measured, Point, fit
from rechenmacht.domains.engine.library import FOLDER
from rechenmacht.domains.engine.parameters import Coefficients, coefficients
from rechenmacht.domains.engine.rows import Row, read_row
from rechenmacht.domains.engine.table import prepare, subject
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

FIXED = ("link.host", "failure.", "checkpoint.", "lowcomm.penalty", "cost.", "serve.worker", "serve.draft",
         "serve.memory", "memory.usable", "power.network", "power.pue")  # fmt: skip
TOUCHES = {"serve.": {"serving"}, "wan.": {"decentral"}, "lowcomm.": {"decentral"}, "swarm.": {"swarm"},
           "power.": {"energy"}}  # fmt: skip
SHARED = ("link.", "moe.dedup", "latency.exchange", "latency.scale")
FROM_MEMORY = 0.12
PRIOR_POINTS = 5.0
PRIOR_SPREAD = {"training": 0.11, "serving": 0.28, "decentral": 0.15, "swarm": 0.3, "energy": 0.12, "component": 0.06,
                "goodput": 0.05}  # fmt: skip
ODDS_SCALE = 0.25


def publication(source: str) -> str:
    """Return the publication of a source cell: paper, benchmark round with submitter, or repository."""
    submitted = re.match(r"mlcommons/(\w+_results_v\d\.\d)[:/ ]*(?:closed/)?([\w+-]*)", source)
    if submitted:
        return f"{submitted[1]} {submitted[2]}".strip()
    paper = re.search(r"arXiv \d{4}\.\d{4,5}", source)
    return paper[0] if paper else re.split(r"[ @:(]", source.removeprefix("https://"))[0]


def _scaled(value: float, odds: bool) -> float:
    """Return the log of a value, or scaled log odds of a share of time in percent."""
    if odds:
        share = min(max(value, 0.1), 99.9) / 100
        return ODDS_SCALE * math.log(share / (1 - share))
    return math.log(value)


def measured_rows(path: Path) -> list[tuple[Row, float, str]]:
    """Read a table of measured points: row, measured value, and how well it is verified.

    Raises:
        BadInput: if the file cannot be read or has no `value` column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = list(csv.DictReader(file))
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from None
    if not cells or "value" not in cells[0]:
        raise BadInput(f"{path}: no column 'value' to calibrate on")
    return [(read_row(c, n), float(c["value"]), c.get("verified") or "") for n, c in enumerate(cells, 2) if c["value"]]


def points_of(base: Base, path: Path, c: Coefficients) -> list[Measured]:
    """Return the measured points of a table that the engine can answer."""
    found = []
    for row, value, verified in measured_rows(path):
        try:
            answer = prepare(base, row)
            first = answer(c)
        except BadInput:
            continue
        unclear = math.hypot(first.spread, 0.0 if verified == "yes" else FROM_MEMORY)
        point = Point(row.id, _scaled(value, first.odds), row.kind, first.member, publication(row.source), unclear)
        found.append(Measured(point, answer, subject(row)))
    return found


def _touched(name: str) -> set[str] | None:
    """Return the parts that a coefficient can change; None for all."""
    for prefix, parts in TOUCHES.items():
        if name.startswith(prefix):
            return parts
    if not name or name.startswith(SHARED):
        return None
    return {"training", "energy", "decentral"}


def run(base: Base, table: Path, serving: Path | None) -> tuple[Fit, list[Measured], Coefficients]:
    """Calibrate on a table of measured points and, if given, a table of measured serving times.

    Returns:
        The fit, the points in its order, and the prior coefficients.
    """
    prior = coefficients(base, calibrated=False)
    points = points_of(base, table, prior)
    if serving is not None:
        points += servingpoints.points(base, serving)
    names = [n for n in prior.mid if not n.startswith(FIXED) and prior.spread[n] > 0]
    caps = {n: prior.top[n] for n in names if n in prior.top}
    last: dict[str, Array] = {}

    def predict(c: Coefficients, moved: str) -> Array:
        touched = _touched(moved)
        out = np.empty(len(points)) if touched is None else last["at"].copy()
        for i, m in enumerate(points):
            if touched is None or m.part in touched:
                found = m.answer(c)
                out[i] = _scaled(found.value, found.odds)
        if not moved:
            last["at"] = out.copy()
        return out

    return fit(predict, prior, caps, names, [m.point for m in points]), points, prior


def _spread(residuals: Sequence[float], part: str) -> float:
    """Return the log spread of a point, shrunken to the part's usual one (outliers count at most 2.5 times it)."""
    usual = PRIOR_SPREAD[part]
    inside = [min(abs(r), 2.5 * usual) ** 2 for r in residuals]
    return math.sqrt((PRIOR_POINTS * usual**2 + sum(inside)) / (PRIOR_POINTS + len(inside)))


def _offset_rows(result: Fit, points: Sequence[Measured]) -> list[list[str]]:
    """Return the rows of offsets.csv: each kind, and each chip family within it."""
    by_kind: dict[tuple[str, str], list[int]] = {}
    for i, m in enumerate(points):
        if m.point.kind == servingpoints.KIND:
            continue
        by_kind.setdefault((m.point.kind, ""), []).append(i)
        by_kind.setdefault((m.point.kind, m.point.family), []).append(i)
    rows = []
    for (kind, member), index in sorted(by_kind.items()):
        label = f"member.{kind}.{member}" if member else f"kind.{kind}"
        part = points[index[0]].part
        residuals = [math.sqrt((result.without_point[i] ** 2 + result.without_source[i] ** 2) / 2) for i in index]
        whole = [math.sqrt((result.without_point[i] ** 2 + result.without_source[i] ** 2) / 2)
                 for i in by_kind[kind, ""]]  # fmt: skip
        spread = _spread(whole, part) if not member else math.sqrt(_spread(whole, part) * _spread(residuals, part))
        rows.append([kind, member, f"{result.offsets[label]:.4f}", f"{spread:.4f}", str(len(index))])
    return rows


def write(result: Fit, points: Sequence[Measured], prior: Coefficients, folder: Path = FOLDER) -> None:
    """Write calibration.csv, offsets.csv and scores.csv.

    Raises:
        BadInput: if the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{folder}: cannot be made ({error.strerror})") from None

    def put(name: str, header: str, rows: list[list[str]]) -> None:
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header.split(","))
            writer.writerows(rows)

    put("calibration.csv", "name,prior,value,spread", [
        [n, f"{prior.mid[n]:.6g}", f"{v:.5g}", f"{result.spread[n]:.4f}"] for n, v in result.values.items()
    ])  # fmt: skip
    put("offsets.csv", "kind,member,offset,spread,points", _offset_rows(result, points))
    put("scores.csv", "id,kind,member,source,residual,without_point,without_source", [
        [m.point.id, m.point.kind, m.point.family, m.point.source, f"{result.residuals[i]:.4f}",
         f"{result.without_point[i]:.4f}", f"{result.without_source[i]:.4f}"]
        for i, m in enumerate(points) if m.point.kind != servingpoints.KIND
    ])  # fmt: skip
