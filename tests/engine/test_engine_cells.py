"""Cells of a table of questions: what is asked in which unit, and what spoils its own row only."""

import csv
import io
import json

import pytest

from rechenmacht.domains.engine.counts import counted
from rechenmacht.domains.engine.quantities import QUANTITIES, factor, plain
from rechenmacht.domains.engine.questions import Predict, Serve
from rechenmacht.domains.engine.rows import read_row
from rechenmacht.domains.engine.table import predict
from rechenmacht.domains.engine.tablefile import asked_rows, cells
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import load
from rechenmacht.faces.asking import answered, settled
from rechenmacht.faces.language import language
from rechenmacht.faces.machine import csv_text, first_table
from rechenmacht.faces.words import Words
from rechenmacht.numberform import odd_ones

BASE = load()
TRAIN = {"chip": "H100 SXM", "n_chips": "512", "workload": "llama3-70b pretrain", "seq": "8192",
         "global_batch_seqs": "512", "precision": "bf16", "quantity": "tokens_per_s"}  # fmt: skip
SERVE = {"chip": "H100 SXM", "n_chips": "8", "workload": "llama3-70b serving", "seq": "1024 in/512 out",
         "precision": "fp8", "quantity": "tokens_per_s", "concurrency": "64"}  # fmt: skip


def ask(*rows):
    return predict(BASE, asked_rows(rows))


@pytest.mark.parametrize(
    ("quantity", "other", "by", "unit"),
    [
        ("tpot_s", "tpot_ms", 1e-3, "s"),
        ("ttft_s", "ttft_ms", 1e-3, "s"),
        ("ttft_p95_s", "ttft_p95_ms", 1e-3, "s"),
        ("ttft_p99_s", "ttft_p99_ms", 1e-3, "s"),
        ("usd_per_token", "usd_per_million_tokens", 1e-6, "USD/token"),
        ("ms_per_token", "tpot_ms", 1.0, "ms/token"),  # as the command calls the time per output token
    ],
)
def test_an_empty_unit_is_that_of_the_quantitys_name(quantity, other, by, unit):
    one, two = ask(SERVE | {"quantity": quantity}, SERVE | {"quantity": other})
    assert one["value"] == pytest.approx(two["value"] * by, rel=1e-12)
    assert one["unit"] == unit
    assert two["unit"]


def test_every_quantity_has_the_unit_of_its_name_and_is_told_in_it():
    for name, one in QUANTITIES.items():
        if one.units:
            row = read_row({"quantity": name}, 2)
            assert factor(row, name) == one.units[one.unit], name


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [("tokens_per_s", "tokens/s/gpu"), ("tokens_per_s", "tokens/s/user"), ("tokens_per_s_per_user", "tokens/s/chip"),
     ("tokens_per_s_per_chip", "tokens/s/user"), ("tokens_per_s_per_chip", "ktokens/s"), ("tpot_ms", "tokens/s"),
     ("usd_per_token", "EUR"), ("requests_per_s", "tokens/s")],
)  # fmt: skip
def test_a_unit_of_another_quantity_is_refused(quantity, unit):
    (answer,) = ask(SERVE | {"quantity": quantity, "unit": unit})
    assert answer["value"] is None
    assert "is never in" in answer["reason"]


@pytest.mark.parametrize(("given", "same"), [("Tok / sec per GPU", "tokens/s/gpu"), ("seconds", "s"), ("Tage", "days"),
                                             ("USD per million tokens", "usd/million tokens"), ("% lower bound", "%"),
                                             ("GB/s (bus)", "gb/s")])  # fmt: skip
def test_units_have_many_spellings(given, same):
    assert plain(given) == plain(same)


def test_a_benchmark_of_whole_batches_divides_their_time_and_says_so():
    words = {"workload": "BLOOM-176B generate ds-inference fp16 bs=64", "chip": "A100-80GB SXM", "precision": "fp16",
             "seq": "", "concurrency": ""}  # fmt: skip
    batch, one = ask(SERVE | words | {"quantity": "ms_per_token"}, SERVE | words | {"quantity": "tpot_ms"})
    assert one["value"] / batch["value"] > 30  # 64 sequences side by side
    assert "batch" in batch["assumed"]["ms_per_token"]


def test_time_to_train_is_that_of_the_rows_tokens_or_else_the_benchmarks_and_says_which():
    own, days, benchmark = ask(
        TRAIN | {"quantity": "time_to_train_min", "tokens": "1T"}, TRAIN | {"quantity": "days", "tokens": "1T"},
        TRAIN | {"quantity": "time_to_train_min", "workload": "mlperf llama3.1 405b pretrain"},
    )  # fmt: skip
    assert own["value"] == pytest.approx(1440 * days["value"], rel=1e-9)
    assert "tokens" in own["assumed"]["time_to_train"]
    assert "benchmark" in benchmark["assumed"]["time_to_train"]


ENDLESS = ("1e400", "1e300", "9" * 400, "1e13")


@pytest.mark.parametrize("count", ENDLESS)
@pytest.mark.parametrize("code", ["en", "de"])
def test_endless_counts_spoil_their_row_alone_in_both_languages(count, code):
    words = Words(language(code), BASE)
    rows = [TRAIN, TRAIN | {"n_chips": count}]
    rows += [TRAIN | {"chip": "", "n_chips": "", "system": f"{count}{name}"} for name in ("x h100", " MW gb200")]
    fine, *refused = ask(*rows)
    assert fine["value"] > 0
    for one in refused:
        assert one["value"] is None
        assert 0 < len(words.said(one["reason"])) < 900
        assert "inf" not in words.said(one["reason"]).lower().split()


def test_a_number_that_can_be_read_in_two_ways_spoils_its_row_alone():
    usd = TRAIN | {"quantity": "usd", "tokens": "1T"}
    doubtful, plainly = ask(usd | {"price_usd": "25.000"}, usd | {"price_usd": "30000"})
    assert "25 (en) or 25000 (de)" in doubtful["reason"]
    assert plainly["value"] > 0
    english, german, other = (
        usd | {"rent_usd_per_hour": text, "quantity": "usd_rented"} for text in ("2.5", "2,5", "3.1")
    )
    one, two, three = ask(english, german, other)
    assert two["reason"].startswith("row row-3: rent_usd_per_hour '2,5'")
    assert three["value"] / one["value"] == pytest.approx(3.1 / 2.5)


def test_what_most_cells_prove_is_the_columns_way():
    assert odd_ones(["1.5", "2.25", "3,5", "1.000"]) == ("en", {"3,5": "mixed", "1.000": "doubtful"})
    assert odd_ones(["1,5", "2,25", "1.000"]) == ("de", {})
    assert odd_ones(["1,5", "2.5"])[1] == {"1,5": "mixed", "2.5": "mixed"}
    assert odd_ones(["1.000", "8"])[1] == {"1.000": "doubtful"}


REFUSED = [
    (TRAIN | {"global_batch_seqs": "1024.5"}, "no whole number"),
    (SERVE | {"acceptance": "120 %"}, "acceptance '120 %'"),
    (SERVE | {"acceptance": "-0.5"}, "acceptance"),
    (TRAIN | {"system": "100 MW gb200", "n_chips": ""}, "column 'chip' says"),
    (TRAIN | {"system": "1024x h100", "chip": ""}, "column 'n_chips' says 512"),
    (TRAIN | {"n_chips": "", "workload": "llama3-405b pretrain"}, "say how many chips"),
    (TRAIN | {"tp": "4096"}, "tp x pp x cp is 4096"),
    (SERVE | {"ep": "64"}, "a replica of 64 chips"),
    (TRAIN | {"tp": "3"}, "cannot be split over 3"),
    (TRAIN | {"experts": "8 top16"}, "more experts than there are"),
    (TRAIN | {"params_B": "1e-300"}, "params_B"),
    (TRAIN | {"microbatch": "0.3"}, "microbatch"),
    (TRAIN | {"interconnect": "0x400G"}, "interconnect"),
    (TRAIN | {"interconnect": "1e400G"}, "interconnect"),
    (TRAIN | {"workload": "llama3-70b pretrain " * 60}, "at most 1000"),
    (TRAIN | {"chip": "H100\0"}, "cannot be printed"),
    (SERVE | {"concurrency": "0.5"}, "concurrency"),
    (SERVE | {"workload": "llama3-70b serving tpot<=0ms"}, "no limit"),
    (SERVE | {"workload": "llama3-70b serving 500% cache hits"}, "no limit"),
    (SERVE | {"quantity": "mfu"}, "describes a service"),
    (TRAIN | {"n_chips": "0"}, "at least one"),
    (TRAIN | {"n_chips": "-8"}, "no number of chips"),
]


@pytest.mark.parametrize(("row", "why"), REFUSED)
def test_what_contradicts_itself_is_refused(row, why):
    (answer,) = ask(row)
    assert answer["value"] is None
    assert why in answer["reason"]
    said = Words(language("de"), BASE).said(answer["reason"])
    assert said.startswith("Zeile")
    assert said.partition(": ")[2] != str(answer["reason"]).partition(": ")[2]


@pytest.mark.parametrize(
    ("label", "name"),
    [("tokens/s per MW", "tokens_per_s_per_MW"), ("Tokens / s / GPU", "tokens_per_s_per_chip"),
     ("J/token", "energy_per_token_J"), ("tokens/s", "tokens_per_s")],
)  # fmt: skip
def test_a_quantity_may_be_named_as_commands_show_it(label, name):
    one, two = ask(SERVE | {"quantity": label}, SERVE | {"quantity": name})
    assert one["value"] == two["value"]


def test_no_extra_engineering_is_nothing_rather_than_refused():
    (answer,) = ask(TRAIN | {"quantity": "engineering_usd", "tokens": "1T"})
    assert (answer["value"], answer["low"], answer["high"], answer["unit"]) == (0, 0, 0, "USD")


def test_power_is_as_certain_as_ratings_not_as_speed():
    power, rate = ask(SERVE | {"quantity": "grid_kw"}, SERVE)
    assert 1.2 < power["high"] / power["low"] < 1.5  # exp(2 x 1.28 x 0.1) = 1.29, more by what is unclear of the chip
    assert rate["high"] / rate["low"] > 1.5


def test_cells_of_json_may_be_numbers():
    asked = settled(Predict, {"table": [TRAIN | {"n_chips": 512, "seq": 8192.0, "tokens": None}]}, BASE)
    assert asked.table == [TRAIN | {"tokens": ""}]


def test_counts_and_sites_are_spelt_in_many_ways():
    assert counted("100MW gb200") == (100.0, "mw", "gb200")
    assert counted("1 000x h100") == (1000.0, "", "h100")


def test_an_answer_of_values_is_a_table_of_values(tmp_path):
    answer = answered(settled(Serve, {"system": "8x h100", "model": "llama3-70b"}, BASE), BASE)
    lines = list(csv.DictReader(io.StringIO(csv_text(first_table(answer)))))
    told = {line["name"]: line for line in lines}
    assert float(told["tokens_per_s"]["value"]) == answer.values["tokens_per_s"]["value"]
    assert told["tokens_per_s"]["unit"] == "tokens/s"
    assert told["bound_by"]["value"]
    assert told["assumed.stack"]["value"]


def written(tmp_path, content):
    path = tmp_path / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


HEAD, LINE = "id,chip,n_chips,workload,quantity", "a,H100,8,llama3-8b pretrain,tokens_per_s"


@pytest.mark.parametrize(
    "content",
    [f"\ufeff{HEAD}\r\n{LINE}\r\n", f"{HEAD}\n{LINE}".replace(",", ";"), f"{HEAD}\n{LINE}".replace(",", "\t"),
     f"\n{HEAD.replace('quantity', ' quantity ')}\n{LINE}\n", f"{HEAD}\n{LINE},,\n"],
)  # fmt: skip
def test_tables_as_programs_write_them(tmp_path, content):
    (answer,) = predict(BASE, asked_rows(cells(written(tmp_path, content))))
    assert answer["id"] == "a"
    assert answer["value"] > 0


@pytest.mark.parametrize("content", ["", "\n\n", HEAD, f"{HEAD},chip\n{LINE},H100", f"{HEAD}\n{LINE}".encode("utf-16"),
                                     b"\xff\x00\x80", f"{HEAD}\n{'x' * 200_000},H100,8,llama3-8b,mfu"])  # fmt: skip
def test_files_that_are_no_table_of_questions_are_refused_in_a_sentence(tmp_path, content):
    with pytest.raises(BadInput) as caught:
        cells(written(tmp_path, content))
    assert "\n" not in str(caught.value)


def test_cells_beyond_the_heading_spoil_their_row(tmp_path):
    path = written(tmp_path, f"{HEAD}\n{LINE}\nb,H100,1,024,llama3-8b pretrain,tokens_per_s\n")
    fine, wrong = predict(BASE, asked_rows(cells(path)))
    assert fine["value"] > 0
    assert "more cells than the heading" in wrong["reason"]


def test_nothing_that_is_not_finite_leaves_the_program():
    rows = [TRAIN | {"quantity": name, "tokens": "1e17"} for name in ("days", "usd", "energy_mwh", "gpu_hours")]
    for answer in ask(*rows):
        json.dumps(answer, allow_nan=False)
