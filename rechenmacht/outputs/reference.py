"""The generated pages of the documents: `python -m rechenmacht.outputs.reference docs` writes them.

They are made from what runs (the command line's own definition, the tables, the scenario files), and a test compares
them with it, so that they cannot fall behind.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from rechenmacht import scenario
from rechenmacht.answers.question import Question
from rechenmacht.evidence.base import Base, load
from rechenmacht.evidence.forms import PERIODS, Parameter
from rechenmacht.faces import machine, registry

HEAD = "<!-- Written by `python -m rechenmacht.outputs.reference docs`; do not edit. -->"
ROOT_COMMAND = "rechenmacht"
PERIOD_MEANS = {
    "static": "Specifications: the date only says when the figure was stated.",
    "level": "Levels: a state at the date.",
    "quarter": "Flows over a quarter.",
    "year": "Flows over a year.",
    "cumulative": "Running totals up to the date.",
}


def _cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return lines + ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]


def _page(title: str, *parts: Iterable[str]) -> str:
    lines = [HEAD, f"# {title}", ""]
    for part in parts:
        lines += [*part, ""]
    return "\n".join(lines).rstrip() + "\n"


# --- docs/cli.md


def _walk(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    if hasattr(command, "list_commands"):  # some load their questions only when they are listed
        for word in command.list_commands(None):
            yield from _walk(command.get_command(None, word), f"{name} {word}")
    else:
        yield name, command


def _root() -> Any:
    import typer

    from rechenmacht.outputs.cli.app import app

    return typer.main.get_command(app)


def commands() -> set[str]:
    """Return the names of all commands, without the program's own: `facts show`, `run`..."""
    return {name.removeprefix(f"{ROOT_COMMAND} ") for name, _ in _walk(_root(), ROOT_COMMAND)}


def _value_of(option: Any) -> str:
    """Return what an option takes, as a placeholder; nothing for a switch."""
    if getattr(option, "is_flag", False):
        return ""
    annotation = getattr(getattr(option, "type_descriptor", None), "annotation", str)
    choices = get_args(annotation)
    if choices and all(isinstance(choice, str) for choice in choices):
        return " " + "|".join(choices)
    return " " + {"int": "N", "float": "X", "Path": "PATH"}.get(getattr(annotation, "__name__", ""), "TEXT")


def _default(option: Any) -> str:
    if option.required:
        return "needed"
    value = getattr(option, "default", None)
    return "" if value is None or value is False or value in ("", []) or callable(value) else f"`{value}`"


def _command(name: str, command: Any) -> Iterator[str]:
    arguments = [p for p in command.params if type(p).__name__.endswith("Argument")]
    options = [p for p in command.params if p not in arguments and p.name != "help"]
    words = [
        (a.name.upper() + ("..." if a.multiple or a.nargs != 1 else "")) if a.required else f"[{a.name.upper()}]"
        for a in arguments
    ]
    yield f"## `{name}`"
    yield ""
    yield " ".join((command.help or "").split())
    yield ""
    yield f"    {' '.join([name, *words, *(['[OPTIONS]'] if options else [])])}"
    yield ""
    rows = [(f"`{a.name.upper()}`", a.help or "", _default(a)) for a in arguments]
    rows += [("`" + ", ".join(o.opts) + _value_of(o) + "`", o.help or "", _default(o)) for o in options]
    if rows:
        yield from _table(("option", "meaning", "default"), rows)


def cli_page(_base: Base) -> str:
    """Return docs/cli.md: every command with its arguments and options."""
    root = _root()
    shared = [("`" + ", ".join(o.opts) + _value_of(o) + "`", o.help or "") for o in root.params if o.name != "help"]
    intro = [
        "Results go to stdout, messages to stderr. `--json` gives one JSON document instead of text. "
        "Exit codes: 0 done, 1 a check failed, 2 bad input (one line says what and where).",
        "",
        f"Before the command, `{ROOT_COMMAND}` itself takes:",
        "",
        *_table(("option", "meaning"), shared),
    ]
    return _page("Command line", intro, *(_command(name, command) for name, command in _walk(root, ROOT_COMMAND)))


# --- docs/answers.md


def _question(name: str, question: type[Question]) -> tuple[str, str, str, str, str]:
    group, word = registry.place(question)
    tables = ", ".join([*(f"`{key}`" for key in question.tables), *(f"{key}" for key in question.values)])
    command = f"`{ROOT_COMMAND} {' '.join(part for part in (group, word) if part)}`"
    address = f"`/api/v1/answers/{name.replace('.', '/')}`"
    return command, f"`rm.{name}`", address, f"`{machine.schema_name(question)}`", tables


def answers_page(_base: Base) -> str:
    """Return docs/answers.md: every question with its command, function, address, schema and tables."""
    known = registry.everything()
    asked = {_question(name, question)[0].strip("`") for name, question in known.items()}
    others = sorted(name for name in commands() if f"{ROOT_COMMAND} {name}" not in asked)
    intro = [
        f"{len(known)} questions. Each is asked the same way as a command, as a function of Python, by `GET` (plain "
        "fields) and `POST` (all) at its address, with `.csv` and `.html` behind it for these forms and "
        "`/stream` for progress. The schema's number rises when keys change; tables stand in code, values without."
    ]
    table = _table(("command", "Python", "address", "schema", "tables and values"),
                   (_question(name, question) for name, question in sorted(known.items())))  # fmt: skip
    rest = ["## Other commands", "", ", ".join(f"`{name}`" for name in others) + "."]
    return _page("Questions and answers", intro, table, rest)


# --- docs/quantities.md


def _quantity_tables(base: Base) -> Iterator[list[str]]:
    for period in PERIODS:
        rows = [row for row in base.tables.quantities if row.period == period]
        yield [f"## {period}", "", PERIOD_MEANS[period]]
        for family in sorted({row.family for row in rows}):
            members = [row for row in rows if row.family == family]
            yield [
                f"### {period}: {family or 'without a family'}",
                "",
                *_table(
                    ("id", "unit", "bounds", "English", "Deutsch"),
                    (
                        (
                            f"`{q.id}`",
                            q.unit + (f" ({q.compute_basis} basis)" if q.compute_basis else ""),
                            f"{q.low:g} to {q.high:g}",
                            f"**{q.name_en}.** {q.meaning_en}",
                            f"**{q.name_de}.** {q.meaning_de}",
                        )
                        for q in members
                    ),
                ),
            ]


def quantities_page(base: Base) -> str:
    """Return docs/quantities.md: the code list by period and family, in both languages."""
    intro = [
        f"{len(base.quantities)} quantities. Each has one definition and one unit. A family holds quantities that "
        "answer the same everyday question by different definitions; `rechenmacht facts conflicts` sets them "
        "side by side."
    ]
    return _page("Quantities", intro, *_quantity_tables(base))


# --- docs/parameters.md


def _claim_links(base: Base, parameter: Parameter) -> str:
    links = [f"[{name}](../rechenmacht/data/{base.claims[name].file})" for name in parameter.claims]
    return ", ".join(links) or "none: **judgement**"


def _parameter_tables(base: Base) -> Iterator[list[str]]:
    for mechanism in dict.fromkeys(row.mechanism for row in base.tables.parameters):
        rows = [row for row in base.tables.parameters if row.mechanism == mechanism]
        judged = sum(row.basis == "judgement" for row in rows)
        yield [
            f"## {mechanism}",
            "",
            f"{len(rows)} parameters, {judged} of them by judgement.",
            "",
            *_table(
                ("name", "low, mid, high", "unit", "distribution", "basis", "claims", "note"),
                (
                    (
                        f"`{p.name}`", f"{p.low:.6g}, {p.mid:.6g}, {p.high:.6g}", p.unit, p.distribution, p.basis,
                        _claim_links(base, p), p.note,
                    )
                    for p in rows
                ),
            ),
        ]  # fmt: skip


def parameters_page(base: Base) -> str:
    """Return docs/parameters.md: each parameter's prior, unit, origin and meaning."""
    intro = [
        "How low, mid and high are read: `fixed` uses mid; `uniform` runs from low to high; `triangular` has its ends "
        "at low and high and its peak at mid; `normal`, `lognormal` and `logitnormal` have low, mid and high as their "
        "5, 50 and 95 % points. A parameter with no claims rests on judgement and says so."
    ]
    return _page("Parameters", intro, *_parameter_tables(base))


# --- docs/scenarios.md


def _scenario(base: Base, one: scenario.Scenario) -> Iterator[str]:
    yield f"## `{one.id}`: {one.title.en}"
    yield ""
    yield f"{one.question.en} (*{one.title.de}: {one.question.de}*)"
    yield ""
    changes: list[tuple[object, ...]] = [
        (f"`{name}`", f"{prior.low:g}, {prior.mid:g}, {prior.high:g} {base.parameters[name].unit}", "all the time",
         prior.reason, ", ".join(prior.claims))
        for name, prior in one.prior.items()
    ]  # fmt: skip
    changes += [
        (f"`{lever.name}`", f"{lever.value:g} {base.parameters[lever.name].unit}", f"from {lever.at}", lever.reason,
         ", ".join(lever.claims))
        for lever in one.lever
    ]  # fmt: skip
    changes += [(f"mechanism `{name}`", "off", "all the time", "", "") for name in one.off]
    if changes:
        yield from _table(("changes", "to", "when", "reason", "claims"), changes)
    else:
        yield "Changes nothing: the others are compared with it."
    if one.expect:
        yield ""
        signs = "; ".join(f"{e.variable}, {e.region}, {e.at}: {e.sign}" for e in one.expect)
        yield f"Expected against the reference (a test checks it): {signs}."


def scenarios_page(base: Base) -> str:
    """Return docs/scenarios.md: what each shipped scenario asks, changes and is expected to do."""
    found = [scenario.read(path) for path in scenario.available(base).values()]
    intro = ["Each is a file in `rechenmacht/data/scenarios/` that says only what differs from the reference."]
    return _page("Scenarios", intro, *(_scenario(base, one) for one in found))


PAGES: dict[str, Callable[[Base], str]] = {
    "answers.md": answers_page,
    "cli.md": cli_page,
    "parameters.md": parameters_page,
    "quantities.md": quantities_page,
    "scenarios.md": scenarios_page,
}


def write(folder: Path) -> list[Path]:
    """Write all generated pages into a folder and return their paths."""
    base = load()
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, page in PAGES.items():
        (folder / name).write_text(page(base), encoding="utf-8", newline="")
        paths.append(folder / name)
    return paths


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
