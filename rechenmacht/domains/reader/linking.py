"""Ties a number to a subject and a quantity code of the fact base: by unit, by the words around it, by distance."""

from __future__ import annotations

from dataclasses import dataclass

from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.subjects import Mention
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.evidence.base import Base

# Unit of the fact base -> canonical unit and factor.
CANONICAL: dict[str, tuple[str, float]] = {
    "TFLOP/s": ("FLOP/s", 1e12), "EFLOP/s": ("FLOP/s", 1e18), "FLOP": ("FLOP", 1.0), "GB": ("B", 1e9),
    "TB/s": ("B/s", 1e12),
    "GB/s": ("B/s", 1e9), "Gbit/s": ("B/s", 1.25e8), "Mbit/s": ("B/s", 1.25e5), "W": ("W", 1.0), "kW": ("W", 1e3),
    "MW": ("W", 1e6),
    "GW": ("W", 1e9), "TWh": ("Wh", 1e12), "MWh": ("Wh", 1e6), "nm": ("m", 1e-9), "mm2": ("m2", 1e-6), "h": ("s",
        3600.0),
    "s": ("s", 1.0), "min": ("s", 60.0), "ms": ("s", 1e-3), "day": ("s", 86400.0), "month": ("year", 1 / 12),
    "year": ("year", 1.0),
    "count": ("count", 1.0), "1": ("1", 1.0), "USD": ("USD", 1.0), "EUR": ("EUR", 1.0), "CNY": ("CNY", 1.0),
    "h100e": ("h100e", 1.0),
    "GW/week": ("W/week", 1e9), "USD/h": ("USD/h", 1.0), "tokens/s": ("token/s", 1.0), "USD/kWh": ("USD/kWh", 1.0),
    "EUR/kWh": ("EUR/kWh", 1.0), "USD/GW": ("USD", 1.0), "wafer/month": ("count/month", 1.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cue:
    """Stems of which one must stand near the number (`any_of`), and stems that rule the quantity out (`none_of`)."""

    any_of: tuple[str, ...]
    none_of: tuple[str, ...] = ()


_CHIPS = ("chip", "gpu", "npu", "tpu", "beschleuniger", "accelerator", "prozessor", "processor")
_MEMORY = ("speicher", "memory", "hbm", "arbeitsspeicher")
_BANDWIDTH = ("speicherbandbreite", "memory bandwidth", "bandbreite", "bandwidth")
_FLOPS = ("rechenleistung", "leistung", "flop", "performance", "compute", "rechen")
_POWER = (
    "strom",
    "leistungsaufnahme",
    "power",
    "verbrauch",
    "watt",
    "consum",
    "draw",
    "energie",
    "zieht",
    "benötigt",
    "tdp",
)
_INTER = ("interconnect", "vernetz", "nvlink", "netzwerk", "network", "verbindung")
_SALES = ("umsatz", "umsätze", "erlös", "einnahmen", "revenue", "sales", "setzte")
_QUARTER = ("quartal", "quarter", "drei monat", "three months", "q1", "q2", "q3", "q4")
_CAPEX = (
    "investition",
    "investitionsausgaben",
    "capex",
    "capital expenditure",
    "capital spending",
    "investier",
    "ausgab",
    "spend",
    "invest",
)
_NOT_CAPEX = (
    *_QUARTER,
    "openai",
    "anthropic",
    "stargate",
    "über",
    "stake",
    "beteilig",
    "next",
    "nächsten",
    "kommenden",
    "through",
    "bis ",
)
CUES: dict[str, Cue] = {
    "system_chips": Cue(_CHIPS, (" node", "knoten", "schrank", "schränk", " rack", "cabinet", "tray", "server",
        "tausend", "thousand", "cpu", "dies", "insgesamt", "cluster aus", "supercluster")),
    "system_memory": Cue(_MEMORY, ("bandbreite", "bandwidth", "pro chip", "per chip", "je chip")),
    "memory_capacity": Cue(_MEMORY, ("bandbreite", "bandwidth")),
    "memory_bandwidth": Cue(_BANDWIDTH, _INTER), "system_memory_bandwidth": Cue(("speicherbandbreite",
        "memory bandwidth"), _INTER),
    "system_power": Cue(_POWER), "tdp": Cue(("leistungsaufnahme", "tdp", "power", "watt", "verbrauch", "draw",
        "thermal")),
    "process_node": Cue(("nm", "nano", "verfahren", "process", "prozess", "node")), "transistors": Cue(("transistor",)),
    "system_peak_fp16_dense": Cue(_FLOPS), "system_peak_fp8_dense": Cue(_FLOPS),
    "system_peak_int8_dense": Cue(_FLOPS), "system_peak_fp4_dense": Cue(_FLOPS),
    "peak_fp16_dense": Cue(_FLOPS), "peak_fp8_dense": Cue(_FLOPS), "peak_int8_dense": Cue(_FLOPS),
    "peak_fp4_dense": Cue(_FLOPS), "peak_tf32_dense": Cue(_FLOPS),
    "peak_fp32": Cue(_FLOPS), "peak_fp64": Cue(_FLOPS), "system_price": Cue(("preis", "kost", "price", "cost",
        "dollar")),
    "price_launch": Cue(("preis", "price", "kostet", "cost")), "price_street": Cue(("preis", "price", "kostet",
        "cost", "sold", "verkauf")),
    "electricity_generation": Cue(("strom", "elektriz", "erzeug", "produzier", "generat", "electric", "produc"),
        ("rechenzentr", "data cent", "verbrauch", "consum", "kernkraft", "nuclear", "solar", "wind", "kohle", "coal",
            "plus", "zusätzlich", "additional", "added", "mehr als die", "more than the")),
    "electricity_demand": Cue(("verbrauch", "consum", "demand", "bedarf"), ("rechenzentr", "data cent", "ki-",
        " ai ", "zusätzlich", "additional", "mehr als die")),
    "data_centre_electricity": Cue(("rechenzentr", "data cent", "datacent"), ("zusätzlich", "additional",
        "pro anfrage")),
    "data_centre_share_of_electricity": Cue(("rechenzentr", "data cent", "datacent"), ("anstieg", "growth", "wachs",
        "market", "markt", "capacity", "kapazit")),
    "revenue_quarter": Cue(_SALES, ("rechenzentr", "data cent", "china", "jahr", "fiscal year", "full-year",
        "annual", "erwart", "expect", "forecast")),
    "data_centre_revenue_quarter": Cue(_SALES, ("china", "annual")), "revenue_year": Cue(_SALES, (*_QUARTER,
        "run rate", "annualis", "erwart", "expect")),
    "capex_cash": Cue(_CAPEX, _NOT_CAPEX), "capex_incl_leases": Cue(_CAPEX, _NOT_CAPEX),
    "capex_company_defined": Cue(_CAPEX, _NOT_CAPEX),
    "valuation_post_money": Cue(("bewert", "valu", "worth", "wert")),
    "funding_round_equity": Cue(("finanzierungsrunde", "funding", "raised", "runde", "round", "einsammel",
        "eingesammelt")),
    "active_users_weekly": Cue(("wöchentlich", "weekly", "pro woche", "a week", "per week", "woche")),
    "cnnic_genai_users": Cue(("nutz", "user", "people use")),
    "cnnic_genai_user_share": Cue(("cnnic",)), "msft_ai_user_share": Cue(("microsoft",)),
    "ai_plus_target_share": Cue(("ai plus", "ai+", "ki plus", "ki-plus", "durchdring", "penetration", "agent",
        "verbreitung")),
    "model_parameters": Cue(("parameter",), ("aktiv", "active")), "model_active_parameters": Cue(("aktiv", "active")),
    "training_tokens": Cue(("token",)), "training_chips": Cue(_CHIPS, ("stunden", "hours")),
    "training_compute": Cue(("flop", "rechen", "operation")),
    "training_cost": Cue(("kost", "cost"), ("hardware", "total", "insgesamt", "buy")), "training_peers": Cue(("peer",
        "teilnehm", "particip", "knoten", "node")),
    "stack_developers": Cue(("entwickl", "develop")), "infrastructure_gw_per_week_target": Cue(("gigawatt", "gw")),
    "site_power_planned": Cue(("gigawatt", "gw", "megawatt", "mw", "power", "leistung", "kapazit", "capacity")),
    "supercomputer_performance_share": Cue(("supercomputer", "rechenleistung", "compute", "computing",
        "performance"), ("pro", "per", "chip")),
    "rule_revenue_share": Cue(("umsatz", "erlös", "revenue", "sales", "einnahmen")), "rule_tariff_rate": Cue(("zoll",
        "tariff", "duty")),
    "smuggled_chips_year": Cue(("schmuggel", "geschmuggelt", "smuggl")), "capital_cost_per_gw": Cue(("pro gigawatt",
        "je gigawatt", "per gigawatt", "a gigawatt", "ein gigawatt")),
    "capacity_installed": Cue(("installiert", "installed", "kraftwerk", "generating capacity"), ("solar", "wind",
        "neu", "added", "new")),
    "data_centre_power_capacity": Cue(("rechenzentr", "data cent"), ("plan", "bis ", "by ", "will", "soll", "neu",
        "new", "pipeline")),
    "eurostat_firms_ai_10plus": Cue(("unternehmen", "firm", "enterprise", "compan", "business"), ("groß", "large")),
    "remaining_performance_obligations": Cue(("auftragsbestand", "backlog", "performance obligations")),
    "gas_turbine_lead_time": Cue(("turbin",)), "rent_per_hour": Cue(("miete", "rent", "stunde", "hour")),
    "revenue_run_rate": Cue(("run rate", "annualis", "annualiz", "hochgerechnet", "aufs jahr")),
    "china_accelerator_share_undefined": Cue(("marktanteil", "market share", "anteil", "markt", "market"),
        ("rest der welt", "weltweit", "global", "worldwide")),
    "intelligent_computing_capacity": Cue(("rechenleistung", "comput", "kapazit")),
    "staff_count": Cue(("mitarbeiter", "beschäftigt", "employ", "staff", "angestellt")),
    "pue": Cue(("pue",)), "hbm_stockpile": Cue(("hbm",)), "die_bank": Cue(("die", "dies")),
    "ascend_910c_packages_year": Cue(("910c",)),
    "ascend_chips_produced_year": Cue(("ascend",)), "chip_yield": Cue(("ausbeute", "yield")),
    "network_subnets": Cue(("subnet", "subnetz")),
}  # fmt: skip
# Shares and users have rival definitions, and plans change: their number is only ever confirmed, not contradicted.
CONFIRM_ONLY = frozenset(
    "data_centre_share_of_electricity valuation_post_money funding_round_equity cnnic_genai_users "
    "cnnic_genai_user_share msft_ai_user_share "
    "stack_developers supercomputer_performance_share smuggled_chips_year capacity_installed "
    "data_centre_power_capacity eurostat_firms_ai_10plus "
    "remaining_performance_obligations gas_turbine_lead_time rent_per_hour revenue_run_rate "
    "china_accelerator_share_undefined chip_yield staff_count "
    "intelligent_computing_capacity ascend_chips_produced_year ascend_910c_packages_year price_street "
    "price_launch system_price training_cost "
    "capital_cost_per_gw capex_cash capex_incl_leases capex_company_defined hbm_stockpile die_bank "
    "active_users_weekly site_power_planned "
    "network_subnets revenue_year training_peers training_chips rule_revenue_share rule_tariff_rate "
    "infrastructure_gw_per_week_target pue tdp process_node".split()
)


# A count is one of chips only where chips are counted: "16 racks" beside chips are not.
_COUNTED_BY_NOUN = frozenset(
    "system_chips training_chips model_parameters training_tokens transistors stack_developers network_subnets".split()
)


@dataclass(frozen=True, slots=True)
class Link:
    """A number's subject and quantity code with a score; `strong` if both are plainly meant."""

    subject: str
    quantity: str
    score: float
    strong: bool
    mention: Mention


def canonical(base: Base, quantity: str) -> tuple[str, float]:
    """Return the canonical unit of a quantity and the factor from the base's unit."""
    return CANONICAL.get(base.quantities[quantity].unit, ("", 1.0))


def same_unit(one: str, other: str) -> bool:
    """Whether two canonical units can be compared; people are counted too."""
    return one == other or {one, other} == {"count", "people"}


class Linker:
    """Links the numbers of texts to the fact base."""

    def __init__(self, base: Base) -> None:
        """Index which coded quantities each subject has claims about."""
        self.base = base
        self.known: dict[str, list[str]] = {}
        for subject, quantity in base.about:
            if quantity in CUES:
                self.known.setdefault(subject, []).append(quantity)

    def links(self, text: Text, quantity: Quantity, mentions: list[Mention], extra_unit: str = "") -> list[Link]:
        """Return the candidate links of a number, best first. `mentions` are those of its sentence."""
        begin, end = text.sentences[quantity.sentence]
        end = min(end, begin + 200)
        words = " ".join(
            token.low for token in text.tokens[max(begin, quantity.first - 25) : min(end, quantity.last + 20)]
        )
        near = " ".join(
            token.low for token in text.tokens[max(begin, quantity.first - 7) : min(end, quantity.last + 7)]
        )
        unit = extra_unit or quantity.unit
        found: list[Link] = []
        for mention in mentions:
            for code in self.known.get(mention.entity, ()):
                if not same_unit(canonical(self.base, code)[0], unit):
                    continue
                score = self._score(code, words, near, quantity, mention)
                if score > 0:
                    found.append(Link(mention.entity, code, score, score >= 2.0, mention))
        return sorted(found, key=lambda link: (-link.score, link.subject, link.quantity))

    @staticmethod
    def _score(code: str, words: str, near: str, quantity: Quantity, mention: Mention) -> float:
        cue = CUES[code]
        if any(stem in words for stem in cue.none_of) or not any(stem in words for stem in cue.any_of):
            return 0.0
        if code in _COUNTED_BY_NOUN and not any(
            stem in quantity.noun or stem in quantity.text.lower() for stem in cue.any_of
        ):
            return 0.0
        hit = 1.0 + (0.5 if any(stem in near or stem in quantity.noun for stem in cue.any_of) else 0.0)
        gap = mention.first - quantity.last if mention.first >= quantity.last else quantity.first - mention.last
        distance = 1.0 / (1 + max(gap, 0) / 12)
        basis = {
            "fp4": "fp4",
            "fp8": "fp8",
            "fp16": "fp16",
            "bf16": "fp16",
            "int8": "int8",
            "fp32": "fp32",
            "fp64": "fp64",
        }
        named = {told for word, told in basis.items() if word in words.replace("-", "").replace(" ", "")}
        if "peak" in code and named:
            hit += 0.4 if any(told in code for told in named) else -0.6
        return hit + distance - (0.4 if mention.weak else 0.0)
