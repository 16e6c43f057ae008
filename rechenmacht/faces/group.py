"""A group of commands whose questions load when one of them is looked for."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup


def group(domain: str) -> type[TyperGroup]:
    """Return a group that loads a domain's questions when one of its commands is looked for."""

    class Questions(TyperGroup):
        """The questions of a domain beside the group's own commands."""

        def _loaded(self) -> None:
            from rechenmacht.faces.command import command
            from rechenmacht.faces.registry import questions

            known = questions(domain)
            if not set(known) <= {name.replace("-", "_") for name in self.commands}:
                app = typer.Typer(rich_markup_mode=None)
                app.callback()(lambda: None)
                for name, question in known.items():
                    app.command(name.replace("_", "-"))(command(question))
                self.commands.update(typer.main.get_group(app).commands)

        def list_commands(self, ctx: Any) -> list[str]:
            self._loaded()
            return sorted(self.commands)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            self._loaded()
            return self.commands.get(cmd_name)

    return Questions
