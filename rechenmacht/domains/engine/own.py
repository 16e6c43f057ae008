"""Add measured points of one's own to the shipped calibration: the shipped posterior is the prior of the new fit.

    value' , spread' = fit(points; prior = calibrated value, calibrated spread)
    offset'          = offset + the new points' shrunken offset of the kind

The shipped points stay in by what they taught; nothing of them is fitted again, so it takes seconds.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from rechenmacht import files
from rechenmacht.domains.engine.calibrate import Array, Fit, Measured, fit
from rechenmacht.domains.engine.calibrated import Calibration
from rechenmacht.domains.engine.calibration import FIXED, Cells, _scaled, points_of
from rechenmacht.domains.engine.parameters import coefficients
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

LEAST_SPREAD = 0.02


def _with_offset(m: Measured, shipped: Calibration) -> Measured:
    """Return a point with the shipped offset of its kind taken out."""
    kind = shipped.offsets.kind_of(m.point.kind, m.part)
    move, _ = shipped.offsets.of(kind, m.point.family, m.part)
    return replace(m, point=replace(m.point, kind=kind, measured=m.point.measured - move))


def added(base: Base, table: Cells, shipped: Calibration) -> tuple[Fit, list[Measured]]:
    """Fit the shipped coefficients to a table of measured points.

    Args:
        base: the fact base.
        table: the points, rows of cells with their `value`.
        shipped: the calibration that they are added to.

    Raises:
        BadInput: if the table holds no point that the engine answers.
    """
    c = shipped.coefficients
    points = [_with_offset(m, shipped) for m in points_of(base, table, c)]
    if not points:
        raise BadInput("table: holds no measured point that the engine answers")
    names = [n for n in c.mid if not n.startswith(FIXED) and c.spread[n] > 0]

    def predict(now: object, _moved: str) -> Array:
        return np.array([_scaled(one.value, one) for one in (m.answer(now) for m in points)])  # type: ignore[arg-type]

    caps = {n: max(c.top[n], c.mid[n]) for n in names if n in c.top}
    moving = [n for n in names if _moves(points, shipped, n)]
    return fit(predict, c, caps, moving, [m.point for m in points], rounds=5), points


def _moves(points: Sequence[Measured], shipped: Calibration, name: str) -> bool:
    """Return whether a coefficient changes any of the points."""
    c = shipped.coefficients
    moved = c.with_values({name: c.mid[name] * 1.02})
    return any(abs(m.answer(moved).value / m.answer(c).value - 1) > 1e-9 for m in points)


def write(base: Base, result: Fit, points: Sequence[Measured], shipped: Calibration, folder: Path) -> None:
    """Write calibration.csv and offsets.csv of the shipped calibration with the new points added.

    Raises:
        BadInput: if the folder cannot be written to.
    """
    c, prior = shipped.coefficients, coefficients(base, calibrated=False)
    values, spread = dict(c.mid) | result.values, dict(c.spread) | result.spread
    rows = [[n, f"{prior.mid[n]:.6g}", f"{values[n]:.5g}", f"{max(spread[n], LEAST_SPREAD):.4f}"] for n in prior.mid
            if prior.spread[n] > 0]  # fmt: skip
    moved = dict(shipped.offsets.rows)
    for (kind, member), row in shipped.offsets.rows.items():
        label = f"member.{kind}.{member}" if member else f"kind.{kind}"
        new = [i for i, m in enumerate(points) if m.point.kind == kind and member in {"", m.point.family}]
        if not new:
            continue
        seen = float(np.mean(result.without_point[new] ** 2))
        wide = math.sqrt((row.points * row.spread**2 + len(new) * seen) / (row.points + len(new)))
        moved[kind, member] = replace(row, offset=row.offset + result.offsets.get(label, 0.0), spread=wide,
                                      points=row.points + len(new))  # fmt: skip
    lines = [[r.kind, r.member, f"{r.offset:.4f}", f"{r.spread:.4f}", f"{r.points:g}"] for r in moved.values()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, header, content in (("calibration.csv", "name,prior,value,spread", rows),
                                      ("offsets.csv", "kind,member,offset,spread,points", lines)):  # fmt: skip
            out = io.StringIO(newline="")
            csv.writer(out, lineterminator="\n").writerows([header.split(","), *content])
            files.write(folder / name, out.getvalue())
    except OSError as error:
        raise BadInput(f"{folder}: cannot be written to ({error.strerror})") from None
