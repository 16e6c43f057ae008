"""Export rules that a text does not call by a name: told by their year, or by what they demand and of which chip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from rechenmacht.domains.reader.mentions import Mention
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.prior import Subject
from rechenmacht.domains.reader.records import Records
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import rows, stems, words

_MONTH = 7  # letters of a date that are its year and month
_MADE = frozenset({"chip", "system"})
_RULE = 0.62  # a rule that only words of law and its year point to
IMPLIED = 1.05  # a rule that is told by what it demands
_BESIDE = 0.6  # what else is named beside such a rule


def subjects(
    text: Text,
    rules: Sequence[tuple[str, str]],
    sentence: int,
    numbers: Sequence[Sequence[Quantity]],
    named: Sequence[Sequence[Mention]],
) -> list[Subject]:
    """Return the rules that a sentence may speak of.

    Args:
        text: the article.
        rules: the rules of the base, each with the day that it is of.
        sentence: the number of the sentence.
        numbers: the numbers of the sentence, and of the one before it.
        named: what the two name.
    """
    said, before = _said(text, sentence), _said(text, sentence - 1) if sentence else []
    place = next((k for k, word in enumerate(said) if _of_rules(word)), None)
    here = text.sentences[sentence][0] + (place or 0)
    found = [(rule, IMPLIED) for rule in _implied(frozenset(said) | frozenset(before), frozenset(said), named)]
    if place is not None:
        years = _years(numbers[0]) or _years_before(before, numbers[1], frozenset(said))
        weight = IMPLIED if _limits(said) and not any(m.kind in _MADE for m in named[0]) else _RULE
        found += [(rule, weight) for rule in _dated(rules, years, _months(numbers[0]))]
    return [
        Subject(rule, weight, Mention(rule, "rule", here, here + 1, sentence, weak=weight == _RULE))
        for rule, weight in dict(reversed(found)).items()
    ]


def _said(text: Text, sentence: int) -> list[str]:
    return [text.low(k) for k in range(*text.sentences[sentence])]


@cache
def _of_rules(word: str) -> bool:
    """Whether a word speaks of a rule, by itself or by the end of a German compound: `Ausfuhrregel`."""
    return word in words("judging.rules.said") or word.endswith(stems("judging.rules.ends"))


def _limits(said: list[str]) -> bool:
    """Whether a sentence says that a rule draws a line at its numbers: `Schwelle`, `threshold`, `griff bei`."""
    return not words("judging.rules.limits").isdisjoint(said)


def first(rules: Sequence[Subject], others: list[Subject], unit: str, records: Records) -> list[Subject]:
    """Return subjects and rules, the rules first that a sentence tells by what they demand in the number's unit."""
    implied = any(one.weight == IMPLIED and records.bands(one.entity, unit) for one in rules)
    lighter = [replace(one, weight=one.weight * _BESIDE) for one in others] if implied else others
    return [*lighter, *rules]


def _years(numbers: Sequence[Quantity]) -> set[str]:
    return {str(q.low)[:4] for q in numbers if q.kind == "date" and isinstance(q.low, str)}


def _dated(rules: Sequence[tuple[str, str]], years: set[str], months: set[str]) -> list[str]:
    """Return the rules of the months that a text gives, where there are any; else those of its years."""
    of_year = [(rule, when) for rule, when in rules if when[:4] in years]
    of_month = [(rule, when) for rule, when in of_year if when[:_MONTH] in months]
    return [rule for rule, _ in of_month or of_year]


def _months(numbers: Sequence[Quantity]) -> set[str]:
    return {str(q.low)[:_MONTH] for q in numbers if q.kind == "date" and isinstance(q.low, str)}


def _years_before(before: list[str], numbers: Sequence[Quantity], said: frozenset[str]) -> set[str]:
    """Return the years of a sentence without a date, from the one before where that tells of rules too."""
    if not any(_of_rules(word) or word in words("judging.rules.ban") for word in before):
        return set()
    if not said.isdisjoint(words("judging.rules.later")):
        return {str(int(year) + 1) for year in _years(numbers) if year.isdigit()}
    return _years(numbers)


def _implied(near: frozenset[str], said: frozenset[str], named: Sequence[Sequence[Mention]]) -> list[str]:
    """Return the rules told by what they demand: `15 percent of the H20's revenue to the government`.

    The first group of words stands in the sentence itself, the others there or in the one before.
    """
    entities = {one for row in named for m in row for one in (m.entity, *m.others)}
    return [
        rule for rule, groups in _groups().items()
        if not said.isdisjoint(groups[0])
        and all(not near.isdisjoint(group) or not entities.isdisjoint(group) for group in groups)
    ]  # fmt: skip


@cache
def _groups() -> dict[str, list[frozenset[str]]]:
    """Return for each such rule the groups of words of which one each is said."""
    return {
        rule: [frozenset(group.split()) for group in groups] for rule, groups in rows("judging.implied_rules").items()
    }
