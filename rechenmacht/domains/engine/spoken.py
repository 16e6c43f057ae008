"""Texts of the engine's answers: what was assumed, in English, with the key under which the locales word it."""

from __future__ import annotations

from rechenmacht.answers.said import Said


def said(key: str, text: str, **values: object) -> Said:
    """Return an assumption: its key under `said.engine`, the English text with values in braces."""
    return Said.of(f"said.engine.{key}", text, **values)
