"""Reading pages: what a page says in its own language, and English words among German ones."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img", "hr", "path", "rect", "circle", "use"}
# What ends with the next cell, row or item, where its own end is left out.
ENDED = {"td": ("td", "th"), "th": ("td", "th"), "tr": ("td", "th", "tr"), "li": ("li",)}
# Frequent English words that are no German ones; of the latter, those that stand in names of things stay out.
ENGLISH = re.compile(
    r"\b(the|of|which|with|from|this|that|these|those|are|were|is|it|its|be|been|has|have|had|does|not|no|but|when|where|who|"
    r"what|why|how|other|others|than|then|known|unknown|and|or|for|to|by|at|each|every|per cent|all|any|some|more|most|less|"
    r"least|only|between|under|over|until|since|after|before|about|into|out|because|if|can|may|would|should|must|"
    r"total|value|values|year|years|month|months|quarter|quarters|week|day|days|count|share|source|sources|price|basis|name|"
    r"names|number|numbers|growth|power|memory|bandwidth|weights|entity|tool|packaging|wafers|missing|none|true|false|"
    r"supported|contradicted|loading|error|failed|invalid|reported|measured|estimated|judgement|secondary|unverified)\b"
)
# Names in which such words stand, and what is also German.
NAMES = re.compile(
    r"https?://\S+|District of Columbia|Mixture-of-Experts|University-of-Florida|University of \w+|Bank of \w+|State of \w+|[A-Z]\w+ (?:of|and|for|the|at|by|in|to) (?:the )?[A-Z]\w+"
    r"|AI and HPC|“[^”]*”|„[^“]*“|\bName\b|\bBasis\b"
)


class German(HTMLParser):
    """What a page says in its own language: everything outside parts that are marked as another."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[tuple[str, bool]] = []
        self.said: list[str] = []

    @property
    def _other(self) -> bool:
        return bool(self.stack and self.stack[-1][1])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while self.stack and self.stack[-1][0] in ENDED.get(tag, ()):
            self.stack.pop()
        told = dict(attrs)
        other = self._other or told.get("lang", "de") != "de" or tag in {"script", "style", "pre", "code"}
        if not other:  # what is said to those who do not see it, or before anything is typed
            self.said += [str(told[name]) for name in ("aria-label", "alt", "title", "placeholder") if told.get(name)]
        if tag not in VOID:
            self.stack.append((tag, other))

    def handle_endtag(self, tag: str) -> None:
        if any(tag == one for one, _ in self.stack):
            while self.stack.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._other and data.strip():
            self.said.append(data.strip())


def english(page: str) -> list[str]:
    """Return what a German page says with English words, outside what is marked as English and outside names."""
    reader = German()
    reader.feed(page)
    return [one for one in reader.said if ENGLISH.search(NAMES.sub("", one))]
