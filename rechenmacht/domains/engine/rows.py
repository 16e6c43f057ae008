"""A row of the table interface: what a cell says, None where it says nothing; what is not understood is `odd`.

`id` and `source` only name a row: nothing that computes reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rechenmacht.domains.engine import cells as strict
from rechenmacht.domains.engine.cells import year
from rechenmacht.domains.engine.counts import chips_in
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
    odd: tuple[BadInput, ...] = ()

    @property
    def text(self) -> str:
        """Everything the row says in words, in lower case (its name and its source say nothing)."""
        return " ".join((self.kind, self.workload, self.measured, self.interconnect, self.software)).lower()

    @property
    def head(self) -> str:
        """The words that say what was run, in lower case."""
        return f"{self.workload} {self.measured}".lower()


def _said_tokens(workload: str) -> float | None:
    said = re.search(r"(\d+(?:\.\d+)?)\s*([tb])[ -]?tok", workload.lower())
    return None if said is None else float(said[1]) * (1e12 if said[2] == "t" else 1e9)


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
        raise row.odd[0]
    for name, most in LARGEST.items():
        value = getattr(row, name)
        if value is not None and value > most:
            said = f"{name} {value:g} is beyond {most:g}"
            raise BadInput.of("error.engine.beyond", said, name=name, n=value, most=most)


def read_row(cells: Mapping[str, str | None], number_of_line: int, odd: Sequence[BadInput] = ()) -> Row:
    """Read one row; cells of unknown columns are ignored, missing ones are empty.

    Args:
        cells: text by column.
        number_of_line: line in the file, for rows without an id.
        odd: what is wrong with its cells already.
    """
    get = {name: (cells.get(name) or "").strip() for name in COLUMNS}
    problems = list(odd)

    def tried(read: Callable[..., T], *texts: str) -> T | None:
        try:
            return read(*texts)
        except BadInput as error:
            problems.append(error)
            return None

    def number(column: str) -> float | None:
        return tried(strict.number, get[column], column)

    def whole(column: str) -> int | None:
        return tried(strict.whole, get[column], column)

    prompt, output = tried(strict.lengths, get["seq"], get["workload"]) or (None, None)
    experts, top_k, shared = tried(strict.experts, get["experts"]) or (0.0, 0.0, 0.0)
    return Row(
        id=get["id"] or f"row-{number_of_line}", kind=get["kind"], workload=get["workload"], chip=get["chip"],
        interconnect=get["interconnect"], precision=get["precision"], quantity=get["quantity"],
        measured=get["measured_quantity"], unit=get["unit"], source=get["source"],
        params_b=number("params_B"), active_b=number("active_params_B"), layers=number("layers"),
        hidden=number("hidden"), heads=number("heads"), kv_heads=number("kv_heads"), prompt=prompt, output=output,
        batch=number("global_batch_seqs"), experts=experts, top_k=top_k, shared=shared,
        chips=tried(chips_in, get["n_chips"]), tp=whole("tp"), pp=whole("pp"), dp=whole("dp"), ep=whole("ep"),
        cp=whole("cp"), vpp=whole("vpp"), micro=number("microbatch"), date=tried(year, get["date"]),
        software=get["software"].lower(), system=get["system"],
        tokens=tried(strict.amount, get["tokens"]) or _said_tokens(get["workload"]), concurrency=number("concurrency"),
        arrival=number("arrival_per_s"), accepted=number("acceptance"), cached=number("cached_pct"),
        region=get["region"] or "us", price=number("price_usd"), rent=number("rent_usd_per_hour"),
        odd=tuple(problems),
    )  # fmt: skip
