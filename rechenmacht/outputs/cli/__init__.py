"""The command line, `rechenmacht`."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; the version alone needs none of the commands."""
    given = sys.argv[1:] if arguments is None else arguments
    if given == ["--version"]:
        from rechenmacht import __version__

        print(f"rechenmacht {__version__}")  # noqa: T201
        return 0
    from rechenmacht.outputs.cli.app import main as run

    return run(arguments)


__all__ = ["main"]
