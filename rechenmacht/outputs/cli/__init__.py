"""The command line, `rechenmacht`."""

from rechenmacht.outputs.cli.app import main

__all__ = ["main"]
