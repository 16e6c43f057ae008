"""The grammar of rule conditions: own tokenizer and parser, no `eval`; every name and unit is checked.

    condition  = both { "or" both } ;          both  = negated { "and" negated } ;
    negated    = "not" negated | comparison ;  comparison = sum { (">=" | ">" | "<=" | "<" | "==" | "!=") sum } ;
    sum        = product { ("+" | "-") product } ;  product = atom { ("*" | "/") atom } ;
    atom       = number [ "[" unit "]" ] | name [ "in" "(" text { "," text } ")" ] | "(" condition ")" ;

A bare number takes the unit of what it is compared with; `1.4 [TB/s]` is converted. A flag stands alone (`datacenter`).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rechenmacht.domains.rules.specifications import SPECIFICATIONS, Dimension, dimension, unit_text
from rechenmacht.errors import nearest

LONGEST, DEEPEST = 2000, 40
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<text>'[^']*')"
    r"|\[(?P<unit>[^\]]*)\]|(?P<sign>>=|<=|==|!=|[-+*/()<>,]))"
)
COMPARISONS: dict[str, Callable[..., object]] = {
    ">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


class ConditionError(ValueError):
    """A condition that cannot be read; the message says what and at which character."""


@dataclass(frozen=True, slots=True)
class Number:
    """A constant, in the unit `dim` (None: it takes the unit of what it is compared with or added to)."""

    value: float
    dim: Dimension | None = None


@dataclass(frozen=True, slots=True)
class Spec:
    """A specification's value."""

    name: str


@dataclass(frozen=True, slots=True)
class Arith:
    """A sum, difference, product or ratio."""

    sign: str
    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two numbers of the same unit (`unit`, as people write it)."""

    sign: str
    left: Term
    right: Term
    unit: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes-or-no specification."""

    name: str


@dataclass(frozen=True, slots=True)
class NameIn:
    """Whether one of a thing's names is in a list (lower case)."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Const:
    """True or False."""

    value: bool


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    item: Condition


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    items: tuple[Condition, ...]


Term = Number | Spec | Arith
Condition = Compare | Flag | NameIn | Const | Not | And | Or
_TERMS = (Number, Spec, Arith)


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ConditionError(f"{text[at:].strip()[:12]!r} at character {at + 1} is no part of a condition")
        found.append(_Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        at = match.end()
    return [*found, _Token("end", "the end", end)]


def _dim(term: Term) -> Dimension | None:
    if isinstance(term, Number):
        return term.dim
    if isinstance(term, Spec):
        return dimension(SPECIFICATIONS[term.name].unit)
    left, right = _dim(term.left), _dim(term.right)
    if term.sign in "+-":
        return left if left is not None else right
    powers = dict(left or ())
    for name, power in right or ():
        powers[name] = powers.get(name, 0) + (power if term.sign == "*" else -power)
    return tuple(sorted((name, power) for name, power in powers.items() if power))


class _Parser:
    """Recursive descent over the tokens; units are checked where two terms meet."""

    def __init__(self, text: str) -> None:
        self.tokens, self.place, self.depth = _tokens(text), 0, 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.place]

    def take(self, *texts: str) -> str | None:
        if self.token.kind in {"sign", "name"} and self.token.text in texts:
            self.place += 1
            return self.tokens[self.place - 1].text
        return None

    def fail(self, message: str) -> ConditionError:
        return ConditionError(f"{message} at character {self.token.at + 1}")

    def whole(self) -> Condition:
        found = self.truth(self.either())
        if self.token.kind != "end":
            raise self.fail(f"{self.token.text!r} is not expected")
        return found

    def truth(self, item: Condition | Term) -> Condition:
        if isinstance(item, _TERMS):
            what = item.name if isinstance(item, Spec) else "a number"
            raise self.fail(f"{what} stands where a condition is needed (before or)")
        return item

    def term(self, item: Condition | Term) -> Term:
        if not isinstance(item, _TERMS):
            what = item.name if isinstance(item, Flag) else "a condition"
            raise self.fail(f"{what} stands where a number is needed (before or)")
        return item

    def either(self) -> Condition | Term:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fail(f"more than {DEEPEST} levels of brackets")
        items = [self.both()]
        while self.take("or"):
            items.append(self.both())
        self.depth -= 1
        return items[0] if len(items) == 1 else Or(tuple(self.truth(item) for item in items))

    def both(self) -> Condition | Term:
        items = [self.negated()]
        while self.take("and"):
            items.append(self.negated())
        return items[0] if len(items) == 1 else And(tuple(self.truth(item) for item in items))

    def negated(self) -> Condition | Term:
        times = 0
        while self.take("not"):
            times += 1
        item = self.comparison()
        if not times:
            return item
        return Not(self.truth(item)) if times % 2 else self.truth(item)

    def comparison(self) -> Condition | Term:
        left, items = self.sum(), list[Condition]()
        while sign := self.take(*COMPARISONS):
            right = self.sum()
            items.append(self.compared(sign, self.term(left), self.term(right)))
            left = right
        if not items:
            return left
        return items[0] if len(items) == 1 else And(tuple(items))

    def compared(self, sign: str, left: Term, right: Term) -> Compare:
        one, other = self.same_unit(left, right)
        return Compare(sign, left, right, unit_text(one if one is not None else other or ()))

    def same_unit(self, left: Term, right: Term) -> tuple[Dimension | None, Dimension | None]:
        one, other = _dim(left), _dim(right)
        if one is not None and other is not None and one != other:
            raise self.fail(f"{unit_text(one)} meets {unit_text(other)}: they do not measure the same thing, before or")
        return one, other

    def sum(self) -> Condition | Term:
        left = self.product()
        while sign := self.take("+", "-"):
            right = self.term(self.product())
            self.same_unit(self.term(left), right)
            left = Arith(sign, self.term(left), right)
        return left

    def product(self) -> Condition | Term:
        left = self.atom()
        while sign := self.take("*", "/"):
            left = Arith(sign, self.term(left), self.term(self.atom()))
        return left

    def atom(self) -> Condition | Term:
        kind, text, at = self.token
        if self.take("("):
            inside = self.either()
            self.expect(")")
            return inside
        if kind == "number":
            self.place += 1
            return self.number(float(text))
        if kind != "name" or text in {"and", "or", "not", "in"}:
            raise self.fail(f"{text!r} stands where a name, a number or a bracket is needed")
        self.place += 1
        if text in {"True", "False"}:
            return Const(text == "True")
        known = SPECIFICATIONS.get(text)
        if known is None:
            raise ConditionError(f"no specification {text!r} at character {at + 1}{nearest(text, SPECIFICATIONS)}")
        if known.kind == "name":
            return self.named(text)
        return Flag(text) if known.kind == "flag" else Spec(text)

    def number(self, value: float) -> Number:
        if self.token.kind != "unit":
            return Number(value)
        unit = self.token.text.strip()
        for own in {one.unit for one in SPECIFICATIONS.values() if one.kind == "number"}:
            if unit == own:
                self.place += 1
                return Number(value, dimension(own))
        from rechenmacht.errors import BadInput  # noqa: PLC0415
        from rechenmacht.units import convert  # noqa: PLC0415

        for own in ("GB/s", "mm2", "nm"):
            try:
                scaled = convert(value, unit, own)
            except BadInput:
                continue
            self.place += 1
            return Number(scaled, dimension(own))
        raise self.fail(f"unit {unit!r} fits no specification")

    def named(self, name: str) -> NameIn:
        if not self.take("in"):
            raise self.fail(f"{name} must be followed by in ('...')")
        self.expect("(")
        values = [self.string()]
        while self.take(","):
            values.append(self.string())
        self.expect(")")
        return NameIn(name, tuple(values))

    def string(self) -> str:
        if self.token.kind != "text":
            raise self.fail(f"{self.token.text!r} stands where a name in quotes is needed")
        self.place += 1
        return self.tokens[self.place - 1].text.strip("'").casefold()

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise self.fail(f"{self.token.text!r} stands where {sign!r} is needed")


@lru_cache(maxsize=1024)
def parse(text: str) -> Condition:
    """Return a condition as a tree.

    Raises:
        ConditionError: if it cannot be read, names something unknown, or lets different units meet.
    """
    if len(text) > LONGEST:
        raise ConditionError(f"longer than {LONGEST} characters")
    if not text.strip():
        raise ConditionError("empty")
    return _Parser(text).whole()


def uses(node: Condition | Term) -> frozenset[str]:
    """Return the specifications that a condition reads."""
    if isinstance(node, Spec | Flag | NameIn):
        return frozenset({node.name})
    if isinstance(node, Not):
        return uses(node.item)
    if isinstance(node, And | Or):
        return frozenset().union(*(uses(item) for item in node.items))
    if isinstance(node, Arith | Compare):
        return uses(node.left) | uses(node.right)
    return frozenset()
