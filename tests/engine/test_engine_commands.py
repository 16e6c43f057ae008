import json
import math
from pathlib import Path

import pytest

from rechenmacht.domains.engine import cost, plan, questions, systems
from rechenmacht.domains.engine.compare import compare, workload
from rechenmacht.domains.engine.documents import read_toml, taken
from rechenmacht.domains.engine.goodput import goodput
from rechenmacht.domains.engine.outcome import Terms
from rechenmacht.domains.engine.power import power
from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.app import main

CASES = Path(__file__).resolve().parents[1] / "cases" / "engine" / "points.csv"


def run(capsys, *arguments):
    code = main(list(arguments))
    out = capsys.readouterr()
    return code, out.out, out.err


def test_train_as_json(capsys):
    code, out, _ = run(
        capsys, "engine", "train", "--system", "1024x h100", "--model", "llama3-70b", "--batch", "1024", "--seq",
        "8192", "--tokens", "1e12", "--json",
    )  # fmt: skip
    assert code == 0
    found = json.loads(out)
    rate, step = found["tokens_per_s"]["value"], found["step_s"]["value"]
    assert rate * step == pytest.approx(1024 * 8192)
    # 1e12 tokens at that rate and goodput, in days of 86,400 s
    assert found["days"]["value"] == pytest.approx(1e12 / rate / found["goodput"] / 86400)
    # MWh: kW at the grid x 24 h x days / 1000
    assert found["energy_mwh"]["value"] == pytest.approx(found["grid_kw"] * 24 * found["days"]["value"] / 1000)
    assert found["days"]["low"] < found["days"]["value"] < found["days"]["high"]


def test_search_as_json(capsys):
    code, out, _ = run(
        capsys, "engine", "search", "--system", "64x a100", "--model", "llama3-8b", "--batch", "256", "--json"
    )
    found = json.loads(out)
    assert code == 0
    assert found["best"]["usual"]
    assert all(c["seconds"] >= found["best"]["seconds"] for c in found["pareto"] if c["usual"])
    assert min(c["seconds"] for c in found["pareto"]) <= found["best"]["seconds"]
    assert found["fitting"] <= found["configurations"]


def test_serve_as_json(capsys):
    code, out, _ = run(capsys, "engine", "serve", "--system", "8x h200", "--model", "llama3-70b", "--json")
    found = json.loads(out)
    assert code == 0
    # USD per million tokens x tokens per hour / 1e6 = USD per hour, the same for the low and the high rate
    assert found["usd_per_million_owned"]["low"] * found["per_chip"]["high"] == pytest.approx(
        found["usd_per_million_owned"]["high"] * found["per_chip"]["low"]
    )
    assert found["per_user"] >= 20 * (1 - 1e-9)


def test_german(capsys):
    _, out, _ = run(
        capsys, "engine", "train", "--system", "64x h100", "--model", "llama3-8b", "--batch", "256", "--lang", "de"
    )
    assert "begrenzt durch" in out
    assert "Matrixprodukte" in out
    assert "angenommen" in out


def test_chip_compare(capsys):
    code, out, _ = run(capsys, "chip", "compare", "h100-sxm", "ascend-910c", "--json")
    assert code == 0
    assert [c["id"] for c in json.loads(out)["chips"]] == ["chip:h100-sxm", "chip:ascend-910c"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("train", "--system", "64x h1000000", "--model", "llama3-8b"), None),
        (("train", "--system", "64x bananachip", "--model", "llama3-8b"), "no entity called 'bananachip'"),
        (("train", "--system", "64x h100", "--model", "llama3-8x"), "did you mean llama3-8b"),
        (("train", "--system", "8x h100", "--model", "gpt3-175b", "--batch", "8"), "GB per chip too much"),
        (("train", "--system", "64x h100", "--model", "llama3-8b", "--batch", "-5"), "batch"),
        (("train", "--system", "70x h100", "--model", "llama3-8b", "--tp", "7"), "32 heads cannot be split over 7"),
        (("train", "--system", "60x h100", "--model", "llama3-8b", "--pp", "6"), "nearest: 5, 7"),
        (("train", "--system", "64x h100", "--model", "llama3-8b", "--dp", "48"), "no parallelisation"),
        (("train", "--system", "64x h100", "--model", "llama3-8b", "--precision", "fp7"), "no number format 'fp7'"),
        (("train", "--system", "0x h100", "--model", "llama3-8b"), "at least one chip"),
        (("compare", "--system", "gb200-nvl72", "--workload", "train-70b"), "at least 2"),
        (("compare", "--system", "gb200-nvl72", "--system", "cloudmatrix-384", "--workload", "train-7b"), "train-70b"),
        (("decentral", "--model", "10b", "--workers", "0"), "at least 1"),
        (("serve", "--system", "1x rtx-4090", "--model", "deepseek-r1"), "GB per chip too much"),
    ],
)
def test_bad_input_gets_one_sentence(capsys, arguments, says):
    code, out, err = run(capsys, "engine", *arguments)
    assert code == 2 or says is None
    if says is not None:
        assert not out
        assert len(err.strip().splitlines()) == 1
        assert any(part in err for part in says.split("|"))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("chip = 'h100'\nscaleout_gbps = 0", "scaleout_gbps must be a number above zero"),
        ("chip = 'h100'\nmemory_gb = -80", "memory_gb must be a number above zero"),
        ("chip = 'h100'\nmemry_gb = 80", "did you mean memory_gb"),
        ("chip = 'h100'\nchips = 1.5", "whole number"),
        ("chip = 'h100'\noversubscription = 0.5", "at least 1"),
        ("chips = 8", "needs a table"),
        ("chip = ", "mine.toml.*line 2"),
    ],
)
def test_bad_descriptions(base, tmp_path, body, says):
    path = tmp_path / "mine.toml"
    path.write_text(f"[system]\n{body}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=says):
        asked = questions.Train.asked(questions.Train.read({"system": str(path), "model": "70b"}, base))
        systems.told(base, asked.system, asked.described)


def test_a_described_system(base, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        "[system]\nchip = 'h100-sxm'\nchips = 512\nmemory_gb = 141\noversubscription = 2\nracks = 16\n",
        encoding="utf-8",
    )
    told = taken({"system": str(path)}, ("system",))
    assert told == {"system": "mine", "described": {"mine": read_toml(path)}}
    made, plain = systems.told(base, "mine", told["described"]), systems.system(base, "512x h100-sxm")
    assert made.hw.memory_gb == 141
    assert made.hw.scaleout_gbps == plain.hw.scaleout_gbps / 2
    assert (made.chips, made.racks) == (512, 16)


def test_cloudmatrix_against_nvl72(base, c):
    a, b = (systems.system(base, name) for name in ("cloudmatrix-384", "gb200-nvl72"))
    found = compare(base, a, b, workload("train-70b"), c, "cn", "us")
    # 384 chips at 752 to 800 TFLOP/s against 72 at 2,500: 1.60 to 1.71
    assert 1.6 <= found.peak_ratio <= 1.75
    assert found.delivered_low < found.delivered_ratio < found.delivered_high
    assert 3 < found.power_ratio < 5
    # at the break-even price a token costs the same
    assert found.price_factor is not None
    rate, share = found.a.hourly, found.a.result.goodput
    even = rate.amortisation * found.price_factor + rate.electricity
    per_a = even * (1 + rate.engineering_share) * found.a.system.chips / found.a.rate / share / 3600 * 1e6
    assert per_a == pytest.approx(found.b.million.value)
    assert found.price.low < found.price_factor < found.price.high


def test_a_comparison_of_training_costs_what_train_says(base, c):
    a, b = (systems.system(base, name) for name in ("64x h100", "72x gb200"))
    found = compare(base, a, b, workload("train-70b"), c, terms_a=Terms(engineering=0.2), terms_b=Terms(rent=3.0))
    alone = plan.train(base, a, systems.model("llama3-70b"), c, 1024, 8192, tokens=1e12, engineering=0.2)
    assert found.a.million == alone.usd_per_million_tokens
    # owned and engineering together, over the million tokens of the run
    assert found.a.million.value == pytest.approx((alone.usd_owned.value + alone.engineering_usd) / 1e6)
    assert found.a.document()["usd_per_million_tokens"] == found.a.million.value
    rented = plan.train(base, b, systems.model("llama3-70b"), c, 1024, 8192, tokens=1e12, rent=3.0)
    assert found.b.million.value == pytest.approx(rented.usd_rented.value / 1e6)  # no extra engineering on this stack
    # the interval of the ratio: both rates' log widths at right angles
    wide = math.hypot(math.log(found.a.high / found.a.low), math.log(found.b.high / found.b.low)) / 2
    assert found.cost.high / found.cost.value == pytest.approx(math.exp(wide))


def test_power_chain_by_hand(base, c):
    h100 = systems.system(base, "8x h100").hw
    level = power(h100, c, 1.0)
    assert level.chip_w == pytest.approx(700 * c["power.draw"])
    assert level.node_w == pytest.approx(level.chip_w + c["power.host_w"])
    assert level.facility_w == pytest.approx(level.node_w * (1 + c["power.network"]) * c["power.pue"])
    assert power(h100, c, 0.5).chip_w < level.chip_w


def test_larger_fleets_fail_more(c):
    few, many = goodput(512, 7e10, c), goodput(16384, 7e10, c)
    assert 0.5 < many.share < few.share < 1
    assert many.failures_per_day == pytest.approx(32 * few.failures_per_day)


def test_costs(base, c):
    assert cost.usd_per_million_tokens(3.6, 1000) == pytest.approx(1.0)
    with pytest.raises(BadInput, match="no electricity price"):
        cost.electricity_price(base, "atlantis", c)
    foreign = systems.system(base, "1x ascend-910c").hw
    assert cost.effort(foreign, c) == c["cost.engineering"]
    assert cost.effort(systems.system(base, "1x h100").hw, c) == 0
    assert cost.virtual_workers(4000, 40) == 100


@pytest.mark.parametrize("system", ["8x h200", "8x mi355x", "gb200-nvl72", "cloudmatrix-384"])
def test_a_service_hangs_together(capsys, system):
    """J per token is a second's energy over its tokens; the 95th percentile of the first token is above its median."""
    code, out, _ = run(capsys, "engine", "serve", "--system", system, "--model", "deepseek-v3", "--json")
    assert code == 0
    found = json.loads(out)
    assert found["joules_per_token"]["value"] == pytest.approx(1e6 / found["per_mw"]["value"], rel=1e-6)
    assert found["first_token_s"] <= found["first_token_p95_s"] * 1.05
    assert found["first_token_p95_s"] < found["first_token_p99_s"]
    assert found["first_token_s"] == pytest.approx(found["first_token"]["value"])


def test_calibrate_needs_a_place_and_says_so_in_german(capsys):
    code, _, err = run(capsys, "engine", "calibrate", "--table", str(CASES), "--lang", "de")
    assert code == 2
    assert "kein Arbeitsbereich" in err
