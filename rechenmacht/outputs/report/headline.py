"""Section 1: the question, the answer in a paragraph, the headline numbers, and what is needed to cite them."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from rechenmacht.domains.race.axes import LAST_OBSERVED
from rechenmacht.domains.race.outcomes import REGION
from rechenmacht.evidence.forms import OWN_CLASSES
from rechenmacht.evidence.freshness import marks
from rechenmacht.outputs.report.bases import ratios
from rechenmacht.outputs.report.context import Context
from rechenmacht.outputs.report.results import Estimate, at
from rechenmacht.outputs.report.view import Num

# The parameters on which the projected share depends most; a test compares them with a run.
DRIVERS = {
    "abroad": "production.per_chip_growth.us.h100e_8bit",
    "china": "production.per_chip_growth.cn.h100e_8bit",
    "smuggled": "export_controls.smuggled_share",
}


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline number: what it is, its value and 90 % range, of when, whose, how defined, to when its data reach.

    `weak` marks a number whose outside observations all stand in weak sources.
    """

    label: str
    value: Num
    band: str
    about: str
    data_to: str
    weak: str


def _runs(context: Context, way: str, quarter: str, kind: str = "runs") -> Estimate:
    """Return China's compute that runs, or its share of the world's, counted one way (`outcomes.THREE_WAYS`)."""
    return at(context.reference, f"{kind}|{way}", REGION["cn"], quarter)


def _powered(context: Context, bloc: str, quarter: str) -> Estimate:
    return at(context.reference, "powered|h100e_8bit", REGION[bloc], quarter)


def _share(context: Context, quarter: str, measure: str = "h100e_8bit") -> Estimate:
    return at(context.reference, f"installed_share|{measure}", REGION["cn"], quarter)


def direction(before: Estimate, after: Estimate) -> str:
    """Return how a share moves: `rises` or `falls` where the medians differ by more than a tenth, else `stays`."""
    if after.mid > before.mid * 1.1:
        return "rises"
    return "falls" if after.mid < before.mid / 1.1 else "stays"


def _driver(context: Context, key: str) -> Num:
    known = any(parameter["name"] == DRIVERS[key] for parameter in context.reference.meta["parameters"])
    return Num(context.t(f"answer.{key}"), f"#p-{DRIVERS[key]}" if known else "#assumptions", DRIVERS[key])


def answer(context: Context) -> list[Markup]:
    """Return the answer in a few sentences, each number linked to its method."""
    lang, now, last = context.language, LAST_OBSERVED, context.last
    us, cn = (_powered(context, bloc, now) for bloc in ("us", "cn"))
    before, after = (_runs(context, "with_smuggled", quarter, "runs_share") for quarter in (now, last))
    parts = [
        context.rich(
            "answer.now",
            date=lang.at_end(now),
            us=context.mid(us, "h100e", "installed"),
            us_band=context.band(us, "h100e"),
            cn=context.mid(cn, "h100e", "installed"),
            cn_band=context.band(cn, "h100e"),
        )
    ]
    found = ratios(context)
    if found:
        one = found["h100e_8bit", now]
        wide = lang.band(one.low, one.high, "1", 2)
        parts.append(context.rich("answer.ratio", ratio=context.num(lang.times(one.mid), "ratio"), band=wide))
    parts.append(
        context.rich(
            f"answer.{direction(before, after)}",
            before=context.mid(before, "share", "share", 2),
            after=context.mid(after, "share", "share", 2),
            band=context.band(after, "share"),
            last=lang.at_end(last),
        )
    )
    parts.append(context.rich("answer.drivers", **{key: _driver(context, key) for key in DRIVERS}))
    other = _share(context, now, "h100e_bandwidth")
    parts.append(
        context.rich("answer.bases", share=context.mid(other, "share", "h100e_bandwidth", 2), date=lang.at_end(now))
    )
    return parts


def headlines(context: Context) -> list[Headline]:
    """Return the headline numbers, each with its 90 % range."""
    now, last = LAST_OBSERVED, context.last
    picks = [
        ("us", _powered(context, "us", now), "h100e", "installed", now),
        ("cn_legal", _runs(context, "legal", now), "h100e", "installed", now),
        ("cn", _runs(context, "with_smuggled", now), "h100e", "installed", now),
        ("cn_rented", _runs(context, "with_rented", now), "h100e", "installed", now),
        ("share_now", _runs(context, "with_smuggled", now, "runs_share"), "share", "share", now),
        ("share", _runs(context, "with_smuggled", last, "runs_share"), "share", "share", last),
        ("power", at(context.reference, "installed|chip_power_mw", REGION["world"], now), "MW", "power", now),
    ]
    found = []
    marked = marks(context.base, LAST_OBSERVED)
    for key, estimate, unit, method, quarter in picks:
        dated = {"date": context.language.at_end(quarter)}
        mark = marked.get(f"headline.{key.partition('_')[0]}")
        until = context.language.date(mark.data_to) if mark and mark.data_to else ""
        found.append(
            Headline(
                context.t(f"headline.{key}.label", **dated),
                context.mid(estimate, unit, method, 2 if unit == "share" else 3),
                context.t("headline.band", band=context.band(estimate, unit)),
                context.t(f"headline.{key}.about", **dated),
                context.t("headline.data_to", date=until) if until else "",
                context.t("headline.weak") if mark and mark.weak else "",
            )
        )
    return found


def run_facts(context: Context) -> list[tuple[str, str]]:
    """Return what identifies the run: date of data, version, commit, checksum, seed, draws."""
    meta, lang = context.reference.meta, context.language
    outside = [context.base.sources[s] for s in context.history_sources()]
    newest = max((one.published for one in outside if one.published and one.class_ not in OWN_CLASSES), default="")
    return [
        (context.t("run.observed"), lang.at_end(LAST_OBSERVED)),
        (context.t("run.data"), lang.date(newest)),
        (context.t("run.version"), str(meta["version"])),
        (context.t("run.commit"), str(meta["commit"])),
        (context.t("run.checksum"), str(meta["data_checksum"])),
        (context.t("run.seed"), str(meta["seed"])),
        (context.t("run.draws"), lang.number(float(meta["draws"]), 9)),
        (context.t("run.scenarios"), ", ".join(str(run.meta["scenario"]["id"]) for run in context.runs)),
    ]


def citation(context: Context) -> str:
    """Return how to cite the report: version, commit, data, seed and draws."""
    meta = context.reference.meta
    return context.t(
        "cite.text",
        version=meta["version"],
        commit=meta["commit"],
        date=context.language.at_end(LAST_OBSERVED),
        checksum=meta["data_checksum"][:12],
        seed=meta["seed"],
        draws=context.language.number(float(meta["draws"]), 9),
    )
