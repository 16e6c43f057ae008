"""Questions of the domain engine. Written by `python -m rechenmacht.faces.python`."""

from collections.abc import Sequence
from typing import Any, Literal

from rechenmacht.faces.python import Given, ask


def train(
    *,
    described: Any = None,
    region: str = "us",
    price: float | None = None,
    rent: float | None = None,
    use: float | None = None,
    engineering: float | None = None,
    system: str,
    model: str,
    batch: float | None = None,
    seq: float = 4096,
    tokens: float | None = None,
    precision: str = "bf16",
    stack: str | None = None,
    date: str | None = None,
    tp: int | None = None,
    pp: int | None = None,
    dp: int | None = None,
    micro: int | None = None,
    lora: bool = False,
    maturity: float | None = None,
    lang: str = "en",
) -> Given:
    """Predict a training run: step, tokens/s, utilisation, time, energy, cost, and what bounds it.

    Args:
        described: descriptions by name of systems, models and workloads, as TOML files say.
        region: where the electricity is bought: us, cn, eu, de, fr...
        price: uSD per chip instead of the claims' price.
        rent: uSD per chip and hour instead of the claims' rent.
        use: share of the time in which owned chips work, 0 to 1.
        engineering: extra engineering as a share of the cost of compute.
        system: system: cloudmatrix-384, '1024x h100', '1000 gb200 racks', '100 MW gb200', or a TOML file.
        model: model: llama3-70b, gpt3-175b, 70b, or a TOML file.
        batch: global batch in sequences (default: 8,192 tokens per chip).
        seq: tokens per sequence.
        tokens: tokens of the whole run, such as 3e11.
        precision: number format: bf16, fp8, fp4.
        stack: software by name (default: the usual one of the chip; what it stands for is listed).
        date: date of the software, such as 2026-03 (default: today's).
        tp: tensor-parallel ranks.
        pp: pipeline stages.
        dp: data-parallel ranks.
        micro: sequences per microbatch.
        lora: train adapters only.
        maturity: share of the software's final speed (default: by its date).
        lang: Language of names and texts: en or de.
    """
    return ask("engine.train", locals())


def serve(
    *,
    described: Any = None,
    region: str = "us",
    price: float | None = None,
    rent: float | None = None,
    use: float | None = None,
    engineering: float | None = None,
    system: str,
    model: str,
    prompt: float = 4096,
    output: float = 1024,
    ms_per_token: float | None = 50,
    first_token: float | None = None,
    weight_bits: Literal[4, 8, 16] = 8,
    stack: str | None = None,
    date: str | None = None,
    speculative: float = 1.0,
    disaggregated: bool = False,
    cached: float = 0.0,
    replica: int | None = None,
    batch: float | None = None,
    arrival: float | None = None,
    per_worker: float | None = None,
    lang: str = "en",
) -> Given:
    """Predict a service: tokens/s in all, per chip, per user and per MW, first token, USD and J per token.

    Args:
        described: descriptions by name of systems, models and workloads, as TOML files say.
        region: where the electricity is bought: us, cn, eu, de, fr...
        price: uSD per chip instead of the claims' price.
        rent: uSD per chip and hour instead of the claims' rent.
        use: share of the time in which owned chips work, 0 to 1.
        engineering: extra engineering as a share of the cost of compute.
        system: system: cloudmatrix-384, '1024x h100', '1000 gb200 racks', '100 MW gb200', or a TOML file.
        model: model: llama3-70b, gpt3-175b, 70b, or a TOML file.
        prompt: prompt tokens.
        output: output tokens.
        ms_per_token: latency target per token in ms.
        first_token: latency target in s that 95% of first tokens must meet.
        weight_bits: bits of the weights: 4, 8 or 16.
        stack: software by name (default: the usual one of the chip; what it stands for is listed).
        date: date of the software, such as 2026-03 (default: today's).
        speculative: tokens per decode step from 1 (no drafts) on, below 1 the share of drafts that are accepted.
        disaggregated: read prompts on other chips.
        cached: share of prompt tokens found in a prefix cache.
        replica: chips per replica (default: the best).
        batch: sequences in flight per replica (default: the best).
        arrival: requests per second of the whole system.
        per_worker: output tokens/s of one virtual worker.
        lang: Language of names and texts: en or de.
    """
    return ask("engine.serve", locals())


def frontier(
    *,
    described: Any = None,
    region: str = "us",
    price: float | None = None,
    rent: float | None = None,
    use: float | None = None,
    engineering: float | None = None,
    system: str,
    model: str,
    prompt: float = 4096,
    output: float = 1024,
    weight_bits: Literal[4, 8, 16] = 8,
    stack: str | None = None,
    date: str | None = None,
    speculative: float = 1.0,
    disaggregated: bool = False,
    cached: float = 0.0,
    most: int = 24,
    lang: str = "en",
) -> Given:
    """Show what a service can trade: tokens/s per user against tokens/s per chip, per MW and per dollar.

    Args:
        described: descriptions by name of systems, models and workloads, as TOML files say.
        region: where the electricity is bought: us, cn, eu, de, fr...
        price: uSD per chip instead of the claims' price.
        rent: uSD per chip and hour instead of the claims' rent.
        use: share of the time in which owned chips work, 0 to 1.
        engineering: extra engineering as a share of the cost of compute.
        system: system: cloudmatrix-384, '1024x h100', '1000 gb200 racks', '100 MW gb200', or a TOML file.
        model: model: llama3-70b, gpt3-175b, 70b, or a TOML file.
        prompt: prompt tokens.
        output: output tokens.
        weight_bits: bits of the weights: 4, 8 or 16.
        stack: software by name (default: the usual one of the chip; what it stands for is listed).
        date: date of the software, such as 2026-03 (default: today's).
        speculative: tokens per decode step from 1 (no drafts) on, below 1 the share of drafts that are accepted.
        disaggregated: read prompts on other chips.
        cached: share of prompt tokens found in a prefix cache.
        most: points at most.
        lang: Language of names and texts: en or de.
    """
    return ask("engine.frontier", locals())


def predict(*, table: Any, lang: str = "en") -> Given:
    """Answer every row of a table: value, 80% interval, what bounds it, what was assumed.

    Args:
        table: rows of questions; a CSV file on the command line.
        lang: Language of names and texts: en or de.
    """
    return ask("engine.predict", locals())


def calibrate(*, table: Any, from_priors: bool = False, serving: Any = None, lang: str = "en") -> Given:
    """Add measured points to the shipped calibration; all commands in the workspace take the result.

    Args:
        table: measured points with their value; a CSV file on the command line.
        from_priors: fit all coefficients anew on this table alone (minutes).
        serving: aiconfigurator's silicon sample, with --from-priors.
        lang: Language of names and texts: en or de.
    """
    return ask("engine.calibrate", locals())


def search(
    *,
    described: Any = None,
    system: str,
    model: str,
    batch: float | None = None,
    seq: float = 4096,
    precision: str = "bf16",
    stack: str | None = None,
    date: str | None = None,
    largest_micro: int | None = None,
    most_zero: int | None = None,
    lang: str = "en",
) -> Given:
    """Evaluate every parallelisation at once: the best, the Pareto front, and why the others fail.

    Args:
        described: descriptions by name of systems, models and workloads, as TOML files say.
        system: system: cloudmatrix-384, '1024x h100', '1000 gb200 racks', '100 MW gb200', or a TOML file.
        model: model: llama3-70b, gpt3-175b, 70b, or a TOML file.
        batch: global batch in sequences (default: 8,192 tokens per chip).
        seq: tokens per sequence.
        precision: number format: bf16, fp8, fp4.
        stack: software by name (default: the usual one of the chip; what it stands for is listed).
        date: date of the software, such as 2026-03 (default: today's).
        largest_micro: largest microbatch to try (stated: the best is that within it, not what `train` takes).
        most_zero: how far weights and their states may be shared out: ZeRO 1 optimiser, 2 gradients, 3 weights (stated: the best is that within it, not what `train` takes).
        lang: Language of names and texts: en or de.
    """
    return ask("engine.search", locals())


def compare(
    *,
    described: Any = None,
    system: list[str],
    workload: str = "train-70b",
    region: Sequence[str] = (),
    precision: str | None = None,
    price: Sequence[str] = (),
    rent: Sequence[str] = (),
    use: Sequence[str] = (),
    engineering: Sequence[str] = (),
    lang: str = "en",
) -> Given:
    """Set two systems side by side: time, power, cost, racks, what bounds each, and the break-even points.

    Args:
        described: descriptions by name of systems, models and workloads, as TOML files say.
        system: two systems: --system A --system B.
        workload: train-70b, train-405b, serve-deepseek-r1..., or a TOML file.
        region: where each buys electricity, of A, then of B (default: us).
        precision: number format of training (default: the workload's).
        price: uSD per chip, of A, then of B.
        rent: uSD per chip and hour, of A, then of B.
        use: share of the time in use, of A, then of B.
        engineering: extra engineering over compute, of A, then of B.
        lang: Language of names and texts: en or de.
    """
    return ask("engine.compare", locals())


def decentral(
    *,
    model: str,
    workers: int | None = None,
    site: Sequence[str] = (),
    chip: str = "h100",
    chips_per_worker: int = 8,
    uplink: float = 1.0,
    method: str = "diloco",
    inner_steps: int | None = None,
    overlap: float = 0.0,
    online: float = 1.0,
    tokens_per_step: float = 1048576,
    tokens: float | None = None,
    seq: float = 4096,
    stack: str | None = None,
    lang: str = "en",
) -> Given:
    """Predict training across the internet: utilisation, sync, rate, and the compute it is worth.

    Args:
        model: model: llama3-70b, gpt3-175b, 70b, or a TOML file.
        workers: workers (sites or nodes).
        site: unlike sites, each workers x chips chip @ Gbit/s, such as '4x 1024 h100 @ 10' (repeatable; instead of workers, chip, uplink).
        chip: chip of a worker.
        chips_per_worker: chips per worker.
        uplink: gbit/s per worker.
        method: sync, diloco, intellect-1, covenant-72b...
        inner_steps: steps between syncs (default: the method's).
        overlap: share of the sync that is hidden (streaming).
        online: share of time that a worker is on line.
        tokens_per_step: tokens per worker and inner step.
        tokens: tokens of the whole run, such as 3e11.
        seq: tokens per sequence.
        stack: training software of a worker (default: as `train`; of one server: sharded weights).
        lang: Language of names and texts: en or de.
    """
    return ask("engine.decentral", locals())


def reach(
    *,
    model: str,
    chip: str = "h100",
    chips: int = 1024,
    method: str = "diloco",
    uplink: float | None = None,
    lang: str = "en",
) -> Given:
    """Train on the same chips from one rack to the internet: what they deliver, closer together and further apart.

    Args:
        model: model: llama3-70b, gpt3-175b, 70b, or a TOML file.
        chip: chip.
        chips: how many chips in all.
        method: how places sync: sync, diloco, intellect-1...
        uplink: gbit/s per place on the internet (default: the table's).
        lang: Language of names and texts: en or de.
    """
    return ask("engine.reach", locals())


def chips(names: list[str], *, lang: str = "en") -> Given:
    """Set chips side by side: peaks, best measured products, memory, links, power, what nobody states.

    Args:
        names: chips, such as h100-sxm ascend-910c.
        lang: Language of names and texts: en or de.
    """
    return ask("engine.chips", locals())
