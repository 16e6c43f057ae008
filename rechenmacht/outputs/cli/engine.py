"""`rechenmacht engine ...` and `rechenmacht chip compare`: what a system of chips delivers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli import enginecompare
from rechenmacht.outputs.cli.common import Json, Lang, Language, base, emit, note, number, say, table
from rechenmacht.outputs.cli.enginewords import bound, word

if TYPE_CHECKING:
    from rechenmacht.domains.engine.found import Band

app = typer.Typer(
    help="What a system of chips delivers: time, power, cost, what bounds it.", no_args_is_help=True,
    rich_markup_mode=None,
)  # fmt: skip
chip_app = typer.Typer(help="Chips side by side.", no_args_is_help=True, rich_markup_mode=None)


@chip_app.callback()
def _chips() -> None:
    """Chips side by side."""


SystemName = Annotated[str, typer.Option("--system", help="System: cloudmatrix-384, '1024x h100', or a TOML file.")]
ModelName = Annotated[str, typer.Option("--model", help="Model: llama3-70b, gpt3-175b, 70b, or a TOML file.")]
Batch = Annotated[float, typer.Option("--batch", help="Global batch in sequences.")]
Seq = Annotated[float, typer.Option("--seq", help="Tokens per sequence.")]
Precision = Annotated[str, typer.Option("--precision", help="Number format: bf16, fp8, fp4.")]
Region = Annotated[str, typer.Option("--region", help="Where the electricity is bought: us, cn, eu, de, fr...")]
Price = Annotated[float | None, typer.Option("--price", help="USD per chip (default: from claims).")]
Rent = Annotated[float | None, typer.Option("--rent", help="USD per chip and hour (default: from claims).")]
StackName = Annotated[str | None, typer.Option("--stack", help="Training software (default: the family's usual).")]


def _band(value: Band | None, lang: Lang, unit: str = "", scale: float = 1.0) -> str:
    if value is None:
        return "-"
    to = "to" if lang == "en" else "bis"
    low, mid, high = (number(float(f"{x * scale:.3g}"), lang) for x in (value.low, value.value, value.high))
    return f"{mid} ({low} {to} {high}){unit and ' ' + unit}"


def _rows(rows: list[tuple[str, str]]) -> None:
    say(table(rows, ("", "")).split("\n", 1)[1])


def _assumed(assumed: dict[str, str], lang: Lang) -> None:
    if assumed:
        note(word("assumed", lang) + ": " + "; ".join(f"{k}: {v}" for k, v in assumed.items()))


@app.command()
def predict(
    table_file: Annotated[Path, typer.Option("--table", help="CSV with the columns of a table of measured points.")],
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Answer every row of a table: value, 80 % interval, what bounds it, what was assumed."""
    from rechenmacht.domains.engine.table import predict as answer
    from rechenmacht.domains.engine.table import rows_of

    answers = answer(base(), rows_of(table_file))
    if as_json:
        emit(answers)
        return

    def short(value: float) -> str:
        return number(float(f"{value:.4g}"), lang)

    lines = [
        (a["id"], "-", "", a["unit"], a["reason"])
        if a["value"] is None
        else (
            a["id"], short(a["value"]), f"{short(a['low'])} - {short(a['high'])}", a["unit"], bound(a["bound_by"], lang)
        )
        for a in answers
    ]  # fmt: skip
    say(table(lines, tuple(word(w, lang) for w in ("row", "value", "interval", "unit", "bound_by"))))
    open_rows = sum(a["value"] is None for a in answers)
    note(f"{len(answers) - open_rows}/{len(answers)} {word('answered', lang)}")


@app.command()
def calibrate(
    table_file: Annotated[Path, typer.Option("--table", help="CSV of measured points with their `value`.")],
    serving: Annotated[
        Path | None, typer.Option("--serving", help="aiconfigurator's silicon sample: measured serving times.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write to (default: the shipped data).")] = None,
    as_json: Json = False,
) -> None:
    """Fit the engine's coefficients to measured points, all at once, and write them with their scores."""
    from rechenmacht.domains.engine import calibration
    from rechenmacht.domains.engine.library import FOLDER
    from rechenmacht.domains.engine.scores import summary

    note("fitting: about two minutes")
    result, points, prior = calibration.run(base(), table_file, serving)
    calibration.write(result, points, prior, out or FOLDER)
    scored = summary(result, points)
    if as_json:
        emit(scored)
        return
    say(table(
        [(s["kind"], str(s["points"]), *(f"{100 * s[k]:.1f} %" for k in ("fitted", "without_point", "without_source")))
         for s in scored],
        ("kind", "points", "fitted", "without point", "without source"),
    ))  # fmt: skip


@app.command()
def train(
    system: SystemName,
    model: ModelName,
    batch: Batch = 1024,
    seq: Seq = 4096,
    tokens: Annotated[float | None, typer.Option("--tokens", help="Tokens of the whole run, such as 3e11.")] = None,
    precision: Precision = "bf16",
    stack: StackName = None,
    tp: Annotated[int | None, typer.Option("--tp", help="Tensor-parallel ranks.")] = None,
    pp: Annotated[int | None, typer.Option("--pp", help="Pipeline stages.")] = None,
    dp: Annotated[int | None, typer.Option("--dp", help="Data-parallel ranks.")] = None,
    micro: Annotated[int | None, typer.Option("--micro", help="Sequences per microbatch.")] = None,
    lora: Annotated[bool, typer.Option("--lora", help="Train adapters only.")] = False,
    maturity: Annotated[
        float | None, typer.Option("--maturity", help="Share of the software's final speed (default: by its date).")
    ] = None,
    region: Region = "us",
    price: Price = None,
    rent: Rent = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Predict a training run: step, tokens/s, utilisation, time, energy, cost, and what bounds it."""
    from rechenmacht.domains.engine import plan, systems
    from rechenmacht.domains.engine.layout import Bounds
    from rechenmacht.domains.engine.parameters import coefficients

    facts = base()
    chosen = systems.system(facts, system)
    bounds = Bounds(tp=tp, pp=pp, dp=dp, micro=micro)
    found = plan.train(
        facts, chosen, systems.model(model), coefficients(facts), batch, seq, precision, tokens, stack, bounds, region,
        price, rent, maturity, lora,
    )  # fmt: skip
    if as_json:
        emit(plan.plain(found))
        return
    shown = {k: v for k, v in found.layout.items() if k in {"tp", "pp", "dp"} or (v > 1 and k not in {"recompute"})}
    layout = ", ".join(f"{k} {v:g}" for k, v in shown.items())
    rows = [
        ("system", f"{found.system}, {number(found.chips, lang)} {word('chips', lang)}"),
        ("layout", layout),
        ("step", _band(found.step_s, lang, "s")),
        ("rate", _band(found.tokens_per_s, lang, "tokens/s")),
        ("utilisation", _band(found.mfu, lang, "%", 100)),
        ("memory", f"{number(round(found.memory_gb, 1), lang)} GB"),
        ("bound_by", bound(found.bound_by, lang)),
        ("power", f"{number(round(found.grid_kw), lang)} kW"),
    ]
    if found.days is not None:
        rows += [
            ("days", _band(found.days, lang)),
            ("energy", _band(found.energy_mwh, lang, "MWh")),
            ("owned", _band(found.usd_owned, lang, "USD")),
            ("rented", _band(found.usd_rented, lang, "USD")),
            ("engineering", f"{number(float(f'{found.engineering_usd or 0:.3g}'), lang)} USD"),
        ]
    _rows([(word(name, lang), text) for name, text in rows])
    _assumed(found.assumed, lang)


@app.command()
def search(
    system: SystemName,
    model: ModelName,
    batch: Batch = 4096,
    seq: Seq = 2048,
    precision: Precision = "bf16",
    stack: StackName = None,
    largest_micro: Annotated[int, typer.Option("--largest-micro", help="Largest microbatch to try.")] = 64,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Evaluate every parallelisation at once: the best, the Pareto front, and why the others fail."""
    from dataclasses import asdict

    from rechenmacht.domains.engine import plan, systems
    from rechenmacht.domains.engine.layout import Bounds
    from rechenmacht.domains.engine.parameters import coefficients
    from rechenmacht.domains.engine.search import search as run_search
    from rechenmacht.domains.engine.training import Run

    facts = base()
    chosen = systems.system(facts, system)
    bounds = Bounds(sequence=None, overlap=None, offload=None, largest_micro=largest_micro, tp_beyond=4)
    used, run = plan.stack_for(chosen, stack), Run(seq, batch, plan.bits(precision))
    found = run_search(systems.model(model), chosen.hw, used, coefficients(facts), run, chosen.chips, bounds)
    if as_json:
        emit(asdict(found))
        return
    say(
        f"{number(found.configurations, lang)} {word('configurations', lang)}, "
        f"{number(found.fitting, lang)} {word('fit', lang)}"
    )
    for text, count in found.misses.items():
        note(f"{number(count, lang)}: {text}")
    if found.best is None:
        say(f"{word('none_fits', lang)}: {number(round(found.nearest_miss_gb or 0, 1), lang)} GB")
        raise typer.Exit(1)
    header = ("s", "GB", "kWh", *found.best.layout, word("bound_by", lang))
    lines = [
        (f"{c.seconds:.3f}", f"{c.memory_gb:.1f}", f"{c.energy_kwh:.2f}", *(f"{v:g}" for v in c.layout.values()),
         bound(c.bound_by, lang))
        for c in [found.best, *(p for p in found.pareto if p != found.best)]
    ]  # fmt: skip
    say(table(lines, header))


@app.command()
def serve(
    system: SystemName,
    model: ModelName,
    prompt: Annotated[float, typer.Option("--prompt", help="Prompt tokens.")] = 4096,
    output: Annotated[float, typer.Option("--output", help="Output tokens.")] = 1024,
    ms_per_token: Annotated[float | None, typer.Option("--ms-per-token", help="Latency target per token.")] = 50,
    first_token_s: Annotated[float | None, typer.Option("--first-token", help="Latency target in s.")] = None,
    weight_bits: Annotated[int, typer.Option("--weight-bits", help="Bits of the weights: 4, 8 or 16.")] = 8,
    stack: Annotated[str | None, typer.Option("--stack", help="trtllm, sglang, vllm, rocm, other...")] = None,
    speculative: Annotated[float, typer.Option("--speculative", help="Tokens accepted per decode step.")] = 1.0,
    disaggregated: Annotated[bool, typer.Option("--disaggregated", help="Prefill on other chips.")] = False,
    region: Region = "us",
    price: Price = None,
    rent: Rent = None,
    per_worker: Annotated[
        float | None, typer.Option("--per-worker", help="Output tokens/s of one virtual worker.")
    ] = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Predict a service: tokens/s in all, per chip, per user and per MW, USD per million tokens, virtual workers."""
    from rechenmacht.domains.engine import plan, systems
    from rechenmacht.domains.engine.inference import Service
    from rechenmacht.domains.engine.parameters import coefficients
    from rechenmacht.domains.engine.serving import Target

    if weight_bits not in {4, 8, 16}:
        raise BadInput(f"weights have 4, 8 or 16 bits, not {weight_bits}")
    facts = base()
    chosen = systems.system(facts, system)
    used = stack or plan.SERVING_STACK.get(chosen.hw.family, "other")
    service = Service(prompt, output, weight_bits, weight_bits, 8 if weight_bits <= 8 else 16, used, speculative,
                      disaggregated)  # fmt: skip
    target = Target(None if ms_per_token is None else ms_per_token / 1000, first_token_s)
    found = plan.serving(
        facts, chosen, systems.model(model), coefficients(facts), service, target, region, price, rent, per_worker
    )
    if as_json:
        emit(plan.plain(found))
        return
    _rows([(word(name, lang), text) for name, text in [
        ("system", f"{found.system}, {number(found.chips, lang)} {word('chips', lang)}"),
        ("replica", f"{found.chips_per_replica:g} {word('chips', lang)}, {found.batch:.0f} {word('sequences', lang)}"),
        ("rate", _band(found.tokens_per_s, lang, "tokens/s")),
        ("per_chip", _band(found.per_chip, lang, "tokens/s")),
        ("per_user", f"{number(round(found.per_user, 1), lang)} tokens/s"),
        ("first_token", f"{number(round(found.first_token_s, 3), lang)} s"),
        ("per_mw", _band(found.per_mw, lang, "tokens/s")),
        ("million_owned", _band(found.usd_per_million_owned, lang, "USD")),
        ("million_rented", _band(found.usd_per_million_rented, lang, "USD")),
        ("workers", _band(found.virtual_workers, lang)),
        ("bound_by", bound(found.bound_by, lang)),
    ]])  # fmt: skip
    _assumed(found.assumed, lang)


app.command("compare")(enginecompare.compare)
app.command("decentral")(enginecompare.decentral)
app.command("reach")(enginecompare.reach)
chip_app.command("compare")(enginecompare.chip_compare)
