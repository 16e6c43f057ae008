"""Names that stand aside from what a sentence is about: only compared with, left out, or followed by another."""

from __future__ import annotations

from rechenmacht.domains.reader.mentions import Mention, plain
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import stems, table, words

_AS = 6  # tokens before a name in which `as much as` stands
_FOLLOWED = 3  # tokens before a name in which it is told what follows it: `the successor to the H100`
_RELATED = 3  # words behind a name in which its rival is told
_MADE = frozenset({"chip", "system", "model", "product", "site"})


def compared(text: Text, mention: Mention) -> bool:
    """Whether an entity is named only to be compared with (`im Vergleich zu`, `than`), or a verb acts on it."""
    begin, against = text.sentences[mention.sentence][0], words("judging.compare.before")
    if any(text.low(k) in words("judging.compare.none") for k in range(begin, min(begin + 2, mention.first))):
        return False  # `Kaum eine Firma steht so sehr dafür wie Coreweave`
    low = [token.low for token in text.tokens[max(begin, mention.first - _AS) : mention.first]]
    near = zip(low[-3:], [*low[-2:], ""], strict=False)
    times = words("judging.compare.times_behind")  # `der noch vor kurzem erhältliche H20`
    if any(one in against and behind not in times for one, behind in near) or (
        "as" in low[-3:] and low.count("as") > 1
    ):  # as much as
        return True
    if {*low[-2:]} & words("grammar.scene.of") and {*low[-4:]} & words("grammar.common.percent"):
        return True  # `15 percent of the H200's performance`
    return any(phrase in " ".join(low) for phrase in table("judging")["compare"]["of_what"])


def left_out(text: Text, mention: Mention) -> bool:
    """Whether a name is told only as what is left out or followed: `Asien ohne China`, `the successor to the H100`."""
    begin = max(text.sentences[mention.sentence][0], mention.first - _FOLLOWED)
    before = [text.low(k) for k in range(begin, mention.first)]
    if any(low in words("reading.left_out.before") for low in before[-2:]):
        return True
    follows = not words("judging.focus.followers").isdisjoint(before) and before[-1] in words("judging.focus.to_what")
    return follows and mention.kind in _MADE


def apart(one: Mention, other: Mention) -> bool:
    """Whether two firms stand beside one another with a word between, so that neither is the other's: `M. has O.`."""
    return one.kind == "org" and other.kind == "org" and other.first > one.last


def only_related(text: Text, mention: Mention) -> bool:
    """Whether a name only says whose rival or neighbour is meant: `Germany's neighbour`, `der Rivale von Nvidia`."""
    related, end = words("judging.focus.related"), text.sentences[mention.sentence][1]
    begin = text.sentences[mention.sentence][0]
    before = [text.low(k) for k in range(max(begin, mention.first - _FOLLOWED), mention.first)]
    if before and before[-1] in words("judging.focus.to_what") and not related.isdisjoint(before):
        return True
    name = text.low(mention.last - 1)
    german = text.tokens[mention.first].lang == "de" and name.endswith("s")
    if not german and name == plain(name) and not name.endswith(stems("grammar.relations.owner")):
        return False
    for place in range(mention.last, min(end, mention.last + _RELATED)):
        if text.low(place) in related:
            return True
        if not text.tokens[place].text.islower() or text.low(place) in words("judging.focus.joints"):
            return False  # `Nvidias Zusagen an Zulieferer`
    return False
