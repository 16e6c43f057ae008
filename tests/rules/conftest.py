from collections.abc import Callable

import pytest

from rechenmacht.domains.rules import ruleset
from rechenmacht.domains.rules.cases import from_rows
from rechenmacht.domains.rules.classify import classify
from rechenmacht.domains.rules.ruleset import RuleSet
from rechenmacht.evidence.base import Base, load

Ask = Callable[..., str]


@pytest.fixture(scope="session")
def facts() -> Base:
    return load()


@pytest.fixture(scope="session")
def rules(facts: Base) -> RuleSet:
    return ruleset.load(facts)


@pytest.fixture(scope="session")
def ask(rules: RuleSet) -> Ask:
    """Ask for the outcome of one case; a data-centre chip of NVIDIA to China unless said otherwise."""

    def asked(date: str, dest: str = "CN", **given: object) -> str:
        row = {"case_id": "x", "subject": "chip", "date": date, "dest": dest, "role": "vendor"}
        if given.get("subject", "chip") == "chip":
            row |= {"vendor": "NVIDIA", "datacenter": "1", "io_bw": "0", "dram_bw": "0", "has_hbm": "0"}
        row |= {name: "" if value is None else str(value) for name, value in given.items()}
        return classify(rules, from_rows([row], rules.places)).outcome(0)

    return asked
