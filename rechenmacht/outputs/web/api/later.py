"""The routes of questions, made when somebody first asks one: most of a server's start would go into their forms."""

from __future__ import annotations

import threading
from collections.abc import Iterable, MutableMapping
from typing import Any

from fastapi import APIRouter
from starlette.routing import Match

from rechenmacht.faces import registry
from rechenmacht.outputs.web.api import answers
from rechenmacht.outputs.web.service import Service


class Later(APIRouter):
    """A question's routes, made at the first request that names it.

    Args:
        service: the server's state.
        prefix: of all routes.
        domain: of the question.
        name: of the question.
    """

    def __init__(self, service: Service, prefix: str, domain: str, name: str) -> None:
        super().__init__()
        self._service, self._domain, self._name = service, domain, name
        self._begins = f"{prefix}/answers/{domain}/{name}"
        self._lock, self._made = threading.Lock(), False

    def matches(self, scope: MutableMapping[str, Any]) -> tuple[Match, MutableMapping[str, Any]]:
        """Tell whether a request is for one of the routes."""
        if not scope["path"].startswith(self._begins):
            return Match.NONE, {}
        self.make()
        return super().matches(scope)

    def make(self) -> None:
        """Make the routes, once."""
        with self._lock:
            if not self._made:
                question = registry.questions(self._domain)[self._name]
                self.include_router(answers.routes(self._service, self._domain, {self._name: question}))
                self._made = True


def routers(service: Service, prefix: str) -> list[Later]:
    """Return the routers of all questions."""
    named = ((domain, name) for domain in registry.DOMAINS for name in registry.questions(domain))
    return [Later(service, prefix, domain, name) for domain, name in named]


def make(found: Iterable[Later]) -> None:
    """Make all routes, for who describes or lists them."""
    for router in found:
        router.make()
