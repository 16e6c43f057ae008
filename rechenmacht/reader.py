"""Questions of the domain reader. Written by `python -m rechenmacht.faces.python`."""

from typing import Any, Literal

from rechenmacht.faces.python import Given, ask


def check(
    files: list[str] | None = None,
    *,
    text: str | None = None,
    articles: Any = (),
    date: str | None = None,
    text_lang: Literal["en", "de"] | None = None,
    llm: str | None = None,
    model: str = "default",
    lang: str = "en",
) -> Given:
    """Find every number in articles and check it against facts, physics and arithmetic; 1 if any is wrong.

    Args:
        files: articles: text, HTML or PDF files, or addresses.
        text: an article as text, in place of a file.
        articles: articles as texts, each with its name and day.
        date: day the articles appeared (2025-11-20).
        text_lang: language of the articles, if the guess is wrong: en or de.
        llm: openAI-compatible endpoint that may propose more quantities.
        model: model to ask at the endpoint.
        lang: Language of names and texts: en or de.
    """
    return ask("reader.check", locals())
