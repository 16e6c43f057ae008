"""Who and what a text names: the entities of the fact base by name, alias, short name and adjective."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from rechenmacht.domains.reader import sited
from rechenmacht.domains.reader.tokens import Text, Token
from rechenmacht.domains.reader.words import rows, stems, table, words
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Entity

_PIECE = re.compile(r"[0-9]+(?:[.,'’][0-9]+)*|[^\W\d_]+")
_PLAIN_END = re.compile(r"['’]")
_JOINTS = frozenset("-‑()/,.:+@&–_;")
_NEAR_JOINTS = _JOINTS - {":", ";"}
_SHARED = 4  # a name that so many bear names none of them
_NAMELESS = frozenset({"kind"})
T = TypeVar("T")
_SMALL = frozenset({"bloc", "country", "region", "state", "city"})


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity named over tokens `first` to `last` (excluded).

    `others` are entities that the same words may name; `weak` stands for an anaphor or an adjective, `sure` for an
    anaphor that can mean nothing else.
    """

    entity: str
    kind: str
    first: int
    last: int
    sentence: int
    weak: bool = False
    others: tuple[str, ...] = ()
    sure: bool = False


_PODS = words("grammar.relations.pods")
_OWNER_NEAR = 2  # sentences before a place, in which its owner or a sibling is told
_PODS_NEAR = 7  # tokens behind a chip's name in which its pod is told: `TPU v6e war bei 256 Chips je Pod Schluss`
_CUTS = frozenset(",;:.()–—")


@dataclass(frozen=True, slots=True)
class Said:
    """Quantities whose name the text says word for word, over tokens `first` to `last` (excluded)."""

    codes: frozenset[str]
    first: int
    last: int
    sentence: int


@lru_cache(maxsize=65536)
def plain(low: str) -> str:
    """Return a word without its genitive."""
    for ending in stems("grammar.mentions.genitive"):
        if low.endswith(ending):
            return low[: -len(ending)]
    return low


def pieces(name: str) -> tuple[str, ...]:
    """Return the words and figures of a name in lower case."""
    return tuple(_PIECE.findall(name.lower()))


def _names(row: Entity, makers: Iterable[str]) -> set[str]:
    """Return the names of an entity: as written, without what stands in brackets, without the maker's name."""
    found = {row.name_en, row.name_de, *row.aliases_en, *row.aliases_de}
    found |= {re.sub(r"\s*\([^)]*\)", "", name).strip() for name in (row.name_en, row.name_de)}
    if row.kind in {"chip", "system"}:
        made = {re.sub(r"\s*\([^)]*\)", "", name).lower() for name in (row.name_en, row.name_de)}
        made = {name.removeprefix(f"{maker} ") for maker in makers for name in made if name.startswith(f"{maker} ")}
        found |= {name for name in made if name.count(" ") < 3}
    return {name for name in found if name}


def _makers(base: Base, row: Entity) -> set[str]:
    """Return the words by which an entity's maker is called before its name: `amazon`, `aws`."""
    maker = base.entities.get(row.parent)
    if maker is None:
        return set()
    return {maker.name_en.split()[0].lower(), *(name.lower() for name in maker.aliases_en if " " not in name)}


def _forms(names: set[str], kind: str) -> set[str]:
    """Return the names of a place with the German dative of each (`Vereinigten Arabischen Emiraten`); others as are."""
    if kind not in _SMALL:
        return names
    inflected = {" ".join(f"{part}n" if part.endswith("e") else part for part in name.split()) for name in names}
    return names | {name for name in inflected if " " in name}


def along(tokens: list[Token], i: int, key: tuple[str, ...]) -> int | None:
    """Return the place behind a name of several pieces that begins at `i`, or None where the text goes another way."""
    j = i + 1
    joints = _JOINTS if len(key) > 4 else _NEAR_JOINTS
    for piece in key[1:]:
        start = j
        while j < len(tokens) and tokens[j].text in joints and j - start < 3:
            j += 1
        if j >= len(tokens) or tokens[j].sentence != tokens[i].sentence:
            return None
        if plain(tokens[j].low) != piece and tokens[j].low.removesuffix("s") != piece:
            return None
        j += 1
    return j


class Names(Generic[T]):
    """Names of several pieces by their first and second piece, longest first; each with what it stands for."""

    def __init__(self, names: Mapping[tuple[str, ...], T]) -> None:
        """Order the names, so that a place of a text meets only those that can go on there."""
        self.by_first: dict[str, dict[str, list[tuple[tuple[str, ...], T]]]] = {}
        for key in sorted(names, key=lambda key: (-len(key), key)):
            second = key[1] if len(key) > 1 else ""
            self.by_first.setdefault(key[0], {}).setdefault(second, []).append((key, names[key]))

    def at(self, tokens: list[Token], i: int, first: str) -> list[tuple[tuple[str, ...], T]]:
        """Return the names that begin with a piece at a place and may go on as the text does, longest first."""
        rows = self.by_first.get(first)
        if rows is None:
            return []
        alone, j = rows.get("", []), i + 1
        while j < len(tokens) and tokens[j].text in _JOINTS and j - i <= 3:
            j += 1
        if j >= len(tokens):
            return alone
        low, short = plain(tokens[j].low), tokens[j].low.removesuffix("s")
        longer = rows.get(low, []) if low else []
        if short and short != low and short in rows:
            longer = sorted([*longer, *rows[short]], key=lambda row: (-len(row[0]), row[0]))
        return [*longer, *alone] if longer else alone


def said_names(text: Text, table: Names[frozenset[str]]) -> list[Said]:
    """Return where a text says the name of a quantity word for word, longest names first."""
    found, behind, firsts = list[Said](), 0, table.by_first
    for i, token in enumerate(text.tokens):
        first = plain(token.low)
        if first not in firsts or i < behind:
            continue
        rows = table.at(text.tokens, i, first)
        hit = next(((last, codes) for key, codes in rows if (last := along(text.tokens, i, key)) is not None), None)
        if hit is not None:
            behind = hit[0]
            found.append(Said(hit[1], i, behind, token.sentence))
    return found


class Aliases:
    """Finds entities in texts; build it once per fact base."""

    def __init__(self, base: Base) -> None:
        """Index the names and aliases of all entities."""
        self.kinds = {row.id: row.kind for row in base.tables.entities}
        self.pods = self._podded()
        self.parents = {row.id: row.parent for row in base.tables.entities}
        self.blocs = {row.id: row.bloc for row in base.tables.entities}
        names, bound = self._of_entities(base), words("judging.subjects.bound")
        self.bound = {key: found for key, found in names.items() if "".join(key) in bound}
        sought = self._sought(names)
        self.table = Names({key: tuple(sorted(found, key=self._rank)) for key, found in sought.items() if found})
        adjectives = table("judging")["subjects"]["adjectives"].values()
        self.adjectives = frozenset(word for row in adjectives for word in row.split())
        self.places, self.sited = _sited(base)

    @staticmethod
    def _as_written(token: Token, low: str, entities: tuple[str, ...]) -> tuple[str, ...]:
        """Return the firm for a name that is a people's too, where capitals or the language say so: IREN, die Iren."""
        firms = rows("judging.subjects.upper")
        firm = low in firms and (token.text[:2].isupper() or token.lang == "en")
        return (str(firms[low]),) if firm else entities

    def _podded(self) -> frozenset[str]:
        """Return the names of the systems that the base has as pods."""
        systems = (one.partition(":")[2] for one, kind in self.kinds.items() if kind == "system")
        return frozenset(name.removesuffix("-pod") for name in systems if name.endswith("-pod"))

    def _sought(self, names: dict[tuple[str, ...], set[str]]) -> dict[tuple[str, ...], set[str]]:
        """Return the names that are sought: no ordinary words, none that too many share; and those of lists."""
        left_out = words("judging.subjects.common") | words("judging.subjects.bound")
        told = {k: found for k, found in names.items() if "".join(k) not in left_out and len(found) < _SHARED}
        told |= self._of_lists()
        for key, found in self.bound.items():
            told.setdefault(key, found)
        return told

    def _of_entities(self, base: Base) -> dict[tuple[str, ...], set[str]]:
        """Return the names of all entities, as pieces; each with those that bear it."""
        bound = words("judging.subjects.bound")
        found: dict[tuple[str, ...], set[str]] = {}
        for row in base.tables.entities:
            for name in _forms(_names(row, _makers(base, row)), row.kind) if row.kind not in _NAMELESS else ():
                key = pieces(name)
                joined = "".join(key)
                letters = sum(c.isalpha() for c in joined)
                if letters >= 2 or joined in bound or (row.kind == "model" and letters and not joined.isalpha()):
                    found.setdefault(key, set()).add(row.id)
        return found

    def _of_lists(self) -> dict[tuple[str, ...], set[str]]:
        """Return the adjectives and short names that articles use; an empty one names nothing."""
        lists, found = table("judging")["subjects"], dict[tuple[str, ...], set[str]]()
        for entity, adjectives in lists["adjectives"].items():
            for word in adjectives.split() if entity in self.kinds else ():
                found.setdefault((word,), set()).add(entity)
        for name, entities in lists["short"].items():
            found[pieces(name)] = {entity for entity in entities.split() if entity in self.kinds}
        return found

    def _rank(self, entity: str) -> tuple[int, str]:
        order = ("system", "chip", "model", "org", "site", "product")
        kind = self.kinds[entity]
        return (order.index(kind) if kind in order else len(order), entity)

    def mentions(self, text: Text) -> list[Mention]:
        """Return the mentions in order; longest names win, inflected and compounded forms count."""
        tokens, found, behind, firsts = text.tokens, list[Mention](), 0, self.table.by_first
        for i, token in enumerate(tokens):
            low = plain(token.low)
            if i < behind:
                continue
            placed = self._placed(text, i, low, found)
            if placed is not None:
                found.append(placed)
                behind = placed.last
            if placed is not None or (low not in firsts and low[:-1] not in firsts):
                continue
            hit = self._match(tokens, i, low)
            if hit is None or (self._bound(hit[0]) and not self._parent_named(hit[1], found)):
                continue
            key, entities, behind = hit
            entities = self._as_written(token, low, entities)
            weak = len(key) == 1 and token.low in self.adjectives and self.kinds[entities[0]] != "org"
            found.append(Mention(entities[0], self.kinds[entities[0]], i, behind, token.sentence, weak, entities[1:]))
        return [self._maker(tokens, self._whole(tokens, one)) for one in found]

    def _maker(self, tokens: list[Token], mention: Mention) -> Mention:
        """Return the maker where the text says it of a product: `the Claude developer`, `der Entwickler von Claude`."""
        maker = self.parents.get(mention.entity, "")
        if mention.kind not in {"product", "model", "site"} or not maker.startswith("org:"):
            return mention
        behind = [token for token in tokens[mention.last : mention.last + 2] if token.text not in "-‑"][:1]
        before = [token.low for token in tokens[max(0, mention.first - 2) : mention.first]]
        led = (
            len(before) > 1
            and before[0] in words("judging.makers_of.before")
            and before[1] in words("judging.makers_of.of")
        )
        if led or (behind and behind[0].low in words("judging.makers_of.behind")):
            return Mention(maker, "org", mention.first, mention.last, mention.sentence)
        return mention

    def _placed(self, text: Text, i: int, low: str, before: list[Mention]) -> Mention | None:
        """Return the site that a place stands for (see sited): `Microsoft's Fairwater site in Wisconsin`."""
        tokens = text.tokens
        for place, sites in self.places.at(tokens, i, low) if tokens[i].text[0].isupper() else ():
            last, near = along(tokens, i, place), tokens[i].sentence - _OWNER_NEAR
            told = frozenset(one.entity for one in before[-12:] if one.sentence >= near)
            site = self.sited.chosen(text, (i, last), sites, told) if last is not None else ""
            if site and last is not None:
                return Mention(site, "site", i, last, tokens[i].sentence)
        return None

    def _whole(self, tokens: list[Token], mention: Mention) -> Mention:
        """Return the pod that a chip's name stands for where the text says pod beside it: `ein Pod mit Ironwood`."""
        if mention.kind != "chip":
            return mention
        near = [*tokens[max(0, mention.first - 3) : mention.first], *tokens[mention.last : mention.last + _PODS_NEAR]]
        stop = next((k for k, token in enumerate(near) if k >= 3 and token.text in _CUTS), len(near))
        if not any(token.low in _PODS and token.sentence == mention.sentence for token in near[:stop]):
            return mention
        name = mention.entity.partition(":")[2]
        pods = [one for one in self.pods if name == one or name.startswith(f"{one}-")]
        if not pods:
            return mention
        whole = f"system:{max(pods, key=len)}-pod"
        return Mention(whole, "system", mention.first, mention.last, mention.sentence, False, (mention.entity,))

    def _bound(self, key: tuple[str, ...]) -> bool:
        return key in self.bound

    def _parent_named(self, entities: tuple[str, ...], before: list[Mention]) -> bool:
        """Whether a maker or sibling of an entity has been named, so that a short name can stand for it."""
        parents = {self.parents[entity] for entity in entities} - {""}
        return any(mention.entity in parents or self.parents.get(mention.entity) in parents for mention in before[-12:])

    def _match(self, tokens: list[Token], i: int, low: str) -> tuple[tuple[str, ...], tuple[str, ...], int] | None:
        rows = self.table.at(tokens, i, low)
        if tokens[i].text[0].isupper() and low.endswith("s") and len(low) > 4:  # a German genitive: Metas, Googles
            rows = [*rows, *self.table.at(tokens, i, low[:-1])]
        for key, entities in rows:
            last = along(tokens, i, key)
            if last is None or (len(key) == 1 and not self._written_as_name(tokens, i, entities[0])):
                continue
            if self._goes_on(tokens, last, entities[0]) or (len(key) > 1 and self._longer_inside(tokens, i, last)):
                continue
            return key, entities, last
        return None

    def _longer_inside(self, tokens: list[Token], i: int, last: int) -> bool:
        """Whether a name that begins within another one goes on behind it: `Kimi K2` in `Moonshots Kimi K2`."""
        for k in range(i + 1, last):
            for key, _ in self.table.at(tokens, k, plain(tokens[k].low)) if tokens[k].text[0].isupper() else ():
                behind = along(tokens, k, key)
                if behind is not None and behind > last:
                    return True
        return False

    def _goes_on(self, tokens: list[Token], last: int, entity: str) -> bool:
        """Whether the name goes on to that of another thing: the Atlas 950 SuperCluster is no Atlas 950 SuperPoD."""
        if last >= len(tokens) or self.kinds[entity] not in {"chip", "system", "site", "model"}:
            return False
        after = tokens[last + 1] if tokens[last].text in "-‑" and last + 1 < len(tokens) else tokens[last]
        glued = (
            tokens[last].glued
            and tokens[last].kind in "wn"
            and tokens[last].low not in words("grammar.mentions.glued_ends")
        )
        return after.low in words("judging.subjects.longer") or glued

    def _written_as_name(self, tokens: list[Token], i: int, entity: str) -> bool:
        """A single word must be written as a name, and not be the first letters of a longer product name."""
        token = tokens[i]
        nxt = tokens[i + 1] if i + 1 < len(tokens) else None
        if nxt is not None and nxt.glued and nxt.kind == "n":
            return False
        if token.low == "us":
            return token.text == "US"
        weak = self.kinds[entity] in _SMALL
        return weak or token.text[0].isupper() or _PLAIN_END.split(token.text)[0][-1:].isupper()


def _sited(base: Base) -> tuple[Names[tuple[str, ...]], sited.Sited]:
    """Return the sites of the base by their places, and what chooses between them."""
    rows = [row for row in base.tables.entities if row.kind == "site"]
    firms = {pieces(row.name_en): row.id for row in base.tables.entities if row.kind == "org"}
    names = {row.id: sorted({pieces(name) for name in _names(row, ())}) for row in rows}
    owned, owners = dict[str, frozenset[str]](), dict[str, frozenset[str]]()
    for row in rows:
        said = {piece for name in names[row.id] for piece in name if (piece,) in firms}
        own = pieces(base.entities[row.parent].name_en) if row.parent in base.entities else ()
        owned[row.id] = frozenset({row.parent, *(firms[(piece,)] for piece in said)})
        owners[row.id] = frozenset({*own, *said, *(f"{piece}s" for piece in said)})
    return Names(sited.places(names, owners)), sited.Sited(_families(rows), owned, _in_one_word(firms))


def _in_one_word(names: Mapping[tuple[str, ...], str]) -> dict[str, str]:
    """Return the names that are one word."""
    return {key[0]: entity for key, entity in names.items() if len(key) == 1}


def _families(rows: list[Entity]) -> dict[str, str]:
    """Return by site the name that others of its owner bear as well."""
    shared = words("judging.sites.families")
    return {row.id: word for row in rows for word in pieces(row.name_en) if word in shared}
