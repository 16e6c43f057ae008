"""Which questions there are: each domain lists its own, and is loaded when it is asked."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from rechenmacht.answers.question import Question

FOLDER = Path(__file__).parent.parent / "domains"
DOMAINS = tuple(sorted(path.parent.name for path in FOLDER.glob("*/questions.py")))
"""The domains that have questions."""


@cache
def questions(domain: str) -> dict[str, type[Question]]:
    """Return a domain's questions by their last name."""
    listed: tuple[type[Question], ...] = import_module(f"rechenmacht.domains.{domain}.questions").QUESTIONS
    return {one.name.partition(".")[2]: one for one in listed}


def everything() -> dict[str, type[Question]]:
    """Return all questions by name."""
    return {one.name: one for domain in DOMAINS for one in questions(domain).values()}


def place(question: type[Question]) -> tuple[str, str]:
    """Return the group and the word of a question's command; the group is empty for commands of the program itself."""
    group, _, word = (question.place or question.name.replace(".", " ").replace("_", "-")).rpartition(" ")
    return group, word
