"""A row of the table interface, read leniently: numbers out of text, unknown stays None.

`id` and `source` only name a row: nothing that computes reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from rechenmacht.domains.engine.counts import chips_in, number_of
from rechenmacht.domains.engine.names import first_number, numbers
from rechenmacht.errors import BadInput

T = TypeVar("T")
COLUMNS = (
    "id", "kind", "workload", "params_B", "active_params_B", "layers", "hidden", "heads", "kv_heads", "seq",
    "global_batch_seqs", "experts", "chip", "n_chips", "interconnect", "tp", "pp", "dp", "ep", "cp", "vpp",
    "microbatch", "precision", "quantity", "measured_quantity", "unit", "source", "date", "software", "system",
    "tokens", "concurrency", "arrival_per_s", "acceptance", "cached_pct", "region", "price_usd", "rent_usd_per_hour",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One question; texts as given, numbers parsed, None where the row says nothing."""

    id: str
    kind: str
    workload: str
    chip: str
    interconnect: str
    precision: str
    quantity: str
    measured: str
    unit: str
    source: str
    params_b: float | None
    active_b: float | None
    layers: float | None
    hidden: float | None
    heads: float | None
    kv_heads: float | None
    prompt: float | None
    output: float | None
    batch: float | None
    experts: float
    top_k: float
    shared: float
    chips: int | None
    tp: int | None
    pp: int | None
    dp: int | None
    ep: int | None
    cp: int | None
    vpp: int | None
    micro: float | None
    date: float | None = None
    software: str = ""
    system: str = ""
    tokens: float | None = None
    concurrency: float | None = None
    arrival: float | None = None
    accepted: float | None = None
    cached: float | None = None
    region: str = "us"
    price: float | None = None
    rent: float | None = None
    odd: str = ""

    @property
    def text(self) -> str:
        """Everything the row says in words, in lower case (its name and its source say nothing)."""
        return " ".join((self.kind, self.workload, self.measured, self.interconnect, self.software)).lower()

    @property
    def head(self) -> str:
        """The words that say what was run, in lower case."""
        return f"{self.workload} {self.measured}".lower()


def _positive(text: str) -> float | None:
    value = first_number(text)
    return value if value is not None and value > 0 else None


def year(text: str) -> float | None:
    """Return a year from `2026-04`, `2026-04-17`, `2026.3` or `2026` (its middle); None if empty.

    Raises:
        BadInput: if it is no date.
    """
    if not text:
        return None
    found = re.fullmatch(r"((?:19|20)\d\d)(?:-(0[1-9]|1[0-2])(?:-\d\d)?|(\.\d+))?", text)
    if found is None:
        raise BadInput(f"{text!r} is no date; write 2026-04 or 2026-04-17")
    return int(found[1]) + (int(found[2]) / 12 if found[2] else float(found[3]) if found[3] else 0.5)


def _amount(text: str) -> float | None:
    """Return a number of tokens from `14.8e12`, `14.8T` or `300B`; None if empty.

    Raises:
        BadInput: if it is no number.
    """
    if not text:
        return None
    said = re.fullmatch(r"([\d.,_]+(?:e[+-]?\d+)?)\s*([kmbt])?(?: tokens)?", text.lower())
    scale = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
    value = None if said is None else number_of(said[1])
    if said is None or value is None or not value > 0:
        raise BadInput(f"tokens {text!r} is no number of tokens; write 14.8e12 or 14.8T")
    return value * scale.get(said[2] or "", 1.0)


def _said_tokens(workload: str) -> float | None:
    said = re.search(r"(\d+(?:\.\d+)?)\s*([tb])[ -]?tok", workload.lower())
    return None if said is None else float(said[1]) * (1e12 if said[2] == "t" else 1e9)


def _whole(text: str) -> int | None:
    value = _positive(text)
    return None if value is None else max(1, round(value))


def _lengths(seq: str, workload: str) -> tuple[float | None, float | None]:
    """Return prompt and output tokens, from `8192 in/1024 out`, `8k/1k`, or a single length."""
    pair = re.search(r"(\d+)\s*in\D+(\d+)\s*out", seq)
    if pair:
        return float(pair[1]), float(pair[2])
    short = re.search(r"\b(\d+)k\s*/\s*(\d+)k\b", f"{seq} {workload}".lower())
    if short:
        return float(short[1]) * 1024, float(short[2]) * 1024
    kilo = re.search(r"\b(\d+)k prompts?\b", workload.lower())
    return _positive(seq) or (float(kilo[1]) * 1024 if kilo else None), None


def _experts(text: str) -> tuple[float, float, float]:
    """Return routed, used and shared experts from `256 routed top8 +1 shared`."""
    found = numbers(text)
    if not found:
        return 0.0, 0.0, 0.0
    top = re.search(r"top[- ]?(\d+)", text.lower())
    shared = re.search(r"\+\s*(\d+)\s*shared", text.lower())
    return found[0], float(top[1]) if top else 0.0, float(shared[1]) if shared else 0.0


LARGEST = {"params_b": 1e6, "active_b": 1e6, "layers": 1e4, "hidden": 1e6, "heads": 1e5, "kv_heads": 1e5, "prompt": 1e8,
           "output": 1e8, "batch": 1e7, "experts": 1e5, "top_k": 1e4, "chips": 1e7, "tp": 1e5, "pp": 1e4, "dp": 1e7,
           "ep": 1e5, "cp": 1e4, "vpp": 1e4, "micro": 1e6, "tokens": 1e18, "concurrency": 1e8, "arrival": 1e9,
           "accepted": 64, "price": 1e9, "rent": 1e6}  # fmt: skip


def check(row: Row) -> None:
    """Refuse what could not be read, and numbers beyond anything ever built (they would make a search endless).

    Raises:
        BadInput: naming the row and the cell.
    """
    if row.odd:
        raise BadInput(f"row {row.id}: {row.odd}")
    for name, most in LARGEST.items():
        value = getattr(row, name)
        if value is not None and value > most:
            raise BadInput(f"row {row.id}: {name} {value:g} is beyond {most:g}")


def read_row(cells: Mapping[str, str | None], number: int) -> Row:
    """Read one row; cells of unknown columns are ignored, missing ones are empty.

    Args:
        cells: text by column.
        number: line in the file, for rows without an id.
    """
    get = {name: (cells.get(name) or "").strip() for name in COLUMNS}
    prompt, output = _lengths(get["seq"], get["workload"])
    experts, top_k, shared = _experts(get["experts"])
    problems: list[str] = []

    def tried(read: Callable[[str], T], text: str) -> T | None:
        try:
            return read(text)
        except BadInput as error:
            problems.append(str(error))
            return None

    return Row(
        id=get["id"] or f"row-{number}", kind=get["kind"], workload=get["workload"], chip=get["chip"],
        interconnect=get["interconnect"], precision=get["precision"], quantity=get["quantity"],
        measured=get["measured_quantity"], unit=get["unit"], source=get["source"],
        params_b=_positive(get["params_B"]), active_b=_positive(get["active_params_B"]),
        layers=_positive(get["layers"]), hidden=_positive(get["hidden"]), heads=_positive(get["heads"]),
        kv_heads=_positive(get["kv_heads"]), prompt=prompt, output=output, batch=_positive(get["global_batch_seqs"]),
        experts=experts, top_k=top_k, shared=shared, chips=tried(chips_in, get["n_chips"]), tp=_whole(get["tp"]),
        pp=_whole(get["pp"]), dp=_whole(get["dp"]), ep=_whole(get["ep"]), cp=_whole(get["cp"]), vpp=_whole(get["vpp"]),
        micro=_positive(get["microbatch"]), date=tried(year, get["date"]), software=get["software"].lower(),
        system=get["system"], tokens=tried(_amount, get["tokens"]) or _said_tokens(get["workload"]),
        concurrency=_positive(get["concurrency"]), arrival=_positive(get["arrival_per_s"]),
        accepted=_positive(get["acceptance"]), cached=_positive(get["cached_pct"]), region=get["region"] or "us",
        price=_positive(get["price_usd"]), rent=_positive(get["rent_usd_per_hour"]), odd="; ".join(problems),
    )  # fmt: skip
