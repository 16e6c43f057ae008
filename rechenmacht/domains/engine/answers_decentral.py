"""Answers to rows about work across the internet: utilisation, sync and compute times, duration, decoding."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from rechenmacht.domains.engine import lowcomm
from rechenmacht.domains.engine.ask import Question, hardware_of, question
from rechenmacht.domains.engine.best import best, spaces
from rechenmacht.domains.engine.hardware import Hardware
from rechenmacht.domains.engine.library import Method, methods
from rechenmacht.domains.engine.lowcomm import Outer
from rechenmacht.domains.engine.modelnames import model_of
from rechenmacht.domains.engine.models import Model, bytes_per_parameter
from rechenmacht.domains.engine.names import bits_of, year_of
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.rows import Row
from rechenmacht.domains.engine.spoken import said
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

FAR = r"global|three continents|3 continents|worldwide|asia"
ATLANTIC = r"transatlantic|europe|eu\b|2 continents|continents"


@dataclass
class Plan:
    """A low-communication run, understood."""

    row: Row
    model: Model
    hw: Hardware
    outer: Outer
    chips_per_worker: int
    tokens_per_step: float
    online: float
    assumed: dict[str, str] = field(default_factory=dict)
    spread: float = 0.0


def _first(pattern: str, text: str) -> float | None:
    found = re.search(pattern, text)
    return float(found[1]) if found else None


def _uplink(row: Row, c: Coefficients, assumed: dict[str, str]) -> tuple[float, float | None]:
    """Return up and down Gbit/s per worker: as stated, else by how far apart the workers are."""
    text = f"{row.interconnect} {row.workload} {row.measured}".lower()
    up = _first(r"(\d+(?:\.\d+)?)\s*mb/?(?:it/|p)?s?\s*up", text)
    down = _first(r"(\d+(?:\.\d+)?)\s*mb/?(?:it/|p)?s?\s*down", text)
    if up:
        return up / 1000, None if down is None else down / 1000
    giga = _first(r"(\d+(?:\.\d+)?)\s*(?:gb/?s|gbps|gbit)", text)
    mega = _first(r"(\d+(?:\.\d+)?)\s*(?:mb/?s|mbps|mbit)", text)
    if giga or mega:
        return (giga or (mega or 0) / 1000), None
    where = f"{row.interconnect} {row.workload}".lower().replace("_", " ")
    tier = "global" if re.search(FAR, where) else "continents" if re.search(ATLANTIC, where) else "country"
    if tier == "country" and not re.search(r"\bus\b|usa|country|national|internet", where):
        tier = "global"
    value = c[f"wan.{tier}_gbit"]
    assumed["uplink"] = said("uplink", "{n:.2f} Gbit/s effective per worker ({tier})", n=value, tier=tier)
    return value, None


def _method(text: str, assumed: dict[str, str]) -> Method:
    """Return how a run communicates: a known method by name, changed by what the row says."""
    known = next((m for m in methods() if any(word in text for word in m.words)), methods()[-1])
    assumed["method"] = known.name
    width, compression, steps, store = known.bytes_per_parameter, known.compression, known.inner_steps, known.store
    ratio = _first(r"(\d+(?:\.\d+)?)\s*x\b", text)
    if ratio and ratio > 1.5:
        compression = ratio
    if re.search(r"int8|8-bit", text):
        width = 1.0
    elif re.search(r"int4|fp4|4-bit", text):
        width = 0.5
    elif "fp16 outer" in text or "bf16 outer" in text:
        width = 2.0
    stated = _first(r"\bh\s*=\s*(\d+)", text) or _first(r"(\d+) (?:inner|local) steps", text)
    if stated is None:
        assumed["inner_steps"] = f"{steps:g}"
    if re.search(r"object.?store|aggregat", text):
        store = 1.0
    return Method(known.name, (), stated or steps, width, compression, store, known.tokens_per_step, known.source, "")


def plan(base: Base, row: Row, c: Coefficients) -> Plan:
    """Return the plan of a low-communication row.

    Raises:
        BadInput: if the row names no known chip or no model.
    """
    assumed: dict[str, str] = {}
    hw, unclear = hardware_of(base, row, assumed)
    model = model_of(row, assumed)
    text = f"{row.workload} {row.precision} {row.interconnect} {row.measured}".lower()
    how = _method(text, assumed)
    stated = re.search(r"(\d+)\s*workers", f"{row.chip} {row.workload}".lower())
    chips = 1 if re.search(r"rtx|consumer|t4\b", row.chip.lower()) else 8
    workers = float(stated[1]) if stated else max(2.0, (row.chips or 8 * chips) / chips)
    if not stated:
        assumed["workers"] = said("workers", "{n:g} of {chips} chips", n=workers, chips=chips)
    up, down = _uplink(row, c, assumed)
    tokens = row.batch * (row.prompt or 2048) if row.batch else how.tokens_per_step
    if not row.batch:
        assumed["tokens_per_step"] = said("per_worker", "{n:g} per worker", n=tokens)
    online = c["lowcomm.online"]
    outer = Outer(
        workers,
        how.inner_steps,
        how.bytes_per_parameter,
        how.compression,
        up,
        down,
        how.store > 0,
        0.0,
        c["wan.round_s"],
    )
    return Plan(row, model, hw, outer, chips, tokens, online, assumed, (unclear**2 + model.spread**2) ** 0.5)


def inner_question(base: Base, p: Plan) -> Question:
    """Return the question of one worker's inner step: fully sharded training on its own node."""
    seq = p.row.prompt or 4096.0
    row = replace(
        p.row, chips=p.chips_per_worker, batch=max(1.0, p.tokens_per_step / seq), prompt=seq, tp=None, pp=1, dp=None,
        kind="decentralised_train fsdp", precision="bf16", quantity="mfu_pct",
    )  # fmt: skip
    return question(base, row)


def _inner(base: Base, p: Plan, c: Coefficients) -> tuple[float, float]:
    """Return seconds of an inner step and its model FLOP/s per chip."""
    q = inner_question(base, p)
    found = best(q, c, spaces(q))
    seconds = float(found.step.seconds[0]) * c["lowcomm.inner"]
    tokens = found.batch * q.run.seq
    flops = p.model.train_flops(q.run.seq, causal=False) * tokens
    return seconds * p.tokens_per_step / tokens, flops / seconds / p.chips_per_worker


def decentral_value(base: Base, row: Row, c: Coefficients) -> tuple[float, str, Plan, str]:
    """Return the asked quantity of a low-communication training row, what bounds it, the plan, and what was asked.

    Raises:
        BadInput: if the row asks for something else.
    """
    p = plan(base, row, c)
    words = f"{row.measured} {row.unit} {row.quantity}".lower()
    inner, rate = _inner(base, p, c)
    alone = bool(re.search(r"no.?comm|none|baseline", f"{row.interconnect}".lower()))
    sync = 0.0 if alone else lowcomm.sync_seconds(p.model.params, p.outer)
    share = 1.0 if alone else lowcomm.utilisation(inner, p.model.params, p.outer)
    bound = "uplink" if share < 0.8 else "compute"
    chips = (row.chips or p.outer.workers * p.chips_per_worker) * p.online
    tokens_per_s = rate * share * chips / p.model.train_flops(row.prompt or 4096, causal=False)
    asks = (
        ("mfu", row.quantity == "mfu_pct", 100 * rate * share / (p.hw.peak16 * 1e12), bound),
        ("utilisation", "utilisation" in row.quantity or bool(re.search(r"utili[sz]ation", words)), 100 * share, bound),
        ("compute time", bool(re.search(r"compute time|inner.*time", words)), inner * p.outer.inner_steps, "compute"),
        ("sync time", bool(re.search(r"communication|sync|all-?reduce|upload", words)), sync, "uplink"),
        ("throughput", row.quantity.startswith("tokens_per_s"),
         tokens_per_s / ((row.chips or chips) if "chip" in row.quantity else 1.0), bound),
    )  # fmt: skip
    for asked, fits, value, by in asks:
        if fits:
            return value, by, p, asked
    return _of_tokens(row, p, words, tokens_per_s, bound, chips)


def _of_tokens(
    row: Row, p: Plan, words: str, tokens_per_s: float, bound: str, chips: float
) -> tuple[float, str, Plan, str]:
    """Return the duration of a run whose tokens the row states, its chip-hours, or the tokens themselves."""
    amount = row.tokens
    if amount is not None:
        hours = amount / tokens_per_s / 3600
        if row.quantity == "gpu_hours":
            return hours * chips, bound, p, "duration"
        if re.search(r"wall|duration|days|hours", words):
            return hours if row.quantity == "other" and "hour" in row.unit else hours / 24, bound, p, "duration"
        if "tokens" in row.unit:
            p.assumed["tokens"] = said("own_words", "as the row's own words say")
            p.spread = 0.15
            return amount, "data", p, "duration"
    raise BadInput(f"row {row.id}: {row.measured or row.quantity!r} is nothing that a low-communication run answers")


def active_bytes(model: Model, bits: int) -> float:
    """Return bytes of weights that one token reads: the experts that it uses, not all."""
    return (model.active if model.experts else model.params) * bytes_per_parameter(bits)


def swarm_value(base: Base, row: Row, c: Coefficients) -> tuple[float, str, dict[str, str], float]:
    """Return decoding tokens/s of one client through a chain of servers (or the gain over off-loading).

    Raises:
        BadInput: if the row names no model.
    """
    assumed: dict[str, str] = {}
    hw, unclear = hardware_of(base, row, assumed)
    model = model_of(row, assumed)
    text = f"{row.workload} {row.interconnect}".lower()
    bits, _ = bits_of(row.precision or row.workload)
    bits = bits or 8
    count = _first(r"(\d+)\s*x\s*a100", text) or _first(r"(\d+)\s*(?:real |virtual )?servers", text)
    needed = model.params * bytes_per_parameter(bits) / (hw.memory_gb * 0.85e9)
    servers = count or max(2.0, -(-needed // 1))
    if count is None:
        assumed["servers"] = said("servers", "{n:g}, as many as the weights need", n=servers)
    rtt = _first(r"(\d+(?:\.\d+)?)\s*ms", text)
    wide = bool(re.search(r"real|swarm|\.\.", text)) or rtt is None
    if wide:
        rtt = c["swarm.rtt_ms"]
        assumed["rtt"] = said("rtt", "{n:g} ms between servers", n=rtt)
    giga, mega = _first(r"(\d+(?:\.\d+)?)\s*gb", text), _first(r"(\d+(?:\.\d+)?)\s*mb", text)
    link = giga or (mega / 1000 if mega else 0.1)
    year = row.date or year_of(row.workload) or 2023.5
    heavy = min(active_bytes(model, bits) / model.layers / 2.5e9, 1.0)  # measured on layers of 2.5 GB
    layer = c["swarm.layer_ms"] * max(heavy, 0.15) * (c["swarm.int8"] if bits == 8 and year < 2023 else 1.0)
    near = bool(re.search(r"thunderbolt|rdma|\blan\b|ethernet|local", text))
    if near:  # machines side by side: tensor parallel, microseconds between them
        layer, rtt = c["swarm.local_layer_ms"], 0.05
    if near and re.search(r"tensor parallel", text):
        each = active_bytes(model, bits) / servers
        token = each / (hw.memory_tbps * 1e12 * 0.7) + model.layers * (layer + 2 * 0.03) * 1e-3
        return 1 / token, "memory bandwidth", assumed, (unclear**2 + 0.2**2) ** 0.5
    chain = lowcomm.internet_decode(
        active_bytes(model, bits), model.layers, servers, rtt or 5.0, link, model.hidden,
        hw.memory_tbps * (0.7 if near else 1.0), layer,
    )  # fmt: skip
    spread = (unclear**2 + (0.2 if wide else 0.08) ** 2) ** 0.5
    if re.search(r"offload|speed-?up", f"{row.measured} {row.workload}".lower()):
        alone = model.params * bytes_per_parameter(bits) / (c["swarm.offload_gbps"] * 1e9)
        return alone / chain.token_s, chain.bound_by, assumed, spread
    return 1 / chain.token_s, chain.bound_by, assumed, spread
