"""The checked article as one self-contained page: every number marked by its verdict, the evidence beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from rechenmacht.domains.reader.model import Document, Lang, Quantity, Verdict
from rechenmacht.domains.reader.wording import amount, texts
from rechenmacht.domains.reader.writing.exports import BARE_DATE, rating_names
from rechenmacht.evidence.base import Base

_SIGN = {"supported": "✓", "imprecise": "≈", "outdated": "↶", "other": "≠", "contradicted": "✗", "unverifiable": "?"}
_FIRST = ("contradicted", "other", "outdated", "imprecise", "supported", "unverifiable")
_CSS = """
:root{--ok:#1a7f37;--so:#9a6700;--no:#b42318;--na:#6b7280;color-scheme:light}
*{box-sizing:border-box}
body{margin:0;font:17px/1.6 Georgia,serif;color:#1f2328;background:#fff}
main{max-width:1180px;margin:0 auto;padding:1rem}
h1{font:600 1.4rem/1.25 system-ui,sans-serif;overflow-wrap:anywhere}
h2{font:600 1.05rem/1.3 system-ui,sans-serif;margin:1.2rem 0 .5rem}
.sum{font:14px/1.6 system-ui,sans-serif;display:flex;flex-wrap:wrap;gap:.3rem .9rem;padding:0;list-style:none}
.cols{display:grid;grid-template-columns:minmax(0,1.5fr) minmax(0,1fr);gap:2rem}
.text p{margin:0 0 .9rem;overflow-wrap:anywhere}
mark{background:none;color:inherit;padding:0 .1em;border-bottom:2px solid var(--c)}
mark a{color:inherit;text-decoration:none}
mark sup{font:600 .65em system-ui,sans-serif;color:var(--c);padding-left:.1em}
.contradicted{--c:var(--no)}.supported{--c:var(--ok)}.imprecise,.outdated,.other{--c:var(--so)}.unverifiable{--c:var(--na)}
mark.contradicted{background:#fee4e2}mark.imprecise,mark.outdated,mark.other{background:#fff4d6}mark.unverifiable{border-bottom:1px dotted var(--na)}
.card{font:14px/1.5 system-ui,sans-serif;border-left:4px solid var(--c);background:#f8f9fa;padding:.5rem .75rem;margin:0 0 .7rem;overflow-wrap:anywhere}
.card b{color:var(--c)}.card ul{margin:.3rem 0 0;padding-left:1.1rem}.card a{color:#0a58ca}.as{color:#57606a}
:target{outline:2px solid #0a58ca;outline-offset:2px}
.foot,details{font:13px/1.5 system-ui,sans-serif;color:#57606a}
@media(max-width:760px){.cols{grid-template-columns:minmax(0,1fr);gap:.5rem}body{font-size:16px}main{padding:.75rem}}
@media print{.cols{display:block}.card{break-inside:avoid;border:1px solid #999;border-left:4px solid var(--c)}mark,.card{print-color-adjust:exact}details>*{display:block}a[href^=http]:after{content:" (" attr(href) ")";font-size:.8em}}
"""


def _reading(quantity: Quantity, lang: Lang) -> str:
    low, high = quantity.low, quantity.high
    if low == high:
        return amount(low, quantity.unit, lang)
    if high is None:
        return f"{texts(lang)['word']['least']} {amount(low, quantity.unit, lang)}"
    if low is None:
        return f"{texts(lang)['word']['most']} {amount(high, quantity.unit, lang)}"
    return f"{amount(low, quantity.unit, lang)} {texts(lang)['word']['to']} {amount(high, quantity.unit, lang)}"


def _card(base: Base, quantity: Quantity, verdict: Verdict, place: str, lang: Lang) -> str:
    words = texts(lang)["page"]
    sources = []
    for claim in verdict.claims:
        if claim not in base.claims:
            continue
        source = base.sources[base.claims[claim].source]
        label = escape(f"{source.publisher}: {source.title}" + (f" ({source.published})" if source.published else ""))
        link = source.address if source.address.startswith(("http://", "https://")) else ""
        sources.append(
            f'<li><a href="{escape(link, quote=True)}" rel="noopener nofollow">{label}</a></li>'
            if link
            else f"<li>{label}</li>"
        )
    sources = list(dict.fromkeys(sources))
    listed = f"<div>{words['sources']}:<ul>{''.join(sources)}</ul></div>" if sources else ""
    told = rating_names(lang)[verdict.verdict]
    return (
        f'<div class="card {verdict.verdict}" id="e-{place}"><b>{_SIGN[verdict.verdict]} {told}</b> · <a href="#t-{place}" title="{words["back"]}">'
        f'{escape(quantity.text)}</a> <span class="as">({words["read"]} {escape(_reading(quantity, lang))})</span>'
        f"<div>{escape(verdict.explanation[lang])}</div>{listed}</div>"
    )


def _marked(document: Document, verdicts: dict[str, Verdict], prefix: str) -> str:
    """Return the article's text with its numbers marked; every piece of it is escaped."""
    pieces, place = [], 0
    for quantity in sorted(document.quantities, key=lambda q: q.start):
        if quantity.start < place:
            continue
        verdict = verdicts[quantity.id]
        if verdict.reason == BARE_DATE:
            continue
        pieces.append(escape(document.text[place : quantity.start]))
        key = f"{prefix}{quantity.id}"
        sign = f"<sup>{_SIGN[verdict.verdict]}</sup>" if verdict.verdict != "unverifiable" else ""
        pieces.append(
            f'<mark class="{verdict.verdict}" id="t-{key}"><a href="#e-{key}">{escape(document.text[quantity.start : quantity.end])}{sign}</a></mark>'
        )
        place = quantity.end
    pieces.append(escape(document.text[place:]))
    paragraphs = [part.strip() for part in "".join(pieces).split("\n") if part.strip()]
    return "".join(f"<p>{part}</p>" for part in paragraphs)


def _title(document: Document) -> str:
    """Return the address of an article, or the name of its file; the folders it lies in are nobody's business."""
    return document.file.rsplit("/", 1)[-1] if document.file.startswith("/") else document.file


def _split(document: Document) -> tuple[list[tuple[Quantity, Verdict]], list[tuple[Quantity, Verdict]]]:
    """Return the numbers that are judged, the worst first, and the others, without bare dates."""
    verdicts = {verdict.quantity_id: verdict for verdict in document.verdicts}
    every = [(q, verdicts[q.id]) for q in document.quantities]
    told = [(q, v) for q, v in every if v.verdict != "unverifiable"]
    told.sort(key=lambda pair: (_FIRST.index(pair[1].verdict), pair[0].start))
    return told, [(q, v) for q, v in every if v.verdict == "unverifiable" and v.reason != BARE_DATE]


def _counts(document: Document, lang: Lang) -> str:
    """Return how many numbers have each verdict, as items of a list."""
    counted: Counter[str] = Counter(v.verdict for v in document.verdicts if v.reason != BARE_DATE)
    return "".join(
        f'<li class="{key}"><b style="color:var(--c)">{_SIGN[key]}</b> {name}: {counted[key]}</li>'
        for key, name in rating_names(lang).items()
    )


def _article(base: Base, document: Document, number: int, lang: Lang) -> str:
    words, prefix = texts(lang)["page"], f"{number}-"
    verdicts = {verdict.quantity_id: verdict for verdict in document.verdicts}
    told, rest = _split(document)
    cards, more = ("".join(_card(base, q, v, f"{prefix}{q.id}", lang) for q, v in pairs) for pairs in (told, rest))
    cards = cards or f'<p class="foot">{words["none"] if not document.quantities else "–"}</p>'
    folded = f"<details><summary>{words['rest']} ({len(rest)})</summary>{more}</details>" if rest else ""
    return (
        f'<section><h1>{escape(_title(document))}</h1><ul class="sum">{_counts(document, lang)}</ul><div class="cols"><div class="text" lang="{document.language}">'
        f"{_marked(document, verdicts, prefix)}</div><aside><h2>{words['evidence']}</h2>{cards}{folded}</aside></div></section>"
    )


def render(base: Base, documents: Sequence[Document], lang: Lang) -> str:
    """Return the page. Nothing of an article, not even its name, reaches it unescaped; it runs no scripts."""
    words = texts(lang)["page"]
    body = "".join(_article(base, document, number, lang) for number, document in enumerate(documents, 1))
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f'<title>{words["title"]}</title><style>{_CSS}</style></head><body><main>{body}<p class="foot">{words["note"]}</p></main></body></html>\n'
    )
