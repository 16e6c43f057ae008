"""Outputs: the JSON schema, the page, ClaimReview, Web Annotations, proposals, the command and its exit codes."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import rechenmacht as rm
from rechenmacht.domains.reader import Document, Reader
from rechenmacht.domains.reader.questions import Check
from rechenmacht.domains.reader.writing import document as plain
from rechenmacht.domains.reader.writing import exports, page
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import load
from rechenmacht.outputs.cli import main

HOSTILE = (
    '<script>alert(1)</script> Das CloudMatrix 384 verbindet 834 Chips & "viel" <img src=x onerror=alert(2)>. '
    "Laut <b>Nvidia</b> hat der H100 80 GB Speicher. China erzeugte 2024 rund 10.000 Terawattstunden Strom."
)
# The parts of schema.org's ClaimReview that search engines require, and the Web Annotation Data Model's.
CLAIM_REVIEW = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["@context", "@type", "url", "claimReviewed", "itemReviewed", "author", "reviewRating"],
        "properties": {
            "@context": {"const": "https://schema.org"}, "@type": {"const": "ClaimReview"},
            "claimReviewed": {"type": "string", "minLength": 1},
            "author": {"type": "object", "required": ["@type", "name"]},
            "itemReviewed": {"type": "object", "required": ["@type"]},
            "reviewRating": {
                "type": "object", "required": ["@type", "ratingValue", "bestRating", "worstRating", "alternateName"],
                "properties": {"ratingValue": {"type": "number", "minimum": 1, "maximum": 5}},
            },
        },
    },
}  # fmt: skip
ANNOTATIONS = {
    "type": "object",
    "required": ["@context", "type", "id", "items"],
    "properties": {
        "@context": {"const": "http://www.w3.org/ns/anno.jsonld"}, "type": {"const": "AnnotationPage"},
        "items": {"type": "array", "items": {
            "type": "object", "required": ["@context", "id", "type", "target", "body"],
            "properties": {
                "type": {"const": "Annotation"}, "motivation": {"enum": ["assessing", "commenting", "linking"]},
                "target": {"type": "object", "required": ["source", "selector"], "properties": {"selector": {"type": "array", "items": {
                    "oneOf": [
                        {"required": ["type", "start", "end"], "properties": {"type": {"const": "TextPositionSelector"}}},
                        {"required": ["type", "exact", "prefix", "suffix"], "properties": {"type": {"const": "TextQuoteSelector"}}},
                    ]}}}},
            },
        }},
    },
}  # fmt: skip


@cache
def documents() -> tuple[Document, ...]:
    return (Reader(load()).read(HOSTILE, "<b>evil</b>.txt"),)


def test_json_keeps_its_schema() -> None:
    jsonschema.validate(plain.as_dict(documents()), plain.schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_page_escapes_everything(lang: Any) -> None:
    tags: set[str] = set()
    events: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.add(tag)
            events.extend(name for name, _ in attrs if name.startswith("on"))

    html = page.render(load(), documents(), lang)
    Parser().feed(html)
    assert not tags & {"script", "img", "iframe", "object"}
    assert not events
    assert "&lt;script&gt;" in html
    assert "&lt;b&gt;evil&lt;/b&gt;" in html
    assert 'class="contradicted"' in html
    assert 'name="viewport"' in html
    assert "@media print" in html


@pytest.mark.parametrize("lang", ["en", "de"])
def test_exports_keep_their_schemas(lang: Any) -> None:
    reviews = json.loads(exports.claim_reviews(load(), documents(), lang))
    jsonschema.validate(reviews, CLAIM_REVIEW)
    assert {review["reviewRating"]["ratingValue"] for review in reviews} == {1, 5}
    notes = json.loads(exports.web_annotations(load(), documents(), lang))
    jsonschema.validate(notes, ANNOTATIONS)
    for item in notes["items"]:
        place, quote = item["target"]["selector"]
        assert HOSTILE[place["start"] : place["end"]] == quote["exact"]


def test_proposals_are_claim_rows() -> None:
    text = "Data centres in Germany used 20 TWh of electricity at the end of August 2026. An H100 has 80 GB of memory."
    read = Reader(load()).read(f"{text} Das CloudMatrix 384 verbindet 834 Chips.")
    rows = list(csv.DictReader(io.StringIO(exports.proposals(load(), [read], "en"))))
    base = load()
    assert [row["subject"] for row in rows] == ["country:de"]  # the base has 80 GB already, and 834 is wrong
    for row in rows:
        assert row["unit"] == base.quantities[row["quantity"]].unit
        assert float(row["value"] or row["low"] or row["high"]) == 20
        assert row["as_of"] == "2026-08-31"


def test_dates_by_themselves_are_not_counted_as_unchecked() -> None:
    read = Reader(load()).read(
        "AUSTIN, November 19, 2026. An H100 has 80 GB of memory, Nvidia said in 2022.", "/press/desk/a.txt"
    )
    assert read.date == "2026-11-19"  # a dateline
    html = page.render(load(), [read], "en")
    assert "Cannot be checked: 0" in re.sub("<[^>]+>", "", html)
    assert "/press/" not in html
    assert len(json.loads(exports.web_annotations(load(), [read], "en"))["items"]) == 1


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Das CloudMatrix 384 verbindet 384 Chips.", encoding="utf-8")
    assert main(["check", str(article), "--json"]) == 0
    jsonschema.validate(json.loads(capsys.readouterr().out), plain.schema(), cls=jsonschema.Draft202012Validator)
    article.write_text("Das CloudMatrix 384 verbindet 834 Chips.", encoding="utf-8")
    assert main(["check", str(article), "--lang", "de", "--date", "2025-11-20", "--out", str(tmp_path / "out")]) == 1
    assert "Widerlegt" in capsys.readouterr().out
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written >= {
        "checked.de.html", "claimreview.en.json", "annotations.de.json", "proposals.csv", "to_fill.csv", "check.json",
        "verdicts.csv",
    }  # fmt: skip


TEXT = (
    "Der H100 hat 800 GB Speicher. China erzeugte 2024 rund 10.000 TWh Strom. Deutschland ist der größte Stromerzeuger."
)


def test_every_face_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Text, JSON, CSV, library, question and page give one verdict for each number."""
    wanted = [
        (verdict.verdict, quantity.text)
        for document in [Reader(load()).read(TEXT)]
        for quantity, verdict in zip(document.quantities, document.verdicts, strict=True)
    ]
    assert {verdict for verdict, _ in wanted} == {"contradicted", "supported", "unverifiable"}
    article = tmp_path / "a.txt"
    article.write_text(TEXT, encoding="utf-8")
    assert main(["check", str(article), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)["documents"][0]
    texts = {row["id"]: row["text"] for row in told["quantities"]}
    assert [(row["verdict"], texts[row["quantity_id"]]) for row in told["verdicts"]] == wanted
    asked = rm.reader.check(text=TEXT)
    assert [(row["verdict"], row["number"]) for row in asked.verdicts] == wanted
    assert asked.contradicted == 2
    assert [(row["verdict"], row["text"]) for row in rm.check(TEXT).frame().to_dict("records")] == wanted
    assert main(["check", "--text", TEXT, "--csv"]) == 1
    assert len(capsys.readouterr().out.splitlines()) > 1
    html = page.render(load(), [Reader(load()).read(TEXT)], "de")
    assert html.count('<mark class="contradicted"') == 2


def test_a_server_opens_nothing_for_a_caller() -> None:
    for given in ({"files": ["/etc/passwd"]}, {"text": "a", "llm": "http://x"}):
        with pytest.raises(BadInput):
            Check.asked(given).afar(1000)
    Check.asked({"text": "Drei Chips."}).afar(1000)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--date", "gestern"], "--date"),
        (["--text-lang", "fr"], "--text-lang"),
        (["--llm", "ftp://x"], "--llm"),
    ],
)
def test_bad_arguments(arguments: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Drei Chips.", encoding="utf-8")
    assert main(["check", str(article), *arguments]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
