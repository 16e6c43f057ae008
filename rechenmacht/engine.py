"""Questions of the domain engine. Written by `python -m rechenmacht.faces.python`."""

from typing import Any, Literal

from rechenmacht.faces.python import Given, ask


def train(*, region: str = 'us', price: float | None = None, rent: float | None = None, use: float | None = None, engineering: float | None = None, system: str, model: str, batch: float = 1024, seq: float = 4096, tokens: float | None = None, precision: str = 'bf16', stack: str | None = None, date: str | None = None, tp: int | None = None, pp: int | None = None, dp: int | None = None, micro: int | None = None, lora: bool = False, maturity: float | None = None, lang: str = "en") -> Given:
    """Predict a training run: step, tokens/s, utilisation, time, energy, cost, and what bounds it.

    Args:
        region: where the electricity is bought: us, cn, eu, de, fr...
        price: uSD per chip instead of the claims' price.
        rent: uSD per chip and hour instead of the claims' rent.
        use: share of the time in which owned chips work, 0 to 1.
        engineering: extra engineering as a share of the cost of compute.
        system: system: cloudmatrix-384, '1024x h100', '1000 gb200 racks', '100 MW gb200', or a TOML file.
        model: model: llama3-70b, gpt3-175b, 70b, or a TOML file.
        batch: global batch in sequences.
        seq: tokens per sequence.
        tokens: tokens of the whole run, such as 3e11.
        precision: number format: bf16, fp8, fp4.
        stack: software by name (default: the usual one of the chip).
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


def serve(*, region: str = 'us', price: float | None = None, rent: float | None = None, use: float | None = None, engineering: float | None = None, system: str, model: str, prompt: float = 4096, output: float = 1024, ms_per_token: float | None = 50, first_token: float | None = None, weight_bits: Literal[4, 8, 16] = 8, stack: str | None = None, date: str | None = None, speculative: float = 1.0, disaggregated: bool = False, cached: float = 0.0, replica: int | None = None, batch: float | None = None, arrival: float | None = None, per_worker: float | None = None, lang: str = "en") -> Given:
    """Predict a service: tokens/s in all, per chip, per user and per MW, first token, USD and J per token.

    Args:
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
        first_token: latency target in s that 95 % of first tokens must meet.
        weight_bits: bits of the weights: 4, 8 or 16.
        stack: software by name (default: the usual one of the chip).
        date: date of the software, such as 2026-03 (default: today's).
        speculative: tokens per decode step where it is above 1, else the share of drafted tokens that are accepted.
        disaggregated: read prompts on other chips.
        cached: share of prompt tokens found in a prefix cache.
        replica: chips per replica (default: the best).
        batch: sequences in flight per replica (default: the best).
        arrival: requests per second of the whole system.
        per_worker: output tokens/s of one virtual worker.
        lang: Language of names and texts: en or de.
    """
    return ask("engine.serve", locals())


def frontier(*, region: str = 'us', price: float | None = None, rent: float | None = None, use: float | None = None, engineering: float | None = None, system: str, model: str, prompt: float = 4096, output: float = 1024, weight_bits: Literal[4, 8, 16] = 8, stack: str | None = None, date: str | None = None, speculative: float = 1.0, disaggregated: bool = False, cached: float = 0.0, most: int = 24, lang: str = "en") -> Given:
    """Show what a service can trade: tokens/s per user against tokens/s per chip, per MW and per dollar.

    Args:
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
        stack: software by name (default: the usual one of the chip).
        date: date of the software, such as 2026-03 (default: today's).
        speculative: tokens per decode step where it is above 1, else the share of drafted tokens that are accepted.
        disaggregated: read prompts on other chips.
        cached: share of prompt tokens found in a prefix cache.
        most: points at most.
        lang: Language of names and texts: en or de.
    """
    return ask("engine.frontier", locals())


def predict(*, table: Any, lang: str = "en") -> Given:
    """Answer every row of a table: value, 80 % interval, what bounds it, what was assumed.

    Args:
        table: rows of questions; a CSV file on the command line.
        lang: Language of names and texts: en or de.
    """
    return ask("engine.predict", locals())
