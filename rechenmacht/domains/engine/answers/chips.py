"""The answer to the question chips."""

from __future__ import annotations

from typing import Any

from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.engine import questions, shown
from rechenmacht.domains.engine.systems import chip
from rechenmacht.evidence.base import Base

LINES = (
    ("name",), ("peak16:", "peak8:", "peak4:"), ("matmul16:", "matmul8:", "measured:"), ("memory_gb:", "memory_tbps:"),
    ("domain:", "scaleup_gbps:", "scaleout_gbps:"), ("tdp_w:", "all_in_kw:"),
)  # fmt: skip


def chips(asked: questions.Chips, base: Base, told: Told) -> Answer:
    """Set chips side by side, as the engine takes them, and say what no claim states."""
    rows: list[Any] = []
    unknown: list[Any] = []
    claims: list[str] = []
    for name in asked.names:
        hw = chip(base, name)
        rows.append({key: getattr(hw, key) for key in shown.ChipRow.__annotations__})
        unknown += [{"system": hw.name, "what": k.replace("_", " "), "assumed": v} for k, v in hw.assumed.items()]
        claims += [c.id for c in base.tables.claims if c.subject == hw.id and c.grade != "unverified"]
        told(len(rows), len(asked.names))
    tables = (Table("chips", shown.ChipRow, rows, lines=LINES), Table("assumptions", shown.SideAssumed, unknown))
    return Answer(asked, {}, tables, claims=tuple(dict.fromkeys(claims)))
