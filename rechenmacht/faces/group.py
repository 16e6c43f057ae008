"""Groups of commands that load when one of them is looked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from rechenmacht.faces.helped import helped


def group(name: str, domains: tuple[str, ...] = ()) -> type[TyperGroup]:
    """Return a group that loads its questions when one of its commands is looked for.

    Args:
        name: the word of the group, empty for the program itself.
        domains: whose questions may have their command there; the domain of the group's name, if none is given.
    """

    class Questions(TyperGroup):
        """The questions of some domains beside the group's own commands."""

        loaded = False

        def _loaded(self) -> None:
            from rechenmacht.faces.command import command
            from rechenmacht.faces.registry import place, questions

            if self.loaded:
                return
            self.loaded = True
            app = typer.Typer(rich_markup_mode=None)
            app.callback()(lambda: None)
            for domain in domains or (name,):
                for question in questions(domain).values():
                    where, word = place(question)
                    if where == name:
                        app.command(word)(command(question))
            made: Any = typer.main.get_group(app)
            self.commands.update(made.commands)

        def list_commands(self, ctx: Any) -> list[str]:
            self._loaded()
            return sorted(self.commands)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            if cmd_name not in self.commands:
                self._loaded()
            return helped(self.commands.get(cmd_name))

    return Questions


def loaded(where: str) -> Any:
    """Return what `module:name` names, loaded now."""
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)
