"""An OpenAI-compatible endpoint may propose quantities; what it says counts only as a span that our own grammar reads.

A proposal is `{"text": exact words of the article, "context": words around it}`. It is kept only
if those words stand in
the article, do not overlap a quantity already found, and the grammar itself reads a quantity from them: the model never
sets a value, a unit or a verdict. Whatever goes wrong (no answer in time, garbage,
    lies) leaves the result as without it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from rechenmacht.domains.reader import tokens
from rechenmacht.domains.reader.grammar import Grammar
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.errors import BadInput

SECONDS = 30.0
MOST_ANSWER = 1_000_000
MOST_TEXT = 60_000
MOST_PROPOSALS = 200
MOST_SPAN = 120
_ASK = (
    "List every number, amount, date, share, multiple or duration in the article that a fact checker could "
    "check. Answer with JSON only: "
    '{"quantities": [{"text": "<exact words of the article>"}]}. Copy the words exactly.'
)


def _ask(endpoint: str, model: str, text: str, seconds: float) -> Any:
    """Return the parsed answer of the endpoint.

    Raises:
        OSError, ValueError: if there is no usable answer in time.
    """
    body = {
        "model": model,
        "temperature": 0,
        "messages": [{"role": "system", "content": _ASK}, {"role": "user", "content": text[:MOST_TEXT]}],
    }
    address = endpoint.rstrip("/")
    address = address if address.endswith("/chat/completions") else f"{address}/chat/completions"
    request = Request(  # noqa: S310 - `proposer` checked the scheme
        address, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    deadline = time.monotonic() + seconds
    pieces, length = [], 0
    with urlopen(request, timeout=seconds) as answer:  # noqa: S310
        while chunk := answer.read1(65536):  # a server that drips byte by byte runs into the deadline
            pieces.append(chunk)
            length += len(chunk)
            if length > MOST_ANSWER:
                raise ValueError("answer too long")
            if time.monotonic() > deadline:
                raise TimeoutError("no whole answer in time")
    content = json.loads(b"".join(pieces))["choices"][0]["message"]["content"]
    start, end = content.find("{"), content.rfind("}")
    return json.loads(content[start : end + 1])


def _spans(answer: Any, text: str) -> list[tuple[int, int]]:
    """Return where the proposed words stand in the text; words that do not are dropped."""
    rows = answer.get("quantities") if isinstance(answer, dict) else None
    found: list[tuple[int, int]] = []
    for row in (rows if isinstance(rows, list) else [])[:MOST_PROPOSALS]:
        words = row.get("text") if isinstance(row, dict) else None
        if not isinstance(words, str) or not 0 < len(words) <= MOST_SPAN:
            continue
        place = text.find(words)
        if place >= 0:
            found.append((place, place + len(words)))
    return found


def ground(spans: list[tuple[int, int]], cut: tokens.Text, known: list[Quantity]) -> list[Quantity]:
    """Return the quantities that the grammar reads in the proposed spans and that are not known yet."""
    taken = [(q.start, q.end) for q in known]
    kept: list[Quantity] = []
    for start, end in spans:
        if any(start < stop and begin < end for begin, stop in taken):
            continue
        piece = tokens.read(cut.text[start:end], cut.lang)
        for quantity in Grammar(piece).all()[:1]:
            inside = [
                k for k, token in enumerate(cut.tokens) if start + quantity.start <= token.start < start + quantity.end
            ]
            if not inside:
                continue
            quantity.start, quantity.end = quantity.start + start, quantity.end + start
            quantity.first, quantity.last = inside[0], inside[-1] + 1
            quantity.sentence = cut.tokens[inside[0]].sentence
            taken.append((quantity.start, quantity.end))
            kept.append(quantity)
    return kept


def proposer(
    endpoint: str, model: str, note: Callable[[str], None], seconds: float = SECONDS
) -> Callable[[tokens.Text, list[Quantity]], list[Quantity]]:
    """Return a function that asks the endpoint for further quantities of a text.

    Raises:
        BadInput: if the endpoint is no http(s) address.
    """
    if not endpoint.startswith(("http://", "https://")):
        raise BadInput(f"--llm {endpoint!r} is no http or https address")

    def propose(cut: tokens.Text, known: list[Quantity]) -> list[Quantity]:
        try:
            answer = _ask(endpoint, model, cut.text, seconds)
            spans = _spans(answer, cut.text)
        except (
            URLError,
            OSError,
            ValueError,
            KeyError,
            IndexError,
            TypeError,
            AttributeError,
            RecursionError,
        ) as error:
            note(f"the language model gave no usable answer ({type(error).__name__}); going on without it")
            return []
        return ground(spans, cut, known)

    return propose
