from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path

import pytest

from rechenmacht.domains.race.axes import BLOCS, MEASURES, OWNERS, VENDORS
from rechenmacht.domains.race.step import NAMES
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import load
from rechenmacht.evidence.forms import BASES, DISTRIBUTIONS, GRADES, SOURCE_CLASSES
from rechenmacht.faces.language import LANGUAGES, SPACE, language, placeholders
from rechenmacht.outputs.report import shipped

EN, DE = language("en"), language("de")


def plain(text: str) -> str:
    return text.replace(SPACE, " ")


def test_both_languages_have_the_same_texts_and_placeholders():
    assert set(EN.texts) == set(DE.texts)
    for key in EN.texts:
        assert sorted(set(placeholders(EN.texts[key]))) == sorted(set(placeholders(DE.texts[key]))), key


def test_no_text_is_empty_except_units_that_go_without_a_name():
    for lang in (EN, DE):
        assert {key for key, text in lang.texts.items() if not text.strip()} <= {"unit.1", "unit.count"}


def test_locale_files_have_no_key_twice():
    for code in LANGUAGES:
        path = Path(__file__).parents[2] / "rechenmacht" / "faces" / "locales" / f"{code}.toml"
        tomllib.loads(path.read_text(encoding="utf-8"))  # TOML refuses a key that stands twice


def test_every_code_that_a_page_shows_has_a_text():
    wanted = [f"region.{b}" for b in (*BLOCS, "world")]
    wanted += [f"vendor.{v}" for v in VENDORS] + [f"owner.{o}" for o in OWNERS] + [f"measure.{m}" for m in MEASURES]
    wanted += [f"basis.{b}" for b in BASES] + [f"grade.{g}" for g in GRADES]
    wanted += [f"source_class.{k}" for k in SOURCE_CLASSES] + [f"distribution.{d}" for d in DISTRIBUTIONS]
    wanted += [f"mechanism.{name}.{part}" for name in NAMES for part in ("name", "text")]
    for lang in (EN, DE):
        assert [key for key in wanted if lang.maybe(key) is None] == []


def test_every_family_of_parameters_has_a_label():
    known = {key.removeprefix("parameter.") for key in EN.texts if key.startswith("parameter.")}
    for name, parameter in load().parameters.items():
        if parameter.mechanism in NAMES:
            parts = name.split(".")
            heads = {"_".join(parts[:length]) for length in range(1, len(parts) + 1)}
            assert heads & known, name


def test_every_shipped_note_and_reason_has_a_german_text_and_none_is_left_over():
    assert set(DE.notes) == set(shipped.texts())
    assert {f"parameter.{name}": row.note for name, row in load().parameters.items()}.items() <= shipped.texts().items()
    assert [key for key, text in DE.notes.items() if not text.strip() or text == shipped.texts()[key]] == []
    assert EN.notes == {}


def _numbers(text: str) -> list[float]:
    scales = {"million": 1e6, "Mio.": 1e6, "bn": 1e9, "Mrd.": 1e9}
    words = {"two": "2", "zwei": "2", "four": "4", "vier": "4", "three": "3", "drei": "3", "six": "6", "sechs": "6"}
    text = " ".join(words.get(word, word) for word in re.sub(r"mm2|mm²|150\^2|150²", " ", text).split())
    text = re.sub(r"(?<=\d) to (?=[\d.]+ million)|(?<=\d) bis (?=[\d,]+ Mio)", " ~ ", text)
    found = re.findall(r"(?<![\w.])(\d+(?:\.\d+)?)(?: (million|Mio\.|bn|Mrd\.))?", text)
    return sorted(float(number) * scales.get(scale, 1.0) for number, scale in found)


@pytest.mark.parametrize("key", sorted(DE.notes))
def test_a_german_note_has_the_numbers_of_the_english(key):
    english = re.sub(r"2026-04-26", "26 2026", re.sub(r"(?<=\d),(?=\d{3})", "", shipped.texts()[key]))
    german = re.sub(r"(?<=\d),(?=\d)", ".", re.sub(r"(?<=\d)\.(?=\d{3})", "", DE.notes[key]))
    assert _numbers(english) == _numbers(german.replace("26. April", "26").replace("5–95-%", "5-95 %"))


@pytest.mark.parametrize(
    ("value", "unit", "en", "de"),
    [
        (5.05e6, "h100e", "5.05 million H100e", "5,05 Mio. H100e"),
        (810_000, "h100e", "810,000 H100e", "810.000 H100e"),
        (999_999, "count", "1 million", "1 Mio."),  # rounded first, then scaled
        (1.25e10, "USD", "12.5 bn USD", "12,5 Mrd. USD"),
        (10_480, "MW", "10.5 GW", "10,5 GW"),
        (513, "MW", "513 MW", "513 MW"),
        (700, "W", "700 W", "700 W"),
        (0.1234, "share", "12.3%", "12,3 %"),
        (0.0066, "share", "0.66%", "0,66 %"),
        (0, "share", "0%", "0 %"),
        (2.1e25, "FLOP", "2.1 × 10²⁵ FLOP", "2,1 × 10²⁵ FLOP"),
        (-640_000, "count", "−640,000", "−640.000"),
        (4391.02, "TWh", "4,390 TWh", "4.390 TWh"),
        (0.00045, "MW", "0.00045 MW", "0,00045 MW"),
        (math.nan, "h100e", "unknown H100e", "unbekannt H100e"),
    ],
)
def test_amounts_are_written_as_newspapers_do(value, unit, en, de):
    assert plain(EN.amount(value, unit)) == en
    assert plain(DE.amount(value, unit)) == de


@pytest.mark.parametrize(
    ("low", "high", "unit", "en", "de"),
    [
        (4.1e6, 6.0e6, "h100e", "4.1–6 million H100e", "4,1–6 Mio. H100e"),
        (8.1e5, 1.4e6, "h100e", "0.81–1.4 million H100e", "0,81–1,4 Mio. H100e"),
        (0.0066, 0.044, "share", "0.66–4.4%", "0,66–4,4 %"),
        (800, 1200, "MW", "0.8–1.2 GW", "0,8–1,2 GW"),
        (500, 4e6, "count", "500 to 4 million", "500 bis 4 Mio."),
        (-0.16, 0.16, "1", "−0.16 to 0.16", "−0,16 bis 0,16"),
    ],
)
def test_ranges_name_their_unit_once(low, high, unit, en, de):
    assert plain(EN.band(low, high, unit, 2)) == en
    assert plain(DE.band(low, high, unit, 2)) == de


def test_dates_are_only_as_exact_as_their_source():
    assert [EN.date(d) for d in ("2026-04-22", "2026-04", "2026", "2024-Q3", "")] == [
        "22 April 2026", "April 2026", "2026", "Q3 2024", "date unknown",
    ]  # fmt: skip
    assert [DE.date(d) for d in ("2026-04-22", "2026-03", "2024-Q3")] == [
        "22. April 2026",
        "März 2026",
        "3. Quartal 2024",
    ]
    assert EN.at_end("2025-Q4") == "end of 2025"
    assert DE.at_end("2025-Q4") == "Ende 2025"
    assert EN.at_end("2025-Q2") == "end of Q2 2025"


def test_words_are_joined_as_a_sentence_has_them():
    assert EN.listed([]) == ""
    assert EN.listed(["a"]) == "a"
    assert DE.listed(["a", "b", "c"]) == "a, b und c"


def test_an_unknown_language_is_bad_input():
    with pytest.raises(BadInput, match="no language 'fr'; known: en, de"):
        language("fr")
