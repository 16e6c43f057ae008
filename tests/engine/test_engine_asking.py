"""What is asked is what is answered: counts with units, quantities, names and sources that say nothing, one path."""

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rechenmacht.domains.engine import plan, systems
from rechenmacht.domains.engine.cells import year
from rechenmacht.domains.engine.counts import chips_in, counted, number_of
from rechenmacht.domains.engine.hardware import hardware
from rechenmacht.domains.engine.inference import Service
from rechenmacht.domains.engine.layout import Bounds
from rechenmacht.domains.engine.library import FOLDER
from rechenmacht.domains.engine.links import scaleout_of
from rechenmacht.domains.engine.parameters import coefficients
from rechenmacht.domains.engine.power import power
from rechenmacht.domains.engine.rows import read_row
from rechenmacht.domains.engine.serving import Target
from rechenmacht.domains.engine.table import predict
from rechenmacht.domains.engine.tablefile import cells
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import load
from rechenmacht.faces.language import language
from rechenmacht.faces.said import worded

BASE = load()
BASE_C = coefficients(BASE)
POINTS = FOLDER / "points.csv"
TRAIN = {"chip": "H100 SXM", "n_chips": "512", "workload": "llama3-70b pretrain", "seq": "8192",
         "global_batch_seqs": "512", "precision": "bf16", "quantity": "tokens_per_s"}  # fmt: skip
SERVE = {"chip": "H100 SXM", "n_chips": "8", "workload": "llama3-70b serving", "seq": "1024 in/512 out",
         "precision": "fp8", "quantity": "tokens_per_s"}  # fmt: skip


def table():
    with POINTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ask(**cells):
    (answer,) = predict(BASE, [read_row(cells, 2)])
    return answer


@pytest.mark.parametrize(
    ("text", "chips"),
    [
        ("10k h100", 10_000),
        ("1.5 million h100", 1_500_000),
        ("1,024x h100", 1024),
        ("2e4 gb200", 20_000),
        ("1000 gb200 racks", 72_000),  # 72 chips in a rack
        ("3 racks of gb300", 216),
        ("4x gb200-nvl72", 288),
        ("2 cloudmatrix-384", 768),
        ("1 rack ascend-910c", 24),  # 384 chips in 16 racks
        ("atlas 950", 8192),
        ("64 H100 GPUs", 64),
        ("1,5k h100", 1500),  # a comma that can be no thousands mark
        ("2 pods of tpu-v6e", 512),
        ("trn1-32xlarge", 16),
        ("gb200 nvl72", 72),  # a system's name with other marks is that system, never one of its chips
        ("2x gb300 nvl72", 144),
        ("2 DGX H100", 16),
        ("1 CloudMatrix 384", 384),
        ("10 gb200 nvl72 systems", 720),
        ("2 ironwood pods", 18_432),
        ("trn2 ultraserver", 64),
        ("8x h100 server", 8),  # the name of one server
        ("h100 nvl", 1),  # a chip
    ],
)
def test_systems_are_counted_with_their_unit(base, text, chips):
    assert systems.system(base, text).chips == chips


def test_a_site_feeds_as_many_chips_as_its_power_allows(base, c):
    found = systems.system(base, "100 MW gb200")
    each = systems.full_power(found.hw, c).facility_w
    assert found.chips == int(100e6 // each)
    assert 1500 < each < 2500  # a GB200 rack takes 120 to 145 kW, with network and cooling a third more
    for same in ("0.1 GW gb200", "0,1 GW gb200", "100 Megawatt gb200", "100000 kW gb200", "100,000 kilowatts of gb200"):
        assert systems.system(base, same).chips == found.chips, same
    assert "MW" in found.said


@pytest.mark.parametrize(
    "text", ["100 MWh gb200", "5 PB h100", "3 pods h100", "2.5x h100", "0x h100", "1 kW gb300", "7 racks of rtx-4090",
             "100 MW", "12 banana", "h100 b200", "0.5 MW of bananas"]
)  # fmt: skip
def test_what_is_no_number_of_chips_is_refused_in_one_line(base, text):
    with pytest.raises(BadInput) as caught:
        systems.system(base, text)
    assert "\n" not in str(caught.value)


@given(st.integers(1, 10**6), st.sampled_from(["", "k", " k", " thousand", "m", " million"]))
def test_suffixes_multiply(number, suffix):
    by = {"": 1, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6}[suffix.strip()]
    assert number_of(f"{number}{suffix}") == number * by


@pytest.mark.parametrize(("cell", "chips"), [("64", 64), ("10k", 10_000), ("<=112 (30 providers)", 112), ("", None),
                                             ("~17-20 peers", 17), ("1,024 GPUs", 1024)])  # fmt: skip
def test_cells_of_chips(cell, chips):
    assert chips_in(cell) == chips


@pytest.mark.parametrize("cell", ["100 MW", "3 racks", "2 pods", "40 kW", "8 servers"])
def test_cells_that_count_something_else_are_refused(cell):
    a = ask(**{**TRAIN, "n_chips": cell})
    assert a["value"] is None
    assert "not chips" in a["reason"]


def test_counts_split_into_number_unit_and_name():
    assert counted("100 MW gb200") == (100.0, "mw", "gb200")
    assert counted("2 GW of gb200") == (2000.0, "mw", "gb200")
    assert counted("10k x h100") == (10_000.0, "", "h100")
    assert counted("ascend 910c") == (1.0, "", "ascend 910c")
    assert counted("2 pods of tpu-v6e") == (2.0, "pods", "tpu-v6e")
    assert counted("1,25 MW gb200") == (1.25, "mw", "gb200")
    assert counted("1,250 MW gb200") == (1250.0, "mw", "gb200")


@pytest.mark.parametrize("text", ["512x h100 + 512x a100", "512 h100 und 512 mi300x", "8x h100 and 4 racks gb200"])
def test_a_mixed_fleet_is_told_how_it_is_asked(base, text):
    with pytest.raises(BadInput, match="--site"):
        systems.system(base, text)


def test_a_wafer_takes_what_its_system_takes(base, c):
    # a CS-3 is stated at 23 kW; the chip alone has no rating of its own
    found = systems.system(base, "4x wse-3")
    assert 20_000 < systems.full_power(found.hw, c).facility_w < 40_000


def test_a_batch_is_not_replaced_by_another(base, c):
    with pytest.raises(BadInput, match="batch of 64"):
        plan.train(base, systems.system(base, "1000003x h100"), systems.model("llama3-8b"), c, 64, 2048)


@pytest.mark.parametrize(("quantity", "unit"), [("wattage", ""), ("step_time_s", "tokens/s"), ("mfu_pct", "GB/s"),
                                                ("tokens_per_s", "J/token"), ("energy_per_token_J", "tokens/s"),
                                                ("ttft_ms", "tokens"), ("carbon_kg", "kg"), ("", "")])  # fmt: skip
def test_a_quantity_or_unit_that_is_not_understood_is_refused(quantity, unit):
    a = ask(**{**TRAIN, "quantity": quantity, "unit": unit})
    assert a["value"] is None
    assert "row" in a["reason"]


def test_units_convert():
    seconds = ask(**{**TRAIN, "quantity": "step_time_s", "unit": "s"})
    assert ask(**{**TRAIN, "quantity": "step_time_s", "unit": "ms"})["value"] == pytest.approx(1e3 * seconds["value"])
    assert ask(**{**TRAIN, "quantity": "step time s"})["value"] == seconds["value"]


def test_all_that_the_commands_know_can_be_asked_in_a_table():
    """Days, chip-hours, money and energy hang together: hours = 24 x days x chips, with 1e12 tokens."""
    of = {q: ask(**{**TRAIN, "tokens": "1T", "quantity": q})["value"] for q in
          ("days", "gpu_hours", "usd", "usd_rented", "energy_mwh", "tokens_per_s", "tokens_per_s_per_MW",
           "usd_per_million_tokens", "grid_kw", "step_time_s", "mfu_pct", "memory_gb")}  # fmt: skip
    assert all(v is not None and v > 0 for v in of.values())
    assert of["gpu_hours"] == pytest.approx(of["days"] * 24 * 512)
    assert of["energy_mwh"] == pytest.approx(of["grid_kw"] * of["days"] * 24 / 1000)
    assert of["days"] > 1e12 / of["tokens_per_s"] / 86400  # failures cost time
    for quantity in ("ttft_ms", "ttft_p95_ms", "tpot_ms", "energy_per_token_J", "usd_per_million_tokens",
                     "usd_per_token", "tokens_per_s_per_MW", "tokens_per_s_per_user", "grid_kw", "requests_per_s",
                     "usd_per_million_rented", "memory_gb", "ttft_p95_s"):  # fmt: skip
        assert ask(**{**SERVE, "quantity": quantity})["value"] > 0
    assert ask(**{**SERVE, "quantity": "usd_per_token", "unit": "USD/token"})["value"] == pytest.approx(
        1e-6 * ask(**{**SERVE, "quantity": "usd_per_million_tokens"})["value"]
    )


def test_days_without_tokens_are_refused():
    a = ask(**{**TRAIN, "quantity": "days"})
    assert a["value"] is None
    assert "tokens" in a["reason"]


def test_energy_per_token_is_a_serving_figure_of_joules_not_of_kilojoules():
    # a loaded H100 draws about 700 W and gives some thousand tokens/s of an 8B: well below 1 J
    a = ask(**{**SERVE, "workload": "llama3-8b serving, batch size=256", "n_chips": "1",
               "quantity": "energy_per_token_J", "unit": "J/token", "measured_quantity": "GPU energy"})  # fmt: skip
    assert 0.02 < a["value"] < 0.5


@pytest.mark.parametrize("words", ["DeepSeek V4 Pro 1.6T pretrain", "Grok 5 6T", "Mystery-MoE 900B", "our new model"])
def test_an_unknown_architecture_is_asked_for_its_numbers(words):
    a = ask(**{**TRAIN, "workload": words})
    assert a["value"] is None
    assert "params_B" in a["reason"]


@pytest.mark.parametrize(("words", "name"), [("Llama 2 7B pretrain", "llama2-7b"), ("LLaMA-2-7b", "llama2-7b"),
                                             ("Qwen3 235B", "qwen3-235b"), ("Mixtral 8x7B", "mixtral-8x7b"),
                                             ("llama3_70b pretrain", "llama3-70b")])  # fmt: skip
def test_architectures_are_found_however_they_are_spaced(words, name):
    assert name in ask(**{**TRAIN, "workload": words})["assumed"]["architecture"]


def test_names_and_sources_change_no_byte():
    """Every row with its id and source blanked, and with those of another row, gets the same numbers."""
    raw = table()[::3]
    order = list(range(len(raw)))
    order = order[7:] + order[:7]
    swapped = [{**r, "id": raw[k]["id"], "source": raw[k]["source"]} for r, k in zip(raw, order, strict=True)]
    blank = [{**r, "id": "", "source": ""} for r in raw]

    def bare(rows):
        return [{k: v for k, v in a.items() if k not in {"id", "reason"}} for a in
                predict(BASE, [read_row(r, 2) for r in rows])]  # fmt: skip

    assert bare(raw) == bare(swapped) == bare(blank)


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from([("H100 SXM", "h100"), ("B200 SXM", "b200"), ("MI300X", "mi300x"), ("TPU v5p", "tpu-v5p")]),
    st.sampled_from(["llama3-70b", "qwen3-235b", "llama3-8b"]), st.sampled_from([64, 400, 512]),
    st.sampled_from(["", "2024-06", "2026-03"]), st.sampled_from(["bf16", "fp8"]), st.sampled_from([None, 2]),
)  # fmt: skip
def test_a_row_and_a_command_give_the_same_digits(chip, model, chips, date, precision, tp):
    c = BASE_C
    asked = systems.system(BASE, f"{chips}x {chip[1]}")
    cells = {**TRAIN, "chip": chip[0], "workload": f"{model} pretrain", "n_chips": str(chips), "date": date,
             "precision": precision, "tp": str(tp or "")}  # fmt: skip
    row = ask(**cells)
    try:
        found = plan.train(BASE, asked, systems.model(model), c, 512, 8192, precision, year=year(date),
                           bounds=Bounds(tp=tp))  # fmt: skip
    except BadInput:
        return  # commands refuse what rows loosen and say so
    assert (row["low"], row["value"], row["high"]) == (
        found.tokens_per_s.low, found.tokens_per_s.value, found.tokens_per_s.high
    )  # fmt: skip
    assert row["assumed"]["stack"] == found.assumed["stack"]


@pytest.mark.parametrize(("chip", "words"), [("h100", "H100 SXM"), ("mi355x", "MI355X"), ("gb200", "GB200")])
def test_a_service_as_row_and_command(chip, words):
    found = plan.serving(
        BASE, systems.system(BASE, f"8x {chip}"), systems.model("llama3-70b"), BASE_C,
        Service(1024, 512, 8, 8, 8, plan.SERVING_STACK.get(hardware(BASE, chip).family, "other")), Target(),
    )  # fmt: skip
    row = ask(**{**SERVE, "chip": words, "quantity": "tokens_per_s_per_chip"})
    assert row["value"] == found.per_chip.value
    assert row["low"] == found.per_chip.low


@pytest.mark.parametrize(
    ("text", "chip", "gbps"),
    [
        ("25 GbE", "h100", 25 / 64),  # 25 Gbit/s of a server of eight: 0.39 GB/s a chip
        ("8x400G", "h100", 50),
        ("NVLink3 300GB/s + 8x200Gb/s HDR IB per node", "a100", 25),
        ("4x ConnectX-7 IB NDR 400Gb/s", "gb200", 50),  # four chips a tray
        ("NVL8 + 800Gb/s per GPU", "b300", 100),
        ("Storage: 1x BlueField 2 100Gb/s, Compute: 8x ConnectX-7 IB NDR 400Gb/s", "h100", 50),
        ("NVL8 + 400-800Gb/s per GPU", "h100", None),
        ("NVL72 NVLink5 900GB/s + IB/RoCE", "gb200", None),
        ("", "h100", None),
    ],
)
def test_the_interconnect_column_is_read(base, text, chip, gbps):
    found = scaleout_of(text, hardware(base, chip))
    assert found is None if gbps is None else found == pytest.approx(gbps)


def test_a_slow_network_slows_training_across_nodes():
    fast = ask(**{**TRAIN, "interconnect": "8x400G"})["value"]
    assert ask(**{**TRAIN, "interconnect": "25 GbE"})["value"] < 0.7 * fast


def test_chips_that_do_not_divide_are_left_over_instead_of_refused(base, c):
    model = systems.model("llama3-70b")
    few = plan.train(base, systems.system(base, "400x h100"), model, c, 1024, 8192)
    assert few.chips_used <= 400
    whole = plan.train(base, systems.system(base, "384x h100"), model, c, 1024, 8192)
    assert few.tokens_per_s.value >= 0.999 * whole.tokens_per_s.value
    assert plan.train(base, systems.system(base, "20000x gb200"), systems.model("kimi-k2"), c, 20160, 4096,
                      "fp8").tokens_per_s.value > 0  # fmt: skip


def test_utilisation_stays_below_the_peak():
    for precision in ("bf16", "fp8", "nvfp4"):
        a = ask(**{**TRAIN, "chip": "GB300", "precision": precision, "quantity": "mfu_pct"})
        assert a["low"] < a["value"] < a["high"] < 100


def test_bad_dates_are_refused():
    assert "no date" in ask(**{**TRAIN, "date": "soon"})["reason"]
    assert year("2026-04") == pytest.approx(2026 + 4 / 12)


@pytest.mark.parametrize(("chips", "model", "limit"), [("8x h200", "deepseek-v3", 20.0), ("gb200-nvl72", "deepseek-v3", 20.0),
                                                       ("8x mi355x", "llama3-70b", 30.0)])  # fmt: skip
def test_a_service_keeps_the_limit_that_it_was_asked_for_and_adds_up(base, c, chips, model, limit):
    said = plan.serving(base, systems.system(base, chips), systems.model(model), c, Service(1024, 1024),
                        Target(limit / 1000))  # fmt: skip
    assert said.ms_per_token.value <= limit * 1.001
    # tokens per MW are tokens over the power beside them, and joules their inverse
    assert said.per_mw.value == pytest.approx(said.tokens_per_s.value / said.grid_kw * 1000, rel=0.15)
    assert said.joules_per_token.value * said.per_mw.value == pytest.approx(1e6, rel=1e-6)


def test_columns_that_are_misspelt_or_doubled_are_refused(tmp_path):
    for head, word in (
        ("quantity,n_chip", "n_chips"),
        ("quantity,Precison", "precision"),
        ("quantity,chip,chip", "twice"),
        ("quantity,batch", "global_batch_seqs"),
        ("quantity,Num GPUs", "n_chips"),
        ("quantity,model", "workload"),
    ):
        table = tmp_path / "table.csv"
        table.write_text(head + "\n", encoding="utf-8")
        with pytest.raises(BadInput, match=word):
            cells(table)
    table.write_text("quantity,notes,Kommentar,value,measured_quantity\nmfu\n", encoding="utf-8")
    assert [row["quantity"] for row in cells(table)] == ["mfu"]


def test_a_services_split_is_the_one_that_its_row_gives(base, c):
    asked = {**SERVE, "chip": "H100 SXM", "n_chips": "8", "concurrency": "64", "quantity": "TPOT", "unit": "ms"}
    found = {tp: ask(**asked, tp=tp)["value"] for tp in ("2", "4", "8")}
    system, service = systems.system(base, "8x h100"), Service(1024, 512, cache_bits=8)
    for tp, value in found.items():  # 8 / tp replicas share the 64 sequences in flight
        told = plan.serving(
            base, system, systems.model("llama3-70b"), c, service, Target(), sizes=(float(tp),), batch=8.0 * int(tp)
        )
        assert value == pytest.approx(told.ms_per_token.value, rel=0.15)


def test_a_service_without_a_limit_says_so():
    assert "no limit" in str(ask(**SERVE)["assumed"]["latency"])
    assert "latency" not in ask(**SERVE | {"workload": "llama3-70b serving tpot<=50ms"})["assumed"]


@pytest.mark.parametrize(("text", "chips"), [("100MW gb200", None), ("1 000x h100", 1000), ("12 000 x h100", 12000)])
def test_a_unit_needs_no_space_and_thousands_may_have_one(base, text, chips):
    found = systems.system(base, text)
    assert found.chips == (systems.system(base, "100 MW gb200").chips if chips is None else chips)


@pytest.mark.parametrize(("text", "chip"), [("4x b200 pcie", None), ("4x h200 pcie", None), ("4x h100-pcie sxm", None),
                                            ("4x l40s sxm", None), ("4x h100 pcie", "chip:h100-pcie"),
                                            ("8x rtx-4090 pcie", "chip:rtx-4090"), ("4x b200 sxm", "chip:b200")])  # fmt: skip
def test_a_card_is_no_module(base, text, chip):
    if chip is not None:
        assert systems.system(base, text).hw.id == chip
        return
    with pytest.raises(BadInput, match=r"is no (PCIe|SXM) product"):
        systems.system(base, text)


@pytest.mark.parametrize("text", ["half a rack gb200", "banana racks", "a cluster of things"])
def test_an_unknown_system_without_a_like_one_is_refused_in_a_whole_sentence(base, text):
    with pytest.raises(BadInput) as refused:
        systems.system(base, text)
    for code in ("en", "de"):
        assert not worded(refused.value, language(code)).rstrip().endswith(":")


def test_the_memory_of_a_layout_is_reckoned_and_has_no_interval():
    found = ask(**TRAIN | {"quantity": "memory_gb"})
    assert found["value"] > 0 and found["low"] is None and found["high"] is None


def test_a_whole_machines_rating_holds_its_host(base, c):
    level = power(systems.system(base, "1x m3-ultra").hw, c, 1.0)
    # 270 W are the machine's, not a chip's beside a server's host: at the grid what its network and cooling add
    assert level.node_w == pytest.approx(270 * c["power.draw"])
    assert level.facility_w == pytest.approx(level.node_w * (1 + c["power.network"]) * c["power.pue"])
    assert level.facility_w < 400
    card = systems.system(base, "1x rtx-5090").hw
    assert power(card, c, 1.0).node_w > card.tdp_w
