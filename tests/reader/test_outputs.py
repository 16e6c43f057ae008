"""Outputs: the JSON schema, the page, ClaimReview, Web Annotations, proposals, the command and its exit codes."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from rechenmacht.domains.reader import Document, Reader
from rechenmacht.evidence.base import load
from rechenmacht.outputs.cli import main
from rechenmacht.outputs.reading import document as plain
from rechenmacht.outputs.reading import exports, page

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
    rows = list(csv.DictReader(io.StringIO(exports.proposals(load(), documents(), "en"))))
    base = load()
    assert rows
    for row in rows:
        assert row["subject"] in base.entities
        assert row["unit"] == base.quantities[row["quantity"]].unit
        assert float(row["value"] or row["low"] or row["high"])
    assert not [row for row in rows if row["value"] == "834"]  # contradicted: not proposed


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Das CloudMatrix 384 verbindet 384 Chips.", encoding="utf-8")
    assert main(["check", str(article), "--json"]) == 0
    jsonschema.validate(json.loads(capsys.readouterr().out), plain.schema(), cls=jsonschema.Draft202012Validator)
    article.write_text("Das CloudMatrix 384 verbindet 834 Chips.", encoding="utf-8")
    outs = {name: tmp_path / name for name in ("x.html", "x.json", "y.json", "x.csv")}
    asked = [
        "check",
        str(article),
        "--lang",
        "de",
        "--date",
        "2025-11-20",
        "--html",
        str(outs["x.html"]),
        "--claimreview",
        str(outs["x.json"]),
        "--annotations",
        str(outs["y.json"]),
        "--propose",
        str(outs["x.csv"]),
    ]
    assert main(asked) == 1
    assert "widerlegt" in capsys.readouterr().out
    assert all(path.exists() for path in outs.values())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--date", "gestern"], "--date"),
        (["--text-lang", "fr"], "--text-lang"),
        (["--llm", "ftp://x"], "--llm"),
        (["--html", "/nowhere/x.html"], "cannot be written"),
    ],
)
def test_bad_arguments(arguments: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Drei Chips.", encoding="utf-8")
    assert main(["check", str(article), *arguments]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
