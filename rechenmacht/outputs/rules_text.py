"""What the rules' outcomes and columns are called, and how an answer reads, in English and German."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from rechenmacht.domains.rules.chips import Derived
from rechenmacht.domains.rules.distance import Step
from rechenmacht.domains.rules.explain import Explanation, RuleAnswer
from rechenmacht.domains.rules.specifications import SPECIFICATIONS, label
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.cli.common import Lang, number

OUTCOME = {
    "NLR": ("none of the rules looked at asks for a licence", "keine der geprüften Regeln verlangt eine Genehmigung"),
    "NAC": ("licence exception (NAC with notice, ACA without)", "Lizenzausnahme (NAC mit Anzeige, ACA ohne)"),
    "LIC_PA": ("licence, presumption of approval", "Genehmigung, Vermutung der Erteilung"),
    "LIC_CBC": ("licence, case by case", "Genehmigung im Einzelfall"),
    "LIC": ("licence, review policy not stated", "Genehmigung, Prüfmaßstab nicht genannt"),
    "LIC_PD": ("licence, presumption of denial", "Genehmigung, Vermutung der Ablehnung"),
    "UNDETERMINED": ("not decided by what is known", "nach dem Bekannten nicht zu entscheiden"),
    "NO_RULE": ("no Chinese rule against it", "keine chinesische Regel dagegen"),
    "CN_DISCOURAGED": ("discouraged by Chinese authorities", "chinesische Behörden raten ab"),
    "CN_BLOCKED": ("stopped by Chinese customs", "vom chinesischen Zoll aufgehalten"),
    "CN_BANNED": ("banned in state-funded data centres", "verboten in staatlich geförderten Rechenzentren"),
    "TARIFF_25": ("25 % tariff on import into the US", "25 % Zoll bei der Einfuhr in die USA"),
    "GP10_RISK": ("risk under General Prohibition 10", "Risiko nach dem Allgemeinen Verbot 10"),
    "EXCEPTION": ("licence exception on the books", "Lizenzausnahme auf dem Papier"),
    "SUBJECT": ("subject to the EAR", "unterliegt den EAR"),
    "SHARE_15": ("15 % of revenue to the US Treasury", "15 % des Umsatzes an die US-Staatskasse"),
    "SHARE_25": ("25 % to the US Treasury", "25 % an die US-Staatskasse"),
    "LICENSED": ("licences known to be granted", "Lizenzen sind bekanntermaßen erteilt"),
    "MY_PERMIT": ("Malaysian permit", "malaysische Genehmigung"),
    "CN_EXPORT_LIC": ("Chinese export licence", "chinesische Ausfuhrgenehmigung"),
    **{
        f"{code}_LIC": (f"licence of {en}", f"Genehmigung {de}")
        for code, en, de in (
            ("NL", "the Netherlands", "der Niederlande"),
            ("JP", "Japan", "Japans"),
            ("KR", "South Korea", "Südkoreas"),
            ("TW", "Taiwan", "Taiwans"),
            ("EU", "the European Union", "der Europäischen Union"),
            ("GB", "the United Kingdom", "des Vereinigten Königreichs"),
        )
    },
    "REDFLAG": ("red flag for the foundry", "Warnzeichen für den Auftragsfertiger"),
}
WORDS = {
    "known": ("what is known", "was bekannt ist"),
    "unknown": ("unknown", "unbekannt"),
    "fired": ("rules that hold", "Regeln, die greifen"),
    "near": ("near misses", "knapp verfehlt"),
    "relaxations": ("relaxations", "Lockerungen"),
    "fees": ("fees", "Abgaben"),
    "guidance": ("guidance", "Leitlinien"),
    "buyer": ("may it be bought", "darf es gekauft werden"),
    "seller": ("may it be sold", "darf es verkauft werden"),
    "missing": ("would decide", "gäbe den Ausschlag"),
    "unsettled": ("could change the kind of licence", "könnte die Art der Genehmigung ändern"),
    "certificates": ("the applicant must certify", "der Antragsteller muss bescheinigen"),
    "since": ("since", "seit"),
    "to": ("to", "nach"),
    "on": ("on", "am"),
    "hq": ("buyer's headquarters", "Sitz des Käufers"),
    "none": ("none", "keine"),
    "holds": ("holds", "greift"),
    "not": ("does not hold", "greift nicht"),
    "grade": ("grade", "Beleg"),
    "by": ("off by", "Abstand"),
    "vendor": ("exported from the US", "Ausfuhr aus den USA"),
    "reexporter": ("re-export", "Wiederausfuhr"),
    "foundry": ("foundry", "Auftragsfertiger"),
    "transfer": ("transfer within the country, no US export", "Weitergabe im Inland, keine US-Ausfuhr"),
    "datacenter": ("data centre", "Rechenzentrum"),
    "consumer": ("not for data centres", "nicht für Rechenzentren"),
    "books": ("on the books, not enforced", "auf dem Papier, nicht durchgesetzt"),
    "licences": ("licences known", "bekannte Lizenzen"),
    "elsewhere": ("asked besides by the country they leave", "verlangt außerdem das Land, das sie verlassen"),
    "exception": ("licence exception", "Lizenzausnahme"),
    "stated": ("stated", "so angegeben"),
    "given": ("given", "vorgegeben"),
}
_NOTES_DE = {
    "not known at": "nicht bekannt für",
    "no peak at 16 bits or fewer is known": "kein Spitzenwert bei höchstens 16 Bit bekannt",
}
GRADE_DE = {"primary": "Primärquelle", "secondary": "Sekundärquelle", "unverified": "ungeprüft"}


NEAR = 0.5  # near misses farther off than half a threshold are left to --json


def word(key: str, lang: Lang) -> str:
    """Return a label in a language."""
    return WORDS[key][lang == "de"]


def outcome(name: str, lang: Lang) -> str:
    """Return an outcome's code and meaning."""
    meaning = OUTCOME.get(name)
    return f"{name}, {meaning[lang == 'de']}" if meaning else name


def remark(text: str, lang: Lang) -> str:
    """Return a remark on a chip's specifications in a language."""
    for english, german in _NOTES_DE.items() if lang == "de" else ():
        text = text.replace(english, german)
    return text


def rule_name(base: Base, rule_id: str, lang: Lang) -> str:
    """Return a rule's name, or its id where it has none (a user's own)."""
    own = next((rule for rule in base.tables.rules if rule.id == rule_id), None)
    if own is not None and own.name_en:
        return own.name_de if lang == "de" else own.name_en
    entity = base.entities.get(f"rule:{rule_id.lower()}")
    return rule_id if entity is None else entity.name_de if lang == "de" else entity.name_en


def threshold(one: Step, lang: Lang) -> str:
    """Return a threshold with the value beside it: `tpp 2,368 (2,400 or more; off by 1.3 %)`."""
    signs = {">=": "≥", "<=": "≤", "!=": "≠", "==": "="}
    unit = "" if one.unit in {"1", "year"} else f" {one.unit}"
    asked = f"{signs.get(one.sign, one.sign)} {number(one.threshold, lang)}{unit}"
    if math.isnan(one.value):
        return f"{one.what}: {word('unknown', lang)} ({asked})"
    value = number(float(f"{one.value:.6g}"), lang)
    if one.met:
        return f"{one.what} {value} {asked}"
    gap = number(float(f"{100 * one.share:.2g}"), lang)
    return f"{one.what} {value} ({asked}; {word('by', lang)} {gap} %)"


def specification_lines(known: dict[str, Derived], lang: Lang) -> Iterable[str]:
    """Yield each known specification with its origin, and the unknown ones a chip has, on one line each."""
    for name in ("tpp", "die_mm2", "pd", "io_bw", "dram_bw"):
        derived = known.get(name)
        if derived is None:
            yield f"  {name:9}{word('unknown', lang)}  ({label(name, lang)})"
            continue
        unit = SPECIFICATIONS[name].unit
        grade = f"; {GRADE_DE['unverified'] if lang == 'de' else 'unverified'}" if derived.unverified else ""
        claims = f"  [{', '.join(derived.claims)}]" if derived.claims else ""
        how = word(derived.how, lang) if derived.how in WORDS else derived.how
        yield f"  {name:9}{number(derived.value, lang)} {unit}  ({how}{grade}){claims}"


def rule_lines(base: Base, one: RuleAnswer, lang: Lang, *, full: bool) -> Iterable[str]:
    """Yield a rule's answer: name, dates, grade, thresholds; `full` adds what it says and where."""
    rule = one.rule.rule
    grade = GRADE_DE[rule.grade] if lang == "de" else rule.grade
    since = f"{word('since', lang)} {rule.effective_from}" if rule.effective_from else ""
    yield f"  {rule.id}  {rule_name(base, rule.id, lang)}  -> {one.outcome}  ({since}; {word('grade', lang)}: {grade})"
    steps = one.thresholds if full else one.steps
    if steps:
        yield "      " + "; ".join(threshold(step, lang) for step in steps)
    if one.missing and one.truth == "unknown":
        yield f"      {word('unknown', lang)}: {', '.join(one.missing)}"
    if full:
        text = rule.summary_de if lang == "de" and rule.summary_de else rule.summary_en
        yield f"      {text}  [{'; '.join(part for part in (rule.citation, rule.source) if part)}]"


def explanation_lines(base: Base, found: Explanation, lang: Lang) -> Iterable[str]:
    """Yield an explanation as lines of text."""
    near = tuple(one for one in found.near if one.distance <= NEAR)
    for key, rules, full in (
        ("fired", found.fired, True), ("near", near, False), ("relaxations", found.relaxations, True),
        ("fees", found.fees, True), ("guidance", found.guidance, False), ("books", found.on_the_books, True),
        ("licences", found.licences, True), ("elsewhere", found.elsewhere, True),
    ):  # fmt: skip
        if rules:
            yield f"{word(key, lang)}:"
        for one in rules:
            yield from rule_lines(base, one, lang, full=full)
    if found.exception:
        yield f"{word('exception', lang)}: {found.exception}"
    if found.certificates:
        yield f"{word('certificates', lang)}: {', '.join(label(name, lang) for name in found.certificates)}"
    for key, names in (("missing", found.missing), ("unsettled", found.unsettled)):
        if names:
            yield f"{word(key, lang)}: {', '.join(f'{name} ({label(name, lang)})' for name in names)}"
    if found.buyer_rules or found.buyer != "NO_RULE":
        yield f"{word('buyer', lang)}: {outcome(found.buyer, lang)}"
        for one in found.buyer_rules:
            yield from rule_lines(base, one, lang, full=True)


def step_json(one: Step) -> dict[str, Any]:
    """Return a threshold as a JSON object; unknown numbers are null."""
    return {
        "what": one.what, "value": one.value, "sign": one.sign, "threshold": one.threshold, "unit": one.unit,
        "met": one.met, "gap": one.gap, "share": one.share,
    }  # fmt: skip


def answer_json(base: Base, one: RuleAnswer, lang: Lang) -> dict[str, Any]:
    """Return a rule's answer as a JSON object."""
    rule = one.rule.rule
    return {
        "rule": rule.id, "name": rule_name(base, rule.id, lang), "truth": one.truth, "outcome": one.outcome,
        "effective_from": rule.effective_from, "effective_to": rule.effective_to, "grade": rule.grade,
        "citation": rule.citation, "source": rule.source,
        "summary": rule.summary_de if lang == "de" else rule.summary_en,
        "distance": one.distance, "steps": [step_json(step) for step in one.steps],
        "thresholds": [step_json(step) for step in one.thresholds], "missing": list(one.missing),
    }  # fmt: skip


def explanation_json(base: Base, found: Explanation, lang: Lang) -> dict[str, Any]:
    """Return an explanation as a JSON object."""
    groups = {
        "fired": found.fired, "near_misses": found.near, "relaxations": found.relaxations, "fees": found.fees,
        "guidance": found.guidance, "buyer_rules": found.buyer_rules, "on_the_books": found.on_the_books,
        "licences": found.licences, "elsewhere": found.elsewhere,
    }  # fmt: skip
    return {
        "outcome": found.outcome,
        "exception": found.exception,
        **{key: [answer_json(base, one, lang) for one in rules] for key, rules in groups.items()},
        "buyer": found.buyer,
        "missing": list(found.missing),
        "open": list(found.unsettled),
        "certificates": list(found.certificates),
    }
