"""Quantities, parameters and scenarios say what they mean and on what they rest, and stand in the documents."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import Any


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _page(docs: Path, name: str) -> str:
    path = docs / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def quantities(data: Path, docs: Path) -> list[str]:
    """Find quantities without a meaning in both languages or without a line in docs/quantities.md."""
    page, found = _page(docs, "quantities.md"), []
    for row in _rows(data / "quantities.csv"):
        found += [
            f"{row['id']}: {column} is empty" for column in ("meaning_en", "meaning_de") if not row[column].strip()
        ]
        if f"`{row['id']}`" not in page:
            found.append(f"{row['id']}: not in docs/quantities.md")
    return found


def parameters(data: Path, docs: Path) -> list[str]:
    """Find parameters that rest on nothing and do not say judgement, explain nothing, or are not documented."""
    page, found = _page(docs, "parameters.md"), []
    claims = {row["id"] for path in (data / "claims").glob("*.csv") for row in _rows(path)}
    for path in sorted((data / "parameters").glob("*.csv")):
        for row in _rows(path):
            name, named = row["name"], [part for part in row["claims"].split(";") if part]
            if not named and row["basis"] != "judgement":
                found.append(f"{name}: no claims, and it does not say judgement")
            found += [f"{name}: claim {claim} does not exist" for claim in named if claim not in claims]
            if not row["note"].strip():
                found.append(f"{name}: no note says what it is")
            if f"`{name}`" not in page:
                found.append(f"{name}: not in docs/parameters.md")
    return found


def scenarios(data: Path, docs: Path) -> list[str]:
    """Find scenarios without title and question in both languages or without a place in docs/scenarios.md."""
    page, found = _page(docs, "scenarios.md"), []
    for path in sorted((data / "scenarios").glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for entry in ("title", "question"):
            found += [
                f"{path.stem}: {entry}.{lang} is missing"
                for lang in ("en", "de")
                if not content.get(entry, {}).get(lang)
            ]
        if f"`{path.stem}`" not in page:
            found.append(f"{path.stem}: not in docs/scenarios.md")
    return found


def _keys(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        found |= _keys(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: str(value)}
    return found


def locales(folder: Path) -> list[str]:
    """Find texts that stand twice, in one language only, or are empty in one only (a unit that is not written may be)."""
    texts: dict[str, dict[str, str]] = {}
    found = []
    for lang in ("en", "de"):
        texts[lang] = {}
        for path in (folder / f"{lang}.toml", *sorted((folder / lang).glob("*.toml"))):
            here = _keys(tomllib.loads(path.read_text(encoding="utf-8")))
            found += [f"{key}: stands again in {lang}/{path.name}" for key in sorted(here.keys() & texts[lang].keys())]
            texts[lang] |= here
    for lang, other in (("en", "de"), ("de", "en")):
        found += [f"{key}: only in {lang}.toml" for key in texts[lang] if key not in texts[other]]
    for key in sorted(texts["en"].keys() & texts["de"].keys()):
        lacking = [lang for lang in texts if not texts[lang][key].strip()]
        found += [f"{key}: empty in {lacking[0]}.toml"] if len(lacking) == 1 else []
    return found
