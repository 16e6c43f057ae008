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
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from rechenmacht.domains.engine import servingpoints
from rechenmacht.domains.engine.calibrate import Array, Fit, Measured, Point, fit
from rechenmacht.domains.engine.counts import number_of
from rechenmacht.domains.engine.found import Z80, Found
from rechenmacht.domains.engine.library import FOLDER
from rechenmacht.domains.engine.modelnames import known_architecture
from rechenmacht.domains.engine.parameters import Coefficients, coefficients
from rechenmacht.domains.engine.rows import Row, read_row
from rechenmacht.domains.engine.table import prepare, subject
from rechenmacht.domains.engine.tablefile import by_row
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

FIXED = ("link.host", "failure.", "checkpoint.", "lowcomm.penalty", "cost.", "serve.worker", "serve.draft",
         "serve.memory", "memory.usable", "power.network", "power.pue", "serve.chunk", "serve.prefill_use")  # fmt: skip
TOUCHES = {"serve.": {"serving"}, "wan.": {"decentral"}, "lowcomm.": {"decentral"}, "swarm.": {"swarm"},
           "power.": {"energy", "serving"}}  # fmt: skip
SHARED = ("link.", "moe.dedup", "latency.exchange", "latency.scale", "shape.")
SUCCESSORS = (("hopper", "ampere"), ("blackwell", "hopper"), ("cdna4", "cdna"), ("tpu", "tpu-v4"), ("tpu-v6", "tpu"),
              ("tpu-v7", "tpu-v6"), ("trainium", "trainium1"))  # fmt: skip
KIN = tuple((f"{name}.{one}", f"{name}.{other}") for one, other in SUCCESSORS
            for name in ("matmul", "matmul8", "serve.bandwidth", "serve.compute"))  # fmt: skip
FROM_MEMORY = 0.12
FARTHEST = 30.0  # times: no measured point of the shipped tables is a tenth as far off
PRIOR_RELEASES = 2.0
COVERED, CONFORMAL = 0.8, (0.75, 2.2)
PRIOR_SPREAD = {"training": 0.11, "serving": 0.28, "decentral": 0.15, "swarm": 0.3, "energy": 0.12, "component": 0.06,
                "goodput": 0.05}  # fmt: skip
ODDS_SCALE = 0.25


def publication(source: str) -> str:
    """Return the publication of a source cell: paper, benchmark round with submitter, or repository."""
    if source.startswith("AI-Hypercomputer/"):
        return "AI-Hypercomputer"  # one maker's runs, shown in its software's and in its recipes' repository
    submitted = re.match(r"mlcommons/(\w+_results_v\d\.\d)[:/ ]*(?:closed/)?([\w+-]*)", source)
    if submitted:
        return f"{submitted[1]} {submitted[2]}".strip()
    paper = re.search(r"arXiv \d{4}\.\d{4,5}", source)
    return paper[0] if paper else re.split(r"[ @:(]", source.removeprefix("https://"))[0]


def _scaled(value: float, found: Found) -> float:
    """Return the log of a value as a rate (less its log, if it falls as rates rise), or log odds of a share of time."""
    if found.odds:
        share = min(max(value, 0.1), 99.9) / 100
        return ODDS_SCALE * math.log(share / (1 - share))
    return (found.sense or 1) * math.log(value)


def release_of(row: Row) -> str:
    """Return what a row's software release is known by: its publication and its month."""
    said = "" if row.date is None else f"{row.date:.2f}"
    return f"{publication(row.source)} {said}".strip()


def model_name(row: Row) -> str:
    """Return what a row's model is known by."""
    known = known_architecture(row.head, row.params_b)
    return known.name if known else f"{row.params_b} {row.layers} {row.hidden}"


def configuration(row: Row) -> tuple[object, ...]:
    """Return what rows share that measure one configuration with several releases."""
    return (row.workload, row.chip, row.chips, row.precision, row.quantity, row.batch, row.prompt)


Cells = Sequence[Mapping[str, str]]


def measured_rows(cells: Cells) -> list[tuple[Row, float, str]]:
    """Read a table of measured points: row, measured value, and how well it is verified.

    Raises:
        BadInput: if there is no `value` column, or a value is no number above zero.
    """
    if not cells or "value" not in cells[0]:
        raise BadInput("table: no column 'value' to calibrate on")
    found = []
    for line, (one, odd) in enumerate(by_row(cells), 2):
        if not one["value"].strip():
            continue
        row, value = read_row(one, line, odd), number_of(one["value"])
        if value is None or not 0 < value < math.inf:
            raise BadInput(f"row {row.id}: value {one['value']!r} is no number above zero")
        found.append((row, value, one.get("verified") or ""))
    return found


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"


def _possible(row: Row, value: float, found: Found) -> None:
    """Refuse a measured value that the chips cannot reach, or that is so far off that its unit must be another.

    Raises:
        BadInput: naming the row, the value and what it is held against.
    """
    over = 0.0 if found.limit is None or not found.sense else (value / found.limit) ** found.sense
    if over > 1:
        raise BadInput(
            f"row {row.id}: value {_plain(value)} is beyond the chips' peak, at which it would be {_plain(found.limit)}"
        )
    if not found.odds and abs(math.log(value / found.value)) > math.log(FARTHEST):
        raise BadInput(
            f"row {row.id}: value {_plain(value)} is more than {FARTHEST:g} times off what the engine computes, "
            f"{_plain(found.value)} {row.unit or row.quantity}: quantity, unit or chips must be others"
        )


def points_of(base: Base, cells: Cells, c: Coefficients) -> list[Measured]:
    """Return the measured points of a table that the engine can answer."""
    found = []
    rows = measured_rows(cells)
    repeats = Counter(configuration(row) for row, _, _ in rows)
    for row, value, verified in rows:
        try:
            answer = prepare(base, row, c)
            first = answer(c)
        except BadInput:
            continue
        _possible(row, value, first)
        unclear = math.hypot(first.spread, 0.0 if verified == "yes" else FROM_MEMORY)
        point = Point(
            row.id, _scaled(value, first), row.kind or first.kind, first.member, publication(row.source), unclear,
            release_of(row), model_name(row), repeats[configuration(row)], first.unmeasured,
        )  # fmt: skip
        found.append(Measured(point, answer, subject(row), first.spread))
    return found


def unread(base: Base, cells: Cells) -> list[dict[str, str]]:
    """Return the measured rows that the engine does not answer, with the reason: they teach nothing."""
    found = []
    for row, _, _ in measured_rows(cells):
        try:
            prepare(base, row)
        except BadInput as error:
            found.append({"id": row.id, "reason": str(error)})
    return found


def _touched(name: str) -> set[str] | None:
    """Return the parts that a coefficient can change; None for all."""
    for prefix, parts in TOUCHES.items():
        if name.startswith(prefix):
            return parts
    if not name or name.startswith(SHARED):
        return None
    return {"training", "energy", "decentral"}


def run(base: Base, table: Cells, serving: Cells | None) -> tuple[Fit, list[Measured], Coefficients]:
    """Calibrate on a table of measured points and, if given, a table of measured serving times (rows of cells).

    Returns:
        The fit, the points in its order, and the prior coefficients.
    """
    prior = coefficients(base, calibrated=False)
    points = points_of(base, table, coefficients(base))
    if serving is not None:
        points += servingpoints.points(base, serving)
    first = [m for m in points if m.point.kind == servingpoints.FIRST]
    points = [m for m in points if m.point.kind != servingpoints.FIRST]
    apart = FIXED + (servingpoints.FIRST_NAMES if first else ())
    names = [n for n in prior.mid if not n.startswith(apart) and prior.spread[n] > 0]
    caps = {n: prior.top[n] for n in names if n in prior.top}
    last: dict[str, Array] = {}
    own: dict[str, list[int]] = {}  # points that a member's coefficient moves: those of the member, whatever its value

    def predict(c: Coefficients, moved: str) -> Array:
        touched = _touched(moved)
        out = np.empty(len(points)) if touched is None and not moved else last["at"].copy()
        index = [i for i, m in enumerate(points) if touched is None or m.part in touched]
        for i in own.get(moved, index):
            found = points[i].answer(c)
            out[i] = _scaled(found.value, found)
        if not moved:
            last["at"] = out.copy()
        elif f"{moved.rpartition('.')[0]}.other" in c.mid:
            own.setdefault(moved, [i for i in index if out[i] != last["at"][i]])
        return out

    found = fit(predict, prior, caps, names, [m.point for m in points], kin=KIN)
    return _with_first(found, prior, first), points, prior


def _with_first(found: Fit, prior: Coefficients, first: Sequence[Measured]) -> Fit:
    """Return a fit with the coefficients of the first token, fitted to its times alone, given all others."""
    if not first:
        return found
    names = [n for n in prior.mid if n.startswith(servingpoints.FIRST_NAMES)]

    def predict(c: Coefficients, _moved: str) -> Array:
        whole = c.with_values(found.values)
        return np.array([_scaled(one.value, one) for one in (m.answer(whole) for m in first)])

    late = fit(predict, prior, {}, names, [m.point for m in first])
    return replace(found, values=found.values | late.values, spread=found.spread | late.spread)


def _spread(residuals: Array, releases: Sequence[str], part: str) -> float:
    """Return the log spread of a point of a release that nobody has seen, shrunken to the part's usual one.

    The points of one release are off together: what differs between releases counts once for each of them, however
    many points it has, so that a kind with one large release does not seem certain.

    Args:
        residuals: residuals of the points without their release, shape (points,); at most 2.5 times the usual counts.
        releases: the release of each point.
        part: part of the engine.
    """
    usual = PRIOR_SPREAD[part]
    squares = np.minimum(np.abs(residuals), 2.5 * usual) ** 2
    labels = np.array(releases)
    means = [float(squares[labels == one].mean()) for one in sorted(set(releases))]
    known = PRIOR_RELEASES + len(means)
    return math.sqrt((PRIOR_RELEASES * usual**2 + sum(means)) / known) * _student(known) / Z80


def _student(freedom: float) -> float:
    """Return the 90 % quantile of Student's t: a spread that few releases teach is uncertain itself (Fisher 1925)."""
    return Z80 + (Z80**3 + Z80) / (4 * freedom) + (5 * Z80**5 + 16 * Z80**3 + 3 * Z80) / (96 * freedom**2)


def _conformal(spread: float, left_out: Array, own: Array) -> float:
    """Return the factor by which a spread must grow or shrink for its interval to hold 80 % of the left-out points.

    Args:
        spread: log spread before.
        left_out: residuals of each point with its source, its release, its model left out, shape (3, points).
        own: log spread of what was unclear of each point, shape (points,).
    """
    each = (np.abs(left_out) / np.sqrt(spread**2 + own**2)).ravel()
    count = left_out.shape[1]
    wanted = float(np.quantile(each, COVERED, method="higher")) / Z80
    return float(float(np.clip(wanted, *CONFORMAL)) ** (count / (count + 8)))


def _offset_rows(result: Fit, points: Sequence[Measured]) -> list[list[str]]:
    """Return the rows of offsets.csv: each kind, each chip family within it, and the chips that were measured."""
    by_kind: dict[tuple[str, str], list[int]] = {}
    for i, m in enumerate(points):
        if m.point.kind in servingpoints.KINDS:
            continue
        by_kind.setdefault((m.point.kind, ""), []).append(i)
        by_kind.setdefault((m.point.kind, m.point.family), []).append(i)
    unclear = np.array([m.clear for m in points])
    worse = np.stack([result.without_source, result.without_release, result.without_model])

    def spread_of(index: list[int]) -> float:
        named = [points[i].point.release or points[i].point.source for i in index]
        return _spread(result.without_release[index], named, points[index[0]].part)

    factors = {kind: _conformal(spread_of(index), worse[:, index], unclear[index])
               for (kind, member), index in by_kind.items() if not member}  # fmt: skip
    rows = []
    for (kind, member), index in sorted(by_kind.items()):
        label = f"member.{kind}.{member}" if member else f"kind.{kind}"
        whole = spread_of(by_kind[kind, ""])
        spread = whole if not member else math.sqrt(whole * spread_of(index))
        rows.append([kind, member, f"{result.offsets[label]:.4f}", f"{spread * factors[kind]:.4f}", str(len(index))])
    chips = Counter(m.point.chip for m in points if m.point.chip and m.point.kind not in servingpoints.KINDS)
    return rows + [["chip", chip, "0", "0", str(count)] for chip, count in sorted(chips.items())]


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
    put("scores.csv", "id,kind,member,source,residual,without_point,without_source,without_release,without_model", [
        [m.point.id, m.point.kind, m.point.family, m.point.source,
         *(f"{r[i]:.4f}" for r in (result.residuals, result.without_point, result.without_source,
                                   result.without_release, result.without_model))]
        for i, m in enumerate(points) if m.point.kind not in servingpoints.KINDS
    ])  # fmt: skip
