"""`rechenmacht engine compare`, `engine decentral` and `chip compare`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.common import Json, Language, base, emit, note, number, say, table
from rechenmacht.outputs.cli.enginewords import bound, word

REACH_HEADS = ("step", "chips", "places", "uplink", "rate", "per_chip", "kw", "usd", "bound")


if TYPE_CHECKING:
    from rechenmacht.domains.engine.outcome import Terms


def _short(value: float | None, lang: Language) -> str:
    return "-" if value is None else number(float(f"{value:.3g}"), lang)


def _two(systems: list[str]) -> tuple[str, str]:
    """Return the names of the two systems.

    Raises:
        BadInput: if there are not two.
    """
    if len(systems) != 2:
        raise BadInput(f"name two systems with --system, not {len(systems)}")
    return systems[0], systems[1]


def _terms(which: int, own: tuple[list[float] | None, ...]) -> Terms:
    """Return the prices, rent, use and engineering given for A (0) or B (1)."""
    from rechenmacht.domains.engine.outcome import Terms

    price, rent, use, engineering = (None if not one or len(one) <= which else one[which] for one in own)
    return Terms(None, "us", price, rent, use, engineering)


def compare(
    system: Annotated[list[str], typer.Option("--system", help="Two systems: --system A --system B.")],
    workload: Annotated[str, typer.Option("--workload", help="train-70b, train-405b, serve-deepseek-r1..., or TOML.")],
    region: Annotated[
        list[str] | None, typer.Option("--region", help="Where each buys electricity (default: us).")
    ] = None,
    precision: Annotated[str | None, typer.Option("--precision", help="Number format of training.")] = None,
    price: Annotated[list[float] | None, typer.Option("--price", help="USD per chip, of A, then of B.")] = None,
    rent: Annotated[list[float] | None, typer.Option("--rent", help="USD per chip and hour, of A, then of B.")] = None,
    use: Annotated[list[float] | None, typer.Option("--use", help="Share of the time in use, of A, then of B.")] = None,
    engineering: Annotated[
        list[float] | None, typer.Option("--engineering", help="Extra engineering over compute, of A, then of B.")
    ] = None,
    chart: Annotated[Path | None, typer.Option("--chart", help="Draw it: a .png, .svg or .json file.")] = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Set two systems side by side: time, power, energy, cost, racks, what bounds each, and the break-even points."""
    from rechenmacht.domains.engine.compare import compare as run
    from rechenmacht.domains.engine.compare import workload as named
    from rechenmacht.domains.engine.parameters import coefficients

    first, second = _two(system)
    regions = [*(region or []), "us", "us"]
    facts = base()

    one, two = (_terms(which, (price, rent, use, engineering)) for which in (0, 1))
    found = run(facts, first, second, named(workload), coefficients(facts), *regions[:2], precision, one, two)
    if chart is not None:
        from rechenmacht.outputs.enginecharts import draw_comparison

        draw_comparison(found, chart, lang)
        note(f"{chart}")
    if as_json:
        emit(found.document())
        return
    a, b = found.a, found.b

    def cell(side: object, name: str) -> str:
        return _short(getattr(side, name), lang)

    ratio = word("ratio", lang)
    rows = [
        (word("peak", lang), *(_short(x.system.peak16, lang) for x in (a, b)), _short(found.peak_ratio, lang)),
        (f"{word('rate', lang)}, tokens/s", cell(a, "rate"), cell(b, "rate"),
         f"{_short(found.delivered_ratio, lang)} ({_short(found.delivered_low, lang)} - "
         f"{_short(found.delivered_high, lang)})"),
        (word("kw", lang), cell(a, "power_kw"), cell(b, "power_kw"), _short(found.power_ratio, lang)),
        (word("racks", lang), cell(a, "racks"), cell(b, "racks"),
         _short(a.racks / b.racks if a.racks and b.racks else None, lang)),
        (word("tokens_per_kw", lang), _short(a.rate / a.power_kw, lang), _short(b.rate / b.power_kw, lang),
         _short(found.delivered_ratio / found.power_ratio, lang)),
        (word("usd_per_million", lang), _short(a.usd_per_hour / a.rate / 3600 * 1e6, lang),
         _short(b.usd_per_hour / b.rate / 3600 * 1e6, lang), _short(found.cost_ratio, lang)),
        (word("bound_by", lang), bound(a.result.bound_by, lang), bound(b.result.bound_by, lang), ""),
    ]  # fmt: skip
    say(table(rows, (found.workload.name, a.system.name, b.system.name, ratio)))
    say(f"{word('price_break_even', lang)} {_short(found.price_factor, lang)}")
    say(f"{word('maturity_break_even', lang)} {_short(found.maturity_factor, lang)}")
    for one in (a, b):
        note(f"{one.system.name}: " + "; ".join(f"{k}: {v}" for k, v in one.result.assumed.items()))


def decentral(
    model: Annotated[str, typer.Option("--model", help="Model: llama3-8b, 10b...")],
    workers: Annotated[int, typer.Option("--workers", help="Workers (sites or nodes).")],
    chip: Annotated[str, typer.Option("--chip", help="Chip of a worker.")] = "h100",
    chips_per_worker: Annotated[int, typer.Option("--chips-per-worker")] = 8,
    uplink: Annotated[float, typer.Option("--uplink", help="Gbit/s per worker.")] = 1.0,
    method: Annotated[str, typer.Option("--method", help="sync, diloco, intellect-1, covenant-72b...")] = "diloco",
    inner_steps: Annotated[int | None, typer.Option("--inner-steps", help="Steps between syncs.")] = None,
    overlap: Annotated[float, typer.Option("--overlap", help="Share of the sync hidden (streaming).")] = 0.0,
    online: Annotated[float, typer.Option("--online", help="Share of time that a worker is on line.")] = 1.0,
    tokens_per_step: Annotated[float, typer.Option("--tokens-per-step", help="Per worker.")] = 1048576,
    tokens: Annotated[float | None, typer.Option("--tokens", help="Tokens of the whole run.")] = None,
    seq: Annotated[float, typer.Option("--seq")] = 4096,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Predict training across the internet: utilisation, sync, rate, and the compute it is worth."""
    from dataclasses import asdict

    from rechenmacht.domains.engine.parameters import coefficients
    from rechenmacht.domains.engine.swarm import Swarm, train_swarm

    facts = base()
    found = train_swarm(
        facts, coefficients(facts),
        Swarm(model, workers, chip, chips_per_worker, uplink, method, inner_steps, overlap, online, tokens_per_step,
              seq, tokens),
    )  # fmt: skip
    if as_json:
        emit(asdict(found))
        return
    rows = [
        (word("inner", lang), f"{_short(found.inner_step_s, lang)} s"),
        (word("sync", lang), f"{_short(found.sync_s, lang)} s"),
        (word("compute_share", lang), f"{number(round(100 * found.utilisation, 1), lang)} %"),
        (word("rate", lang), f"{_short(found.tokens_per_s, lang)} tokens/s"),
        (word("penalty", lang), f"{_short(found.penalty_low, lang)} - {_short(found.penalty_high, lang)} x"),
        (word("equivalent", lang), f"{_short(found.equivalent_tokens_per_s, lang)} tokens/s"),
        (word("power", lang), f"{_short(found.grid_kw, lang)} kW"),
        (word("per_day", lang), f"{_short(found.usd_per_day, lang)} USD"),
        (word("bound_by", lang), bound(found.bound_by, lang)),
    ]
    if found.days is not None:
        rows.append((word("days", lang), _short(found.days, lang)))
    say(table(rows, ("", "")).split("\n", 1)[1])
    note(f"{word('assumed', lang)}: " + "; ".join(f"{k}: {v}" for k, v in found.assumed.items()))


def reach(
    model: Annotated[str, typer.Option("--model", help="Model: llama3-70b, 10b...")],
    chip: Annotated[str, typer.Option("--chip", help="Chip.")] = "h100",
    chips: Annotated[int, typer.Option("--chips", help="How many chips in all.")] = 1024,
    method: Annotated[str, typer.Option("--method", help="How places sync: sync, diloco, intellect-1...")] = "diloco",
    uplink: Annotated[float | None, typer.Option("--uplink", help="Gbit/s per place on the internet.")] = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Train on the same chips from one rack to the internet: what they deliver, closer together and further apart."""
    from dataclasses import asdict

    from rechenmacht.domains.engine.parameters import coefficients
    from rechenmacht.domains.engine.reach import reach as run
    from rechenmacht.faces.language import language

    facts, words = base(), language(lang)
    found = run(facts, coefficients(facts), chip, chips, model, method, uplink)
    if as_json:
        emit({"chip": chip, "chips": chips, "model": model, "steps": [asdict(step) for step in found]})
        return
    rows = [
        (
            words.text(f"reach.{one.name}"), number(one.chips, lang), number(one.places, lang),
            _short(one.uplink_gbit, lang), _short(one.rate or None, lang), _short(one.per_chip or None, lang),
            _short(one.grid_kw or None, lang), _short(one.usd_per_million_tokens, lang),
            one.reason or bound(one.bound_by, lang),
        )
        for one in found
    ]  # fmt: skip
    say(table(rows, tuple(words.text(f"reach.head.{name}") for name in REACH_HEADS)))
    note(words.text("reach.note"))


def chip_compare(
    names: Annotated[list[str], typer.Argument(help="Chips: h100-sxm ascend-910c ...")],
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Set chips side by side: specifications, best measured matrix products, what is unknown."""
    from dataclasses import asdict

    from rechenmacht.domains.engine.systems import system

    facts = base()
    found = [system(facts, f"1x {name}").hw for name in names]
    if as_json:
        emit([asdict(hw) for hw in found])
        return
    fields = ("family", "peak16", "peak8", "peak4", "matmul16", "matmul8", "memory_gb", "memory_tbps", "tdp_w",
              "domain", "scaleup_gbps", "scaleout_gbps", "all_in_kw")  # fmt: skip
    rows = [
        (name, *(str(v) if isinstance(v := getattr(hw, name), str) else _short(float(v), lang) for hw in found))
        for name in fields
    ]
    say(table(rows, ("", *(hw.name for hw in found))))
    for hw in found:
        for what, text in hw.assumed.items():
            note(f"{hw.name}: {what}: {text}")
