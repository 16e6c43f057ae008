"""A specification that is given for a chip of the base and that its claims contradict is said, in one and in tables."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer
from rechenmacht.domains.rules.questions import Classify
from rechenmacht.evidence.base import Base

ROW = "case_id,subject,date,dest,vendor,role,chip,datacenter,tpp\nc1,chip,2024-06-01,CN,NVIDIA,vendor,{chip},1,{tpp}\n"


def asked(base: Base, **given: object) -> Answer:
    return Classify.asked(given).settled(base).answer(base)


def rows(answer: Answer) -> list[dict[str, object]]:
    return list(next(table for table in answer.tables if table.name == "contradicted").rows)


def test_one_chip(base: Base) -> None:
    # An H100 has a TPP of 15,824; somebody reads a German thousand as a decimal point.
    found = asked(base, chip="H100", to="CN", on="2024-06-01", tpp=15.824)
    assert [(row["specification"], row["given"], row["known"]) for row in rows(found)] == [("tpp", 15.824, 15824.0)]
    assert found.warnings
    assert not rows(asked(base, chip="H100", to="CN", on="2024-06-01", tpp=15824))
    assert not rows(asked(base, chip="Mine", to="CN", on="2024-06-01", market="datacenter", tpp=15.824))


def test_a_table(base: Base) -> None:
    for chip, tpp, many in (("H100", "15.8240", 1), ("H100", "15824", 0), ("Mine", "15.8240", 0), ("H100", "", 0)):
        found = asked(base, table={"text": ROW.format(chip=chip, tpp=tpp), "name": "t.csv"})
        assert len(rows(found)) == len(found.warnings) == many
