"""Groups of firms told by how many they are (`the same four spent`), where the text names most of them."""

from __future__ import annotations

from rechenmacht.domains.reader.mentions import Mention
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import table, words

_MOST = 3  # members that a text names, for `the four` to be these


def named(text: Text, found: list[Mention]) -> list[Mention]:
    """Return the names of a text with those of its groups, in order."""
    entities, extra = {one.entity for one in found}, list[Mention]()
    for group, members in table("judging")["groups"]["members"].items():
        if len(entities.intersection(members.split())) >= _MOST:
            extra += _of_group(text, group, {k for one in found for k in range(one.first, one.last)})
    return sorted([*found, *extra], key=lambda one: one.first) if extra else found


def _of_group(text: Text, group: str, taken: set[int]) -> list[Mention]:
    """Return where a text speaks of a group: `four companies`, `the same four`, `die vier investierten`."""
    numbers, heads = words("judging.groups.numbers"), words("judging.groups.heads")
    same, points, verbs = words("judging.groups.same"), words("judging.groups.points"), words("judging.groups.verbs")
    found = list[Mention]()
    for i, token in enumerate(text.tokens):
        if token.low not in numbers or i in taken:
            continue
        before, behind = text.low(i - 1) if i else "", text.low(i + 1)
        headed = behind in heads or (behind in words("judging.groups.sizes") and text.low(i + 2) in heads)
        if headed or before in same or (before in points and behind in verbs):
            found.append(Mention(group, "org", i, i + 2 if behind in heads else i + 1, token.sentence))
    return found
