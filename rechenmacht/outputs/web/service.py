"""What the routes share: the fact base, the model, the places where work is done, and things made once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from rechenmacht import __version__
from rechenmacht.domains.race.backends.files import cache_folder
from rechenmacht.evidence.base import Base
from rechenmacht.faces.labels import parameter_label
from rechenmacht.faces.language import language
from rechenmacht.outputs.web import envelope
from rechenmacht.outputs.web.kept import Kept, state
from rechenmacht.outputs.web.levers import levers
from rechenmacht.outputs.web.model import Race
from rechenmacht.outputs.web.settings import Settings
from rechenmacht.outputs.web.work import Work

if TYPE_CHECKING:
    from rechenmacht.domains.reader import Reader
    from rechenmacht.domains.rules.chips import RuledChip
    from rechenmacht.domains.rules.ruleset import RuleSet


class Service:
    """One server's state.

    Args:
        base: the fact base.
        settings: the settings.
    """

    def __init__(self, base: Base, settings: Settings) -> None:
        self.base, self.settings = base, settings
        self.work = Work(settings)
        self.race = Race(base, settings.compiled, settings.running)
        self.day = date.today().isoformat()

    def warm(self) -> None:
        """Make now what the first caller would else wait for: the kernel, the draws and the observed quarters."""
        from rechenmacht.outputs.web.ensembles import simulate
        from rechenmacht.outputs.web.model import Question

        simulate(self.race, Question("reference", (), 1000, 1), None, self.settings.values_in_memory)

    def close(self) -> None:
        """Stop all work and give the threads back."""
        self.work.close()
        self.race.close()

    @cached_property
    def kept(self) -> Kept:
        """What is kept on the disk: for this state of data, day and code."""
        return Kept(cache_folder() / "pages", state(self.base.checksum, self.day))

    def titles(self, name: str) -> dict[str, str]:
        """Return what a parameter is called, by language."""
        return {code: parameter_label(self.base, language(code), name) for code in ("en", "de")}

    def notes(self, name: str) -> dict[str, str]:
        """Return what a parameter's note says, by language; English where there is no German text."""
        note = self.base.parameters[name].note
        return {"en": note, "de": language("de").notes.get(f"parameter.{name}", note)}

    @cached_property
    def levers(self) -> list[dict[str, Any]]:
        """The levers that are offered: those that act in the simulated quarters."""
        acting = self.race.lever_names()
        return [row for row in levers(self.base) if row["name"] in acting]

    @cached_property
    def rules(self) -> RuleSet:
        """The export rules, compiled."""
        from rechenmacht.domains.rules import ruleset

        return ruleset.load(self.base)

    @cached_property
    def ruled_chips(self) -> tuple[RuledChip, ...]:
        """The chips as the rules see them."""
        from rechenmacht.domains.rules import chips

        return chips.catalogue(self.base)

    @cached_property
    def reader(self) -> Reader:
        """The reader of articles; it never proposes with a model of another host."""
        from rechenmacht.domains.reader import Reader

        return Reader(self.base)

    @cached_property
    def conflicts(self) -> dict[str, tuple[str, ...]]:
        """Claim -> the claims that contradict it."""
        from rechenmacht.evidence.conflicts import conflicts

        found: dict[str, tuple[str, ...]] = {}
        for one in conflicts(self.base):
            ids = [claim.id for claim in one.claims]
            found |= {name: tuple(other for other in ids if other != name) for name in ids}
        return found

    def rule_sources(self, rules: Iterable[str]) -> list[str]:
        """Return the ids of the publications of rules."""
        wanted = set(rules)
        return sorted({row.source for row in self.base.tables.rules if row.id in wanted})

    def answer(
        self, content: dict[str, Any], claims: Iterable[str] = (), ids: Iterable[str] = (), status: int = 200,
        **headers: str,
    ) -> Response:  # fmt: skip
        """Return an answer with version, checksum and the sources of claims and of named publications."""
        sources = envelope.sources_of(self.base, claims, ids)
        return envelope.answer(self.base, content, sources, status, **headers)

    def bytes_of(self, content: dict[str, Any], sources: list[dict[str, str]]) -> bytes:
        """Return an answer as bytes, to be kept."""
        return envelope.written(envelope.envelope(self.base, content, sources))


def file_answer(base: Base, body: bytes, kind: str, name: str, described: str, shown: str = "attachment") -> Response:
    """Return a file; what JSON answers carry stands in its headers, the sources behind the link `describedby`.

    Args:
        base: the fact base.
        body: the file.
        kind: its media type.
        name: its name.
        described: path and query of the JSON answer with the same content and its sources.
        shown: `inline` where a page may show it.
    """
    headers = {
        "Content-Disposition": f'{shown}; filename="{name}"',
        "X-Version": __version__,
        "X-Data-Checksum": base.checksum,
        "Link": f'<{described}>; rel="describedby"',
    }
    return Response(body, headers=headers, media_type=kind)


def json_answer(body: bytes) -> Response:
    """Return kept bytes as an answer."""
    return Response(body, media_type="application/json")
