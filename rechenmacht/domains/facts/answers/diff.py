"""The answer to the question diff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.facts import questions, rows
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.release import differences, shipped_edition


def _said(claim: Mapping[str, str]) -> str:
    ends = [claim.get(key, "") for key in ("low", "value", "high")]
    number = " / ".join(end for end in ends if end)
    return f"{number} {claim.get('unit', '')}, {claim.get('as_of', '')}, {claim.get('source', '')}"


def diff(asked: questions.Diff, base: Base, told: Told) -> Answer:
    """Say which claims were added, corrected, withdrawn between two editions; the later is the shipped one by default.

    Raises:
        BadInput: if no earlier edition is given.
    """
    if asked.old is None:
        text = "the earlier edition is needed: a folder with claims/*.csv or a release's .zip"
        raise BadInput.of("error.facts.earlier", text)
    old, new = asked.old, asked.new or questions.Edition.model_validate(shipped_edition())
    found = differences(old.claims, new.claims)
    changes: list[dict[str, Any]] = [
        {"change": "added", "claim": name, "what": "", "before": "", "after": _said(new.claims[name])}
        for name in found.added
    ]
    changes += [
        {"change": "corrected", "claim": name, "what": column, "before": before, "after": after}
        for name, columns in found.corrected.items()
        for column, (before, after) in columns.items()
    ]
    changes += [
        {"change": "withdrawn", "claim": name, "what": "", "before": _said(old.claims[name]), "after": ""}
        for name in found.withdrawn
    ]
    values = {
        "before": old.version, "after": new.version, "added": len(found.added),
        "corrected": len(found.corrected), "withdrawn": len(found.withdrawn),
    }  # fmt: skip
    return Answer(
        asked, values, (Table("changes", rows.Changed, changes, group="change", empty="note.facts.no_change"),),
        show=tuple(values),
    )  # fmt: skip
