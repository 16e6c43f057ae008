"""Which questions there are: each domain lists its own, and is loaded when it is asked."""

from __future__ import annotations

from importlib import import_module

from rechenmacht.answers.question import Question

DOMAINS = ("capital",)


def questions(domain: str) -> dict[str, type[Question]]:
    """Return a domain's questions by their last name."""
    listed: tuple[type[Question], ...] = import_module(f"rechenmacht.domains.{domain}.questions").QUESTIONS
    return {one.name.rpartition(".")[2]: one for one in listed}
