"""The questions about the network of deals: their fields, and the tables and values of their answers."""

from __future__ import annotations

import pathlib
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, JsonValue

from rechenmacht.answers.kinds import (
    Both,
    Count,
    Day,
    Exact,
    Exacts,
    Id,
    Org,
    Share,
    ShareBand,
    Texts,
    Usd,
    UsdBand,
)
from rechenmacht.answers.question import DRAWS, At, Draws, FromFile, Positional, Question, Seed
from rechenmacht.domains.capital import rows, rows_book, rows_path, shocks
from rechenmacht.evidence.base import Base

Company = Annotated[str, Field(min_length=1, max_length=120, examples=["NVIDIA"]), Positional()]


class OfNetwork(Question):
    """What the questions about the network share: the day, and which contracts count."""

    at: At = None
    unsupported: bool = False

    def settled(self, base: Base) -> OfNetwork:
        """Fill in the day of the last deal, and the ids of companies."""
        org = getattr(self, "org", None)
        found = {"org": base.find(org).id} if org else {}
        return self.model_copy(update={"at": self.at or None, **found})


class Drawn(OfNetwork):
    """A question that is answered from draws."""

    draw_bytes = 170_000  # of the path; stress takes up to 130,000

    draws: Draws = DRAWS
    seed: Seed = 1


class Deals(Question):
    """The contracts: headline, firm value, and whether a leg counts and why not."""

    name = "capital.deals"
    schema_number = 4
    saves = True
    tables: ClassVar = {
        "contracts": rows.Deal, "left_out": rows_book.LeftOut, "support": rows.Support, "stages": rows.Reached,
        "twice": rows.Twice,
    }  # fmt: skip
    org: Annotated[str | None, Field(max_length=120, examples=["CoreWeave"]), Positional()] = None
    at: At = None
    check: bool = False


class Network(OfNetwork):
    """Who pays or grants whom how much by layer: headline, firm, paid; warrants at two values; what is left out."""

    name = "capital.network"
    tables: ClassVar = {
        "links": rows_book.Link, "layers": rows.Fall, "warrants": rows_book.Warrant, "left_out": rows_book.LeftOut,
    }  # fmt: skip
    values: ClassVar = {"at": Day}
    saves = True
    proposed: bool = False


class Filings(Question):
    """What filings state: obligations by kind and year, debt by instrument, who holds it, when it falls due."""

    name = "capital.filings"
    tables: ClassVar = {
        "totals": rows_book.FiledTotal, "instruments": rows_book.Instrument, "holders": rows_book.Held,
        "maturities": rows_book.Matures, "lines": rows_book.FiledLine,
    }  # fmt: skip
    saves = True
    org: Annotated[str | None, Field(max_length=120, examples=["CoreWeave"]), Positional()] = None
    at: At = None

    def settled(self, base: Base) -> Filings:
        """Fill in the id of the company."""
        return self.model_copy(update={"org": base.find(self.org).id}) if self.org else self


class Exposure(Drawn):
    """Whom a company pays and who pays it, per layer: headline, firm, draws."""

    name = "capital.exposure"
    schema_number = 4
    tables: ClassVar = {
        "exposures": rows.Exposure, "dependence": rows.Depends, "dependence_by_year": rows_book.DependsYear,
    }  # fmt: skip
    saves = True
    values: ClassVar = {"org": Org, "at": Day}
    org: Company
    proposed: bool = False


class Circularity(Drawn):
    """How much of the promised money runs in circles: at most, and in the balanced split."""

    name = "capital.circularity"
    schema_number = 2
    tables: ClassVar = {"circularity": rows.Circle, "waterfall": rows.Fall, "by_year": rows_book.Yearly}
    values: ClassVar = {"at": Day}
    saves = True
    over_time: bool = False
    by_year: bool = False
    proposed: bool = False


class Stress(Drawn):
    """Twelve months under stress: who loses revenue, who fails, who is called upon, and what decides it."""

    name = "capital.stress"
    schema_number = 4
    saves = True
    tables: ClassVar = {
        "scenarios": rows.Stressed, "shocks": rows.Shocked, "outcomes": rows.Outcome,
        "defaults": rows.Default, "coverage": rows.Covered,
        "what_would_change_this": rows.Driver,
    }  # fmt: skip
    values: ClassVar = {"at": Day, "title": Both, "question": Both, "without_stress": rows.Whole}
    scenario: Annotated[str | None, Field(max_length=120, examples=["funding_stop"]), Positional()] = None
    own: shocks.Stress | None = None

    @classmethod
    def read(cls, given: dict[str, Any], base: Base) -> dict[str, Any]:
        """Take a scenario that is named as a TOML file from there."""
        name = str(given.get("scenario") or "")
        return {**given, "scenario": None, "own": shocks.find(base, name)} if name.endswith(".toml") else given


class History(Question):
    """The vendor finance of 1998 to 2002 beside today's: a plausibility test, not a validation."""

    name = "capital.history"
    saves = True
    schema_number = 3
    tables: ClassVar = {"comparisons": rows.Compared, "busts": rows.Bust}


class Roundtrip(Drawn):
    """What of a vendor's investments comes back as revenue, and who else finances its customers."""

    name = "capital.roundtrip"
    schema_number = 2
    tables: ClassVar = {"investments": rows.Investment, "pairs": rows.Pair, "over_time": rows_book.Returning}
    saves = True
    values: ClassVar = {
        "vendor": Org, "attribution": str, "at": Day, "returned_in_year": UsdBand, "revenue_four_quarters": Usd,
        "share_of_revenue": ShareBand, "revenue_growth": Share, "net_demand_growth": ShareBand,
        "rent_back": rows.RentBack,
    }  # fmt: skip
    vendor: Company = "org:nvidia"
    attribution: Literal["proportional", "earmarked"] = "proportional"
    over_time: bool = False


class Concentration(Drawn):
    """On how few customers each seller's undelivered contracts rest."""

    name = "capital.concentration"
    saves = True
    schema_number = 3
    tables: ClassVar = {"concentration": rows.Seller, "shares": rows.SellerShare, "disclosed": rows.Disclosed}
    values: ClassVar = {"at": Day}


class Coverage(Drawn):
    """What covers the dues of the next twelve months, contracts against plans, the price of having no backer."""

    name = "capital.coverage"
    schema_number = 3
    saves = True
    tables: ClassVar = {"coverage": rows.Coverage, "plans": rows.Plan, "debts": rows.Debt, "maturities": rows.Due}
    values: ClassVar = {"at": Day, "barrier": Share}


class Path(Drawn):
    """Quarter by quarter to 2030 on the draws of the race: who fails, when, why, and who loses how much."""

    name = "capital.path"
    schema_number = 4
    saves = True
    tables: ClassVar = {
        "firms": rows_path.PathFirm, "losses": rows_path.PathLoss, "called": rows_path.PathCalled,
        "years": rows_path.PathYear,
        "stresses": rows_path.PathStress,
        "reverse": rows_path.PathReverse, "quarters": rows_path.PathQuarter, "what_would_change_this": rows.Driver,
    }  # fmt: skip
    values: ClassVar = {
        "at": Day, "scenario": Id, "levers": Texts, "draws": Count, "seed": Count, "total_loss": UsdBand,
        "direct_loss": UsdBand, "books_miss": Exact, "judgement_parameters": Count, "parameters": Count,
        "holders_not_known": rows.Holders,
    }  # fmt: skip
    scenario: Annotated[str, Field(max_length=120, examples=["reference"])] = "reference"
    set: list[Annotated[str, Field(max_length=60)]] = Field(
        default_factory=list, max_length=12, examples=[["revenue.openai=0.7"]]
    )
    stresses: bool = False
    reverse: Annotated[str | None, Field(max_length=120, examples=["OpenAI"])] = None


class Clear(Question):
    """A network of dues cleared: the greatest clearing vector p and who defaults."""

    name = "capital.clear"
    tables: ClassVar = {}
    values: ClassVar = {
        "p": Exacts, "default": list[int], "owed": Exacts, "rounds": list[list[int]], "names": Texts,
    }  # fmt: skip
    network: Annotated[
        dict[str, JsonValue],
        FromFile("rechenmacht.domains.capital.network_file:load"),
        Field(examples=[{"L": [[0, 5], [0, 0]], "e": [3, 1], "alpha": 0.5, "beta": 0.5}]),
    ]
    case: Annotated[str | None, Field(max_length=120)] = None

    @classmethod
    def read(cls, given: dict[str, Any], base: Base) -> dict[str, Any]:
        """Take the network from its file, checked, so that errors name the file."""
        if isinstance(given.get("network"), str | pathlib.Path):
            from rechenmacht.domains.capital import network_file

            network_file.read(pathlib.Path(given["network"]), given.get("case"))
        return super().read(given, base)


QUESTIONS: tuple[type[Question], ...] = (
    Deals, Network, Filings, Exposure, Circularity, Stress, History, Roundtrip, Concentration, Coverage, Path, Clear,
)  # fmt: skip
