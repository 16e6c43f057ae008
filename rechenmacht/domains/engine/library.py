"""The engine's own tables: chip families, software stacks and published model architectures (data/engine/*.csv)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import SHIPPED
from rechenmacht.evidence.tables import Problem, T, read

FOLDER = SHIPPED / "engine"


@dataclass(frozen=True, slots=True)
class Family:
    """Priors of a chip family for what no claim states; `chips` are prefixes of chip ids.

    Units: shares of the peak (`matmul`, `eight_share` of that at 8 bits, `usable_peak` of the listed 16-bit peak),
    GB, TB/s, W, chips, GB/s per chip and direction. `eight_bit` is 1 where training and serving can use the 8-bit
    units (TPU v5 and later: int8). `release` is the year in which the family's first chip could be rented. `mesh` is 1
    where the chips of a server are wired in pairs, without a switch. `whole_machine`: prefixes of chips whose
    rated power is that of the whole machine, host and all.
    """

    name: str
    vendor: str
    chips: tuple[str, ...]
    release: float
    usable_peak: float
    matmul: float
    eight_share: float
    eight_bit: float
    memory_gb: float
    memory_tbps: float
    tdp_w: float
    domain: float
    scaleup_gbps: float
    scaleout_gbps: float
    all_in_factor: float
    mesh: float
    whole_machine: tuple[str, ...]
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Software:
    """A serving software and the makers of the chips that it runs on (as in families.csv; none: all)."""

    name: str
    vendors: tuple[str, ...]
    source: str
    note: str

    def runs_on(self, maker: str) -> bool:
        """Return whether it runs on chips of a maker; of chips whose maker nobody knows, all does."""
        return not self.vendors or maker in self.vendors or maker == "unknown"


@dataclass(frozen=True, slots=True)
class Stack:
    """What a training stack can do, from its documentation; 1 or 0, and shares of communication that it hides.

    `flash`: fused attention that skips the causal half; `sequence`: sequence parallelism; `distributed_optimizer`:
    optimiser states shared over data-parallel ranks; `whole`: its maker's recipes share out weights, not products,
    wherever every chip has a sequence of its own; `tensor_overlap`, `data_overlap`, `expert_overlap`: upper ends.
    """

    name: str
    flash: float
    sequence: float
    distributed_optimizer: float
    tensor_overlap: float
    data_overlap: float
    expert_overlap: float
    collective: float
    whole: float
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Architecture:
    """A published model; widths in elements, parameters in 1e9. Zero means that the part does not exist.

    `rope_dim` and `latent` describe multi-head latent attention (what is cached per token and layer);
    `dense_layers` are the layers without experts; `windowed` is the share of layers whose attention spans only `window`
    tokens, `linear` the share whose attention is linear, with a `state` so wide per query.
    """

    name: str
    aliases: tuple[str, ...]
    params_b: float
    active_b: float
    layers: float
    hidden: float
    heads: float
    kv_heads: float
    head_dim: float
    ffn: float
    gated: float
    vocab: float
    experts: float
    top_k: float
    shared: float
    expert_ffn: float
    dense_layers: float
    latent: float
    rope_dim: float
    window: float
    windowed: float
    linear: float
    state: float
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Method:
    """How a training run over the internet communicates; `words` in a text point to it, the last row is the default.

    `tokens_per_step`: tokens per worker and inner step where nothing is said; `store`: 1 with an object store.
    """

    name: str
    words: tuple[str, ...]
    inner_steps: float
    bytes_per_parameter: float
    compression: float
    store: float
    tokens_per_step: float
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Reach:
    """A way to spread chips: a number of places or of chips per place, Gbit/s per place, share of time on line.

    Zero: not fixed; no uplink. `basis` says where the uplink comes from: `judgement`, or a claim's.
    """

    name: str
    places: float
    chips_per_place: float
    uplink_gbit: float
    online: float
    basis: str
    claim: str
    note: str

    def with_uplink(self, gbit: float) -> Reach:
        """Return the row with another uplink, set by whoever asks."""
        return replace(self, uplink_gbit=gbit, basis="assumed", claim="")


@dataclass(frozen=True, slots=True)
class Families:
    """All chip families; the first prefix that fits decides."""

    rows: tuple[Family, ...]

    def of(self, chip_id: str) -> Family:
        """Return the family of a chip id, or `other`."""
        short = chip_id.removeprefix("chip:")
        fits = [(len(p), row) for row in self.rows for p in row.chips if short.startswith(p)]
        if fits:
            return max(fits, key=lambda pair: pair[0])[1]
        return next(row for row in self.rows if row.name == "other")


def table(name: str, record: type[T], folder: Path = FOLDER) -> list[T]:
    """Read one of the engine's tables.

    Raises:
        BadInput: naming the file and the first row that cannot be used.
    """
    problems: list[Problem] = []
    rows = [row for _, row in read(folder / name, record, f"engine/{name}", problems)]
    if problems:
        raise BadInput(str(problems[0]))
    return rows


@cache
def families() -> Families:
    """Return the chip families of data/engine/families.csv."""
    return Families(tuple(table("families.csv", Family)))


@cache
def serving_software() -> dict[str, Software]:
    """Return the serving software of data/engine/software.csv by name."""
    return {row.name: row for row in table("software.csv", Software)}


@cache
def stacks() -> dict[str, Stack]:
    """Return the training stacks of data/engine/stacks.csv by name."""
    return {row.name: row for row in table("stacks.csv", Stack)}


@cache
def methods() -> tuple[Method, ...]:
    """Return the known low-communication methods of data/engine/lowcomm.csv, in order."""
    return tuple(table("lowcomm.csv", Method))


@cache
def reaches() -> tuple[Reach, ...]:
    """Return the steps of data/engine/reach.csv, from one rack to the internet."""
    return tuple(table("reach.csv", Reach))


@cache
def architectures() -> dict[str, Architecture]:
    """Return the architectures of data/engine/architectures.csv by name and by alias, all in lower case."""
    found: dict[str, Architecture] = {}
    for row in table("architectures.csv", Architecture):
        for name in (row.name, *row.aliases):
            found[name.lower()] = row
    return found


def architecture(name: str) -> Architecture:
    """Return a published architecture by name or alias.

    Raises:
        BadInput: if there is none, naming the nearest.
    """
    found = architectures().get(name.lower())
    if found is None:
        raise BadInput(f"no model architecture called {name!r}{nearest(name, architectures())}")
    return found
