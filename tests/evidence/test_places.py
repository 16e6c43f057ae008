"""Machine-readable places, worked on small files of our own."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.evidence.forms import Claim, Correction, Source
from rechenmacht.evidence.places import Files, agrees, misses, place_of, recomputed, scale

CHIPS = "Hardware name,Memory (bytes),Intranode bandwidth (byte/s),TDP (W),Transistors (millions)\n" \
        "Acme One,80000000000,900000000000,700,80000\nAcme Two,,,\"1,000\",a sentence\n"  # fmt: skip
SITES = 'Date,Data center,Power (MW),Total capital cost (2025 USD billions)\n1/3/2026,"Hill, North",48.26,1.2344\n'
WORLD = "Country Name,Country Code,Year,Value\nFrance,FRA,2015,2.43918864316e12\n"
POWER = "entity,year,generation_twh\nEuropean Union (27),2015,2870.37\n"
SURVEY = "state,question,answer,survey_period,pct\nCA,uses_AI,Yes,202512,11.5\n"
PRICES = (
    '[{"id": "acme", "models": [{"id": "m-1", "prices": {"input_mtok": 0.15, "output_mtok": {"base": 0.6}}},'
    ' {"id": "m-2", "prices": [{"prices": {"input_mtok": 3}}]}]}]'
)
RUNS = "round,submitter,system,benchmark,accelerators,minutes_olympic\nv5.0,Acme+Co,big_n4,gpt3,512,49.7627\n"
SERVED = (
    "round,submitter,system,model,scenario,accelerators,tokens_per_s\n"
    "v4.1,Acme,8x_one,llama2-70b-99,Offline,8,3062.72\nv4.1,Acme,8x_one,llama2-70b-99,Server,8,2500\n"
)
FILES = {
    "epoch/ml_hardware.csv": CHIPS, "sites/data_center_timelines.csv": SITES, "worldbank/gdp.csv": WORLD,
    "owid/electricity.csv": POWER, "census/btos.csv": SURVEY, "prices/data_slim.json": PRICES,
    "mlcommons/mlperf_training.csv": RUNS, "mlcommons/mlperf_inference.csv": SERVED,
}  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> Files:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return Files(tmp_path)


def source(name: str, stem: str = "set") -> Source:
    digest = hashlib.sha256(FILES[name].encode()).hexdigest()
    return Source(f"{stem}-2026-01-01", "A set", "Acme", "2026-01-01", "2026-02", "https://acme.example/s", "", "",
                  "data_set", "MIT", "en", "", (f"{name}={digest}",), "")  # fmt: skip


def claim(locator: str, value: float | None, unit: str, quantity: str = "q", note: str = "") -> Claim:
    return Claim("a.b.1", "org:acme", quantity, None, value, None, unit, "2025", "s", locator, "reported", "primary",
                 note)  # fmt: skip


HARDWARE, SITE = "epoch/ml_hardware.csv", "sites/data_center_timelines.csv"
CASES = (
    # 80e9 bytes are 80 GB; 900e9 byte/s in both directions are 450 GB/s in one; 80,000 million are 8e10.
    (HARDWARE, claim("row 'Acme One', column 'Memory (bytes)'; a link", 80, "GB"), 80),
    (HARDWARE, claim("row 'Acme One', column 'Intranode bandwidth (byte/s)'", 450, "GB/s", note="halved"), 450),
    (HARDWARE, claim("row 'Acme One', column 'Transistors (millions)'", 8e10, "count"), 8e10),
    (HARDWARE, claim("row 'Acme Two', column 'TDP (W)'", 1000, "W"), 1000),
    # American dates; a quoted name with a comma; 1.2344 billion USD.
    (SITE, claim("data_center_timelines.csv, Data center=Hill, North, Date=2026-01-03, column Power (MW)", 48, "MW"),
     48.26),
    (SITE, claim("data_center_timelines.csv, Data center=Hill, North, Date=2026-01-03, column Total capital cost "
                 "(2025 USD billions)", 1.234e9, "USD", "site_capital_cost"), 1.2344e9),
    ("worldbank/gdp.csv", claim("France, FRA, 2015", 2.43918864316e12, "USD"), 2.43918864316e12),
    ("owid/electricity.csv", claim("entity European Union (27), year 2015, generation_twh", 2870.37, "TWh"), 2870.37),
    ("census/btos.csv", claim("CA, uses_AI, Yes, period 202512", 0.115, "1"), 0.115),
    ("prices/data_slim.json", claim("data_slim.json, provider acme, model m-1", 0.6, "USD", "api_price_output"), 0.6),
    ("prices/data_slim.json", claim("data_slim.json, provider acme, model m-2", 3, "USD", "api_price_input"), 3),
    ("mlcommons/mlperf_training.csv", claim("round v5.0, submitter Acme+Co, system big_n4, benchmark gpt3, "
                                            "minutes_olympic (3 runs)", 49.7627, "min"), 49.7627),
    ("mlcommons/mlperf_inference.csv", claim("round v4.1, submitter Acme, system 8x_one, llama2-70b-99, Server", 2500,
                                             "tokens/s"), 2500),
)  # fmt: skip


@pytest.mark.parametrize(("name", "said", "found"), CASES)
def test_a_place_is_found_again(files: Files, name: str, said: Claim, found: float) -> None:
    stem = "epoch-ml-hardware" if name == HARDWARE else "set"
    assert recomputed(said, source(name, stem), files) == (pytest.approx(found),)
    assert misses([said], {"s": source(name, stem)}, files) == (1, [])


@pytest.mark.parametrize(("name", "said", "found"), CASES)
def test_a_wrong_number_is_noticed(files: Files, name: str, said: Claim, found: float) -> None:
    stem = "epoch-ml-hardware" if name == HARDWARE else "set"
    assert said.value is not None
    wrong = claim(said.locator, said.value * 1.02 + 1, said.unit, said.quantity, said.note)
    compared, missed = misses([wrong], {"s": source(name, stem)}, files)
    assert (compared, [one.claim for one in missed]) == (1, ["a.b.1"])


def test_a_row_that_is_not_there_is_noticed(files: Files) -> None:
    said = claim("row 'Acme Three', column 'TDP (W)'", 700, "W")
    assert [one.found for one in misses([said], {"s": source(HARDWARE, "epoch-ml-hardware")}, files)[1]] == [()]


@pytest.mark.parametrize(
    "said",
    [
        claim("p. 3", 1, "W"),
        claim("row 'Acme Two', column 'Transistors (millions)'", 1, "count"),  # a sentence
        claim("row 'Acme One', column 'No such column'", 1, "W"),
        claim("row 'Acme One', column 'TDP (W)'", None, "W"),
    ],
)
def test_what_cannot_be_compared_is_passed_over(files: Files, said: Claim) -> None:
    assert misses([said], {"s": source(HARDWARE, "epoch-ml-hardware")}, files) == (0, [])


def test_a_missing_file_is_passed_over(tmp_path: Path) -> None:
    said = claim("row 'Acme One', column 'TDP (W)'", 700, "W")
    assert misses([said], {"s": source(HARDWARE, "epoch-ml-hardware")}, Files(tmp_path)) == (0, [])


def test_a_corrected_claim_is_held_against_what_its_source_still_says(files: Files) -> None:
    said = claim("row 'Acme One', column 'TDP (W)'", 650, "W")
    fix = Correction("c", "claims", "a.b.1", "value", "700", "650", "a slip", "the data sheet")
    known = {"s": source(HARDWARE, "epoch-ml-hardware")}
    assert misses([said], known, files, [fix]) == (1, [])
    assert len(misses([said], known, files)[1]) == 1


def test_a_changed_file_is_noticed(files: Files) -> None:
    one = source(HARDWARE)
    assert files.changed(one) == []
    (files.root / HARDWARE).write_text(CHIPS + "\n", encoding="utf-8")
    assert files.changed(one) == [HARDWARE]


@given(st.floats(0.001, 1e15))
def test_every_number_agrees_with_itself_and_its_rounding(number: float) -> None:
    assert agrees(number, number)
    assert agrees(round(number, 3), number)
    assert not agrees(number * 1.01 + 2, number)


def test_units_and_places() -> None:
    assert scale("Internode bandwidth (bit/s)", "GB/s") == pytest.approx(1e-9 / 8)
    assert scale("Power (MW)", "MW") == 1
    assert place_of(claim("row 'X', column 'Y'", 1, "W"), source(SITE)) is None  # no column names the row
