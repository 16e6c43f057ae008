"""Who and what a text is about: mentions of the fact base's entities, by name and alias, and plain anaphora."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rechenmacht.domains.reader.tokens import Text, Token
from rechenmacht.evidence.base import Base

_PIECE = re.compile(r"[0-9]+(?:[.,'’][0-9]+)*|[^\W\d_]+")
# Aliases that are ordinary words, or stand for too many things, name nothing by themselves.
_COMMON = frozenset(
    "stack scale ant lambda epoch cipher vantage golf gulf global world welt weltweit washington berlin paris "
    "london tokyo tokio brussels brüssel lpu "
    "templar nous hyperstack muxi sk lg the step nova phi apollo scale yotta frontier apple related flux "
    "matrix titan stream dojo max web general "
    "abilene_ denton temple goodyear reno columbus omaha papillion korea jio state other azure_ telekom_ ki ai "
    "us_ it iris".split()
)
_KIND_WEIGHT = {
    "system": 5,
    "chip": 4,
    "model": 4,
    "site": 4,
    "network": 4,
    "stack": 3,
    "org": 3,
    "deal": 1,
    "country": 2,
    "bloc": 2,
}
_ADJECTIVES = {
    "bloc:cn": "chinesisch chinesische chinesischen chinesischer chinesisches chinese chinas china's volksrepublik",
    "bloc:us": "us-amerikanische amerikanische amerikanischen amerikanischer amerikanisches american amerikas "
    "america's us",
    "country:de": "deutsche deutschen deutscher deutsches german deutschlands germany's",
    "country:eu27": "europäische europäischen europäischer european eu",
    "bloc:world": "weltweit weltweite weltweiten worldwide global globally globale globalen world's weltweiter",
}  # fmt: skip
_ANAPHORA = {
    "konzern": "org", "konzerns": "org", "unternehmen": "org", "unternehmens": "org", "firma": "org",
    "hersteller": "org",
    "company": "org", "firm": "org", "company's": "org", "chipmaker": "org", "start-up": "org", "startup": "org",
    "chip": "chip", "prozessor": "chip", "beschleuniger": "chip", "system": "system", "systems": "system",
    "rack": "system", "cluster": "system",
    "supernode": "system", "modell": "model", "model": "model", "anlage": "site", "campus": "site",
    "standort": "site", "site": "site",
}  # fmt: skip
_POINTING = frozenset("der die das dem den des dieser diese dieses diesem the this that its it".split())


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity named over tokens `first` to `last` (excluded); `weak` for an anaphor or adjective."""

    entity: str
    kind: str
    first: int
    last: int
    sentence: int
    weak: bool = False


def _plain(low: str) -> str:
    for ending in ("'s", "’s", "s'", "s’"):
        if low.endswith(ending):
            return low[: -len(ending)]
    return low


@lru_cache(maxsize=4)
def index(base_id: int, names: tuple[tuple[str, str], ...]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Return aliases by their first word, longest first."""
    del base_id
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, entity in names:
        pieces = tuple(_PIECE.findall(name))
        if pieces:
            table.setdefault(pieces[0], []).append((pieces, entity))
    for row in table.values():
        row.sort(key=lambda pair: -len(pair[0]))
    return table


class Aliases:
    """Finds entities in texts; build it once per fact base."""

    def __init__(self, base: Base) -> None:
        """Index the names and aliases of all entities that claims or deals are about."""
        self.kinds = {row.id: row.kind for row in base.tables.entities}
        self.parents = {row.id: row.parent for row in base.tables.entities}
        names: dict[str, str] = {}
        for name, entity in base.names.items():
            kind = self.kinds[entity]
            letters = sum(c.isalpha() for c in name)
            if name in _COMMON or ":" in name or letters < 2 or kind not in _KIND_WEIGHT or kind == "deal":
                continue
            names[name] = entity
        for row in base.tables.entities:
            if row.kind in {"chip", "system"}:  # "DGX H100" for NVIDIA DGX H100
                _, maker, rest = row.name_en.lower().partition(" ")
                if maker and rest.count(" ") < 3 and rest not in base.names and sum(c.isalpha() for c in rest) > 2:
                    names.setdefault(rest.split(" (")[0], row.id)
        for entity, words in _ADJECTIVES.items():
            if entity in base.entities:
                names.update(dict.fromkeys(words.split(), entity))
        names |= {name: entity for name, entity in _EXTRA.items() if entity in base.entities}
        self.table = index(id(base), tuple(sorted(names.items())))

    def mentions(self, text: Text) -> list[Mention]:
        """Return the mentions in order; longest names win, inflected and compounded forms count."""
        tokens, found, i = text.tokens, list[Mention](), 0
        while i < len(tokens):
            hit = self._match(tokens, i)
            if hit is None:
                i += 1
                continue
            entity, last = hit
            found.append(Mention(entity, self.kinds[entity], i, last, tokens[i].sentence))
            i = last
        return self._with_anaphora(text, found)

    def _match(self, tokens: list[Token], i: int) -> tuple[str, int] | None:
        low = _plain(tokens[i].low)
        rows = self.table.get(low)
        if rows is None and tokens[i].text[0].isupper() and low.endswith("s") and len(low) > 4:
            rows = self.table.get(low[:-1])
            low = low[:-1]
        if rows is None:
            return None
        k = i + 1
        while k < len(tokens) and tokens[k].text in "-‑" and tokens[k].glued:
            k += 1
        nxt = _plain(tokens[k].low) if k < len(tokens) else ""
        second = (nxt, nxt.removesuffix("s"))
        for pieces, entity in rows:
            if len(pieces) > 1 and pieces[1] not in second:
                continue
            j = i + 1
            for piece in pieces[1:]:
                while j < len(tokens) and tokens[j].text in "-‑" and tokens[j].glued:
                    j += 1
                if j >= len(tokens) or (_plain(tokens[j].low) != piece and tokens[j].low.removesuffix("s") != piece):
                    break
                j += 1
            else:
                if len(pieces) == 1 and not self._named(tokens, i, entity):
                    continue
                if j < len(tokens) and tokens[j].low in _LONGER and self.kinds[entity] in {"chip", "system", "site"}:
                    continue
                return entity, j
        return None

    def _named(self, tokens: list[Token], i: int, entity: str) -> bool:
        """A single word must be written as a name, and not be the first letters of a longer product name."""
        token = tokens[i]
        nxt = tokens[i + 1] if i + 1 < len(tokens) else None
        if nxt is not None and nxt.glued and nxt.kind == "n":
            return False
        weak = self.kinds[entity] in {"bloc", "country"}
        if token.low == "us":
            return token.text == "US"
        return weak or token.text[0].isupper() or token.text[-1].isupper()

    @staticmethod
    def _just_named(found: list[Mention], place: int, token: Token) -> Mention | None:
        """Return the thing that the sentence before names first, for a pronoun that opens the next one."""
        things = [m for m in found[max(0, place - 8) : place] if m.sentence == token.sentence - 1]
        for kind in ("system", "site", "model", "chip"):
            named = [m for m in things if m.kind == kind]
            if named:
                return named[0] if len({m.entity for m in named}) == 1 else None
        return None

    def _with_anaphora(self, text: Text, found: list[Mention]) -> list[Mention]:
        """Let `der Konzern`, `the chip` stand for the last such entity named in the same paragraph."""
        extra: list[Mention] = []
        taken = {k for mention in found for k in range(mention.first, mention.last)}
        place = 0
        last: dict[str, Mention] = {}
        paragraph = -1
        for i, token in enumerate(text.tokens):
            if token.paragraph != paragraph:
                paragraph, last = token.paragraph, {}
            while place < len(found) and found[place].first <= i:
                last[found[place].kind] = found[place]
                place += 1
            opens = i == 0 or text.tokens[i - 1].sentence != token.sentence
            if opens and token.low in _PRONOUNS and (before := self._just_named(found, place, token)):
                extra.append(Mention(before.entity, before.kind, i, i + 1, token.sentence, weak=True))
                continue
            kind = _ANAPHORA.get(token.low)
            if kind and i not in taken and i and text.tokens[i - 1].low in _POINTING and kind in last:
                before = last[kind]
                extra.append(Mention(before.entity, kind, i, i + 1, token.sentence, weak=True))
        return sorted([*found, *extra], key=lambda mention: mention.first)


# A name that goes on like this names another thing: the Atlas 950 SuperCluster is no Atlas 950 SuperPoD.
_LONGER = frozenset({"supercluster", "ultra", "pro", "super", "max", "nano", "lite", "mini", "next", "plus"})
_PRONOUNS = frozenset({"es", "it", "its", "er", "dieser", "dieses", "insgesamt", "zusammen", "damit", "dabei"})

_EXTRA = {
    "h100": "chip:h100-sxm", "h200": "chip:h200-sxm", "b200": "chip:b200", "b300": "chip:b300",
    "a100": "chip:a100-sxm-80gb", "h20": "chip:h20",
    "h800": "chip:h800-sxm", "a800": "chip:a800-sxm", "mi300x": "chip:mi300x", "bittensor": "network:bittensor",
    "humain": "org:humain", "cloudmatrix 384": "system:cloudmatrix-384", "cloud matrix 384": "system:cloudmatrix-384",
    "cloud matrix": "system:cloudmatrix-384", "cloudmatrix384": "system:cloudmatrix-384",
    "cloudmatrix": "system:cloudmatrix-384",
    "ascend 910c": "chip:ascend-910c", "910c": "chip:ascend-910c", "nvl72": "system:gb200-nvl72",
    "gb200 nvl72": "system:gb200-nvl72",
    "nvl 72": "system:gb200-nvl72", "atlas 950": "system:atlas-950-superpod", "atlas 960": "system:atlas-960-superpod",
    "usa": "bloc:us", "u.s": "bloc:us", "vereinigte staaten": "bloc:us", "vereinigten staaten": "bloc:us",
    "united states": "bloc:us",
    "eu": "country:eu27",
}  # fmt: skip
