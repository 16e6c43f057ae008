"""The help of commands in another language: what we wrote of them, and the words of its frame."""

from __future__ import annotations

import re
from typing import Any

from rechenmacht.faces import console
from rechenmacht.faces.language import Language, language
from rechenmacht.faces.said import said

FRAME = (
    ("usage", r"^Usage:"), ("options", r"^Options:$"), ("arguments", r"^Arguments:$"), ("commands", r"^Commands:$"),
    ("default", r"\[default:"), ("required", r"\[required\]"), ("any_options", r"\[OPTIONS\]"),
    ("any_command", r"COMMAND \[ARGS\]\.\.\."),
)  # fmt: skip


def helped(command: Any) -> Any:
    """Return a command whose help is in the language of the command line, without what its code may raise."""
    code = console.spoken["lang"]
    if command is None:
        return None
    command.help = (command.help or "").partition("\n\nRaises:")[0]
    if code == "en" or getattr(command, "told", None) == code:
        return command
    command.told = code
    command.help = said(command.help, code)
    for one in command.params:
        one.help = said(getattr(one, "help", None) or "", code)
    plain = command.get_help

    def get_help(ctx: Any) -> str:
        words = language(code)
        option = command.get_help_option(ctx)
        if option is not None:
            option.help = words.text("help.this")
        return framed(plain(ctx), words)

    command.get_help = get_help
    return command


def framed(text: str, words: Language) -> str:
    """Return a help whose headings and marks are in a language."""
    for key, pattern in FRAME:
        text = re.sub(pattern, words.text(f"help.{key}").replace("\\", r"\\"), text, flags=re.MULTILINE)
    return text
