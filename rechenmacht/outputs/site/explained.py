"""Pages that say what this is: what the words mean, how numbers are made, whose shapes and data are shown."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from rechenmacht import __version__
from rechenmacht.faces.words import Words
from rechenmacht.outputs.site.frame import Page, Site, joined
from rechenmacht.outputs.site.look import a
from rechenmacht.outputs.site.places import world

GLOSSARY = "docs/GLOSSARY.html"
TERMS = (
    "h100e", "dense", "draw", "median", "reference", "installed", "bloc", "smuggled", "grade", "basis", "firm", "rank",
    "skill", "rule",
)  # fmt: skip


def about(site: Site) -> Callable[[Words], Page]:
    """Return the page that says what this is, how numbers are made, and whose shapes and data it shows."""

    def page(words: Words) -> Page:
        t = words.text
        method = (
            Markup("<p>{}</p>").format(a("~/docs/index.html", t("site.nav.docs")))
            if "docs/index.html" in site.pages
            else Markup("")
        )
        parts = [
            Markup("<p class=about>{}</p>").format(t("site.about_text")), method,
            Markup("<h2>{}</h2><p class=about>{}</p>").format(t("site.python_title"), t("site.python", what=t("site.python_check"))),
            Markup("<h2>{}</h2><p class=about>{}</p><p class=note lang=en>{}</p>").format(
                t("site.licences"), t("site.licences_about"), world()["source"]),
            Markup("<p class=note>Rechenmacht {}, {} {}</p>").format(__version__, t("play.data"), site.base.checksum),
        ]  # fmt: skip
        return Page(t("site.about"), t("site.about_text"), joined(parts), "about")

    return page


def glossary(site: Site) -> Callable[[Words], Page]:
    """Return the page of the words, each with a place of its own to link to."""

    def page(words: Words) -> Page:
        t = words.text
        rows = Markup("").join(
            Markup('<dt id="{}">{}</dt><dd>{}</dd>').format(one, t(f"site.word.{one}.name"), t(f"site.word.{one}.says"))
            for one in TERMS
        )
        whole = f"~~/{GLOSSARY}" if GLOSSARY in site.pages else ""
        more = Markup("<p>{}</p>").format(a(whole, t("site.whole_glossary"))) if whole else Markup("")
        body = Markup('<p class="about">{}</p><dl class="terms">{}</dl>{}').format(t("site.words_about"), rows, more)
        return Page(t("site.words"), t("site.words_about"), body, "about")

    return page


def lost(site: Site) -> Callable[[Words], Page]:
    """Return the page for addresses at which there is nothing."""

    def page(words: Words) -> Page:
        t = words.text
        body = Markup("<p class=says>{}</p><p>{}</p>").format(
            t("site.lost_about"), a("~/index.html", t("site.nav.front"))
        )
        return Page(t("site.lost"), t("site.lost_about"), body)

    return page
