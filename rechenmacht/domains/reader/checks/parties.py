"""Who pays whom in a sentence: the firms that an amount is told between, and which of them the verb makes the payer."""

from __future__ import annotations

from itertools import pairwise

from rechenmacht.domains.reader import pairing
from rechenmacht.domains.reader.mentions import Mention
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.words import either, rows, stems, words
from rechenmacht.evidence.forms import Deal

_MADE = frozenset({"chip", "system", "product", "model"})
_BOTH = 2
_FIRST = 4  # names of a sentence before that may be meant
_REACH = 6  # tokens behind a number within which it is said of or to whom


def party(scene: Scene, mention: Mention) -> str | None:
    """Return the firm that a mention stands for; None for what is no firm, and for a word that may mean several."""
    if not mention.weak or mention.kind != "org":
        return _whole(scene, mention)
    may = _pointed(scene, mention)
    return may[0] if len(may) == 1 else None


def _pointed(scene: Scene, mention: Mention) -> list[str]:
    """Return the firms that a word that points back may mean: those told just before it, but those of its own clause.

    `OpenAI rents from Amazon. In return the company invests $50bn`: which of the two is not said.
    """
    mine, here = scene.clause(mention.sentence, mention.first), scene.named.get(mention.sentence, ())
    firms = [(m, one) for m in here if not m.weak and (one := _whole(scene, m)) is not None]
    own = {one for m, one in firms if scene.clause(m.sentence, m.first) == mine}
    told = [one for m, one in firms if m.last <= mention.first and one not in own]
    for number in (mention.sentence - 1, mention.sentence - 2):
        if not told:
            near = scene.named.get(number, [])[:_FIRST]
            told = [one for m in near if (one := _whole(scene, m)) is not None and one not in own]
    return list(dict.fromkeys(told))


def points(scene: Scene, quantity: Quantity) -> bool:
    """Whether a sentence points back to a firm told before it without saying which: `the company`."""
    return any(m.weak and m.kind == "org" for m in scene.named.get(quantity.sentence, ()))


def unclear(scene: Scene, quantity: Quantity) -> bool:
    """Whether a number's clause points to a firm of which nobody can say which it is."""
    mine, here = scene.clause(quantity.sentence, quantity.first), scene.named.get(quantity.sentence, ())
    weak = (m for m in here if m.weak and m.kind == "org" and scene.clause(m.sentence, m.first) == mine)
    return any(party(scene, m) is None for m in weak)


def _whole(scene: Scene, mention: Mention) -> str | None:
    """Return the firm of a mention: of a product its maker, of a part the whole."""
    entity = mention.entity
    if mention.kind in _MADE:
        entity = scene.base.entities[entity].parent
    parent = scene.base.entities[entity].parent if entity in scene.base.entities else ""
    if mention.kind == "org" and parent.startswith("org:"):
        return parent  # Google's cloud signs for Google
    return entity if entity.startswith("org:") else None


def named(scene: Scene, quantity: Quantity) -> list[str]:
    """Return the firms that a sentence names, in order."""
    found = (party(scene, mention) for mention in scene.named.get(quantity.sentence, [])[:12])
    return list(dict.fromkeys(one for one in found if one is not None))


def before(scene: Scene, quantity: Quantity) -> list[str]:
    """Return the firms that the two sentences before name, and the headings: one of them may be the other party."""
    near = [
        quantity.sentence - 1,
        quantity.sentence - 2,
        *(one for rows in scene.above(quantity.sentence) for one in rows),
    ]
    found = (party(scene, mention) for number in near for mention in scene.named.get(number, [])[:_FIRST])
    return list(dict.fromkeys(one for one in found if one is not None))


def stand_ins(scene: Scene, quantity: Quantity) -> list[str]:
    """Return who signs for what a sentence names: the owner of a site, a group of banks for one of them, lenders."""
    table, said = rows("judging.deal_stand_ins"), scene.word_set(quantity.sentence)
    near = (scene.named.get(number, ()) for number in (quantity.sentence, quantity.sentence - 1, quantity.sentence - 2))
    keys = [m.entity for found in near for m in found[:_FIRST] if m.entity in table]
    keys += [word for word in sorted(said) if word in table]
    return list(dict.fromkeys(one for key in keys for one in table[key].split()))


def bound(scene: Scene, quantity: Quantity) -> set[str]:
    """Return the firms that a number is bound to: the one named last before it in its clause, and one it is paid to."""
    left, right = _stretch(scene, quantity)
    mine = scene.clause(quantity.sentence, quantity.first)
    clause = [m for m in scene.named.get(quantity.sentence, ()) if scene.clause(m.sentence, m.first) == mine]
    two = _of_clause(scene, quantity, clause)
    if two:
        return two
    before = [m for m in clause if left <= m.first and m.last <= quantity.first and not _of_last(scene, quantity, m)]
    near = min(right, quantity.last + _REACH)
    behind = [m for m in clause if quantity.last < m.first < near and _led(scene, quantity, m)]
    firms = [[one for m in rows if (one := party(scene, m)) is not None] for rows in (before, behind)]
    return {*firms[0][-1:], *firms[1][:1]} or _alone(scene, quantity, clause)


def _alone(scene: Scene, quantity: Quantity, clause: list[Mention]) -> set[str]:
    """Return the only firm of a clause whose only amount a number is: `38 Milliarden hat es Oracle zugesagt`."""
    mine = scene.clause(quantity.sentence, quantity.first)
    beside = [q for q in scene.beside(quantity) if scene.clause(q.sentence, q.first) == mine]
    firms = {one for m in clause if (one := party(scene, m)) is not None}
    return firms if len(firms) == 1 and len(beside) == 1 else set()


def joint(scene: Scene, quantity: Quantity) -> bool:
    """Whether two firms of a sentence are told as one: `Nvidia and Microsoft invest $15bn in Anthropic`."""
    firms = [m for m in scene.named.get(quantity.sentence, ()) if party(scene, m) is not None]
    both, low = words("judging.deal.joins"), scene.text.low
    return any(two.first - one.last == 1 and low(one.last) in both for one, two in pairwise(firms))


def led_to(scene: Scene, quantity: Quantity) -> list[str]:
    """Return the firm that an amount is told of or put into just behind it; empty where there is none."""
    right = _stretch(scene, quantity)[1]
    near = min(right, quantity.last + _REACH)
    behind = [m for m in scene.named.get(quantity.sentence, ()) if quantity.last < m.first < near]
    return [one for m in behind if _led(scene, quantity, m) and (one := party(scene, m)) is not None][:1]


def _of_last(scene: Scene, quantity: Quantity, mention: Mention) -> bool:
    """Whether a name is led to from the amount before: `$100bn to Amazon's cloud and $30bn to Microsoft's`."""
    theirs = scene.clause(mention.sentence, mention.first)
    before = [q for q in scene.beside(quantity) if q.last <= mention.first]
    before = [q for q in before if scene.clause(q.sentence, q.first) == theirs]
    return bool(before) and mention.first - before[-1].last <= _REACH and _led(scene, before[-1], mention)


def _of_clause(scene: Scene, quantity: Quantity, clause: list[Mention]) -> set[str]:
    """Return the two firms that the clause of a number names where it has no other number; empty where it does not.

    `OpenAI rents from Amazon for $38bn, with Oracle the maker of ChatGPT has a contract of $300bn.`
    """
    mine = scene.clause(quantity.sentence, quantity.first)
    if any(q is not quantity and scene.clause(q.sentence, q.first) == mine for q in scene.beside(quantity)):
        return set()
    told = [m for m in clause if not pairing.speaks(scene.text, m.first, m.last)]
    firms = {one for m in told if (one := party(scene, m)) is not None}
    return firms if len(firms) == _BOTH else set()


def unread(scene: Scene, quantity: Quantity) -> bool:
    """Whether a name that is also an ordinary word stands between the number before and a number.

    `Microsoft pays IREN $9.7bn and Lambda more than $2bn`: who Lambda is, is not read, so that the amount is nobody's.
    """
    left, _ = _stretch(scene, quantity)
    taken = {k for m in scene.named.get(quantity.sentence, ()) for k in range(m.first, m.last)}
    between = [k for k in range(left, quantity.first) if left and k not in taken]
    common, tokens = words("judging.subjects.common"), scene.text.tokens
    if _with_it(scene, quantity):
        return True
    return any(tokens[k].low in common and tokens[k].text[0].isupper() for k in between)


def _with_it(scene: Scene, quantity: Quantity) -> bool:
    """Whether an amount is of somebody told by a pronoun behind it: `will spend more than $2 billion with it`."""
    low, last = scene.text.low, quantity.last
    return low(last) in words("judging.deal.to") and low(last + 1) in words("judging.deal.whom")


def _stretch(scene: Scene, quantity: Quantity) -> tuple[int, int]:
    """Return where the number before a number ends, and where the one behind it begins."""
    inside = [q for q in scene.by_sentence[quantity.sentence] if q.kind != "date" and q is not quantity]
    left = max((q.last for q in inside if q.last <= quantity.first), default=0)
    return left, min((q.first for q in inside if q.first >= quantity.last), default=len(scene.text.tokens))


def _led(scene: Scene, quantity: Quantity, mention: Mention) -> bool:
    """Whether a word that says to whom or of whom leads from a number to a name."""
    between = [token.low for token in scene.text.tokens[quantity.last : mention.first]]
    if any(word in words("judging.deal.joins") for word in between) and any(word in _verbs() for word in between):
        return False  # `bekommt 300 Milliarden und kauft bei Nvidia ein`
    return any(word in words("judging.deal.to") for word in between)


def turned(deal: Deal, payer: str | None, payee: str | None) -> bool:
    """Whether a sentence makes a deal's payee the payer, or its payer the payee (see `roles`)."""
    return (payer == deal.payee and payer is not None) or (payee == deal.payer and payee is not None)


def roles(scene: Scene, quantity: Quantity) -> tuple[str | None, str | None]:
    """Return the firm that pays and the one that is paid, as far as verb and word order tell."""
    verb = _verb(scene, quantity)
    if verb is None:
        return None, None
    tokens, begin = scene.text.tokens, scene.text.sentences[quantity.sentence][0]
    who = _subject(scene, quantity.sentence, verb)
    if who is None:
        return None, None
    back = _REACH if tokens[verb].lang == "de" else 2  # `werden von Anthropic bezahlt`
    passive = tokens[verb].low in words("judging.deal.participles") and bool(
        {token.low for token in tokens[max(begin, verb - back) : verb]} & words("judging.deal.passive")
    )
    pays = tokens[verb].low in words("judging.deal.pays")
    return (who, None) if pays != passive else (None, who)


def _verb(scene: Scene, quantity: Quantity) -> int | None:
    """Return the place of the verb of paying nearest to a number, in its clause or before it, or None."""
    here, mine, told = quantity.sentence, scene.clause(quantity.sentence, quantity.first), _verbs()
    verbs = [k for k in range(*scene.text.sentences[here]) if scene.text.low(k) in told]
    own = [k for k in verbs if scene.clause(here, k) == mine]
    verbs = own or [k for k in verbs if k < quantity.first and not _own_subject(scene, quantity)]
    verbs = [k for k in verbs if not _number_between(scene, quantity, k)]
    return min(verbs, key=lambda k: (abs(k - quantity.first), k), default=None)


def _own_subject(scene: Scene, quantity: Quantity) -> bool:
    """Whether the clause of a number has a firm of its own that acts: `in return Microsoft is to add up to $5bn`."""
    mine = scene.clause(quantity.sentence, quantity.first)
    german = scene.text.tokens[quantity.first].lang == "de"  # `9,6 Milliarden lieh JP Morgan`
    firms = (m for m in scene.named.get(quantity.sentence, ()) if german or m.last <= quantity.first)
    return any(scene.clause(m.sentence, m.first) == mine and not _governed(scene, m) for m in firms)


def _verbs() -> frozenset[str]:
    return either("judging.deal.pays", "judging.deal.paid")


def _number_between(scene: Scene, quantity: Quantity, verb: int) -> bool:
    """Whether another amount stands between a verb and a number, of which the verb may be said alone."""
    left, right = min(verb, quantity.first), max(verb, quantity.first)
    return any(q is not quantity and left < q.first < right for q in scene.beside(quantity))


def _subject(scene: Scene, sentence: int, verb: int) -> str | None:
    """Return the firm that a verb is said of: the nearest name before it that no small word leads, else behind it."""
    found = _may_act(scene, sentence)
    relative = [one for m, one in found if _opens_relative(scene, m, verb)]
    if relative:
        return relative[-1]  # `with Iren, which in turn orders from Dell`
    free = [(m, one) for m, one in found if not _governed(scene, m)]
    if _with_zu(scene, verb):  # `OpenAI verpflichtete sich, Oracle Rechenleistung abzunehmen`
        return free[0][1] if free else None
    helper = _helper(scene, sentence, verb)  # `OpenAI will AMD-Chips abnehmen`: the subject stands beside the auxiliary
    mine, german = scene.clause(sentence, verb), scene.text.tokens[verb].lang == "de"
    same = [(m, one) for m, one in free if scene.clause(sentence, m.first) == mine and (german or m.last <= verb)]
    return _beside(same or free, verb if helper is None else helper)


def _may_act(scene: Scene, sentence: int) -> list[tuple[Mention, str | None]]:
    """Return the firms of a sentence that a verb may be said of; who `the company` is, may not be said."""
    told = [(m, party(scene, m)) for m in scene.named.get(sentence, ())]
    return [(m, one) for m, one in told if one is not None or m.weak]


def _opens_relative(scene: Scene, mention: Mention, verb: int) -> bool:
    """Whether a verb stands in a clause on a firm named just before it: `IREN, which in turn orders`."""
    tokens, opens = scene.text.tokens, mention.last + 1
    if not opens < verb or tokens[mention.last].text != "," or tokens[opens].low not in words("judging.deal.who"):
        return False
    return scene.clause(mention.sentence, opens) == scene.clause(mention.sentence, verb)


def _with_zu(scene: Scene, verb: int) -> bool:
    """Whether a German verb stands in the infinitive with `zu`, whose subject opens the sentence."""
    token, before = scene.text.tokens[verb], scene.text.tokens[verb - 1]
    return token.lang == "de" and (before.low == "zu" or token.low in words("judging.deal.with_zu"))


def _beside(firms: list[tuple[Mention, str | None]], place: int) -> str | None:
    """Return the firm named last before a place, else the first behind it."""
    before = [one for m, one in firms if m.last <= place]
    return before[-1] if before else next((one for m, one in firms if m.first > place), None)


def _helper(scene: Scene, sentence: int, verb: int) -> int | None:
    """Return the place of the German auxiliary that a verb at the end of its clause goes with, or None."""
    tokens, begin = scene.text.tokens, scene.text.sentences[sentence][0]
    if tokens[verb].lang != "de":
        return None
    mine, helpers = scene.clause(sentence, verb), words("judging.deal.helpers")
    places = [k for k in range(begin, verb) if tokens[k].low in helpers and scene.clause(sentence, k) == mine]
    return places[-1] if places else None


def _governed(scene: Scene, mention: Mention) -> bool:
    """Whether a name is no subject: led by a small word (`from OpenAI`, `an Oracle`), or a genitive."""
    tokens = scene.text.tokens
    before = tokens[mention.first - 1].low if mention.first else ""
    return before in words("judging.deal.to") or tokens[mention.last - 1].low.endswith(stems("grammar.relations.owner"))
