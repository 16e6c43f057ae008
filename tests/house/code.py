"""Size and branches of files and functions; types and docstrings of what is public."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

AXES = re.compile(r"\((?:\w+, )*(?:draw|quarter|quantile)\b[\w, ]*\)")  # such as (series, quarter, draw)
MOST_LINES, MOST_FUNCTION_LINES = 400, 60
MOST_BRANCHES = 15  # cyclomatic complexity, every condition and comprehension counted
CODE = {".py", ".js", ".css", ".html", ".j2"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _files(root: Path, suffixes: set[str], folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(
            p for p in (root / folder).rglob("*") if p.suffix in suffixes and "__pycache__" not in p.parts
        )


def too_long(root: Path) -> list[str]:
    """Find files of more than 400 lines and functions of more than 60."""
    found = []
    for path in _files(root, CODE, ("rechenmacht", "tests", "bench")):
        text = path.read_text(encoding="utf-8")
        name, lines = path.relative_to(root).as_posix(), len(text.splitlines())
        if lines > MOST_LINES:
            found.append(f"{name}: {lines} lines")
        for node in ast.walk(ast.parse(text)) if path.suffix == ".py" else ():
            if isinstance(node, Function):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MOST_FUNCTION_LINES:
                    found.append(f"{name}:{node.lineno}: {node.name} has {length} lines")
    return found


def _branches(node: ast.AST) -> int:
    """Return how many more ways a node opens through a function."""
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    if isinstance(node, ast.For | ast.AsyncFor | ast.While):
        return 1 + bool(node.orelse)
    if isinstance(node, ast.Try):
        return len(node.handlers) + bool(node.orelse)
    if isinstance(node, ast.Match):
        return len(node.cases)
    return int(isinstance(node, ast.If | ast.IfExp | ast.Assert | Function))


def too_branched(root: Path) -> list[str]:
    """Find functions of the reader of a cyclomatic complexity above 15."""
    found = []
    for path in _files(root, {".py"}, ("rechenmacht/domains/reader",)):
        functions = (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, Function))
        for function in functions:
            ways = 1 + sum(_branches(node) for part in function.body for node in ast.walk(part))
            if ways > MOST_BRANCHES:
                found.append(
                    f"{path.relative_to(root).as_posix()}:{function.lineno}: {function.name} has complexity {ways}"
                )
    return found


def _public(body: list[ast.stmt], inside: str = "") -> Iterator[tuple[str, Function, bool]]:
    """Yield (name, function, is a method) for public functions and methods, not for functions inside functions."""
    for node in body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield inside + node.name, node, bool(inside)
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node.body, f"{inside}{node.name}.")
        elif isinstance(node, ast.If):
            yield from _public([*node.body, *node.orelse], inside)


def _own_nodes(function: Function) -> Iterator[ast.AST]:
    """Yield the nodes of a function without those of functions inside it."""
    open_nodes: list[ast.AST] = list(function.body)
    while open_nodes:
        node = open_nodes.pop()
        yield node
        if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            open_nodes.extend(ast.iter_child_nodes(node))


def _untyped(function: Function, is_method: bool) -> Iterator[str]:
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    static = any(ast.unparse(d) == "staticmethod" for d in function.decorator_list)
    named = named[1:] if is_method and not static else named
    named += [extra for extra in (arguments.vararg, arguments.kwarg) if extra]
    yield from (f"argument {argument.arg} has no type" for argument in named if argument.annotation is None)
    if function.returns is None:
        yield "no return type"


def _is_command(function: Function) -> bool:
    """Tell whether the docstring is the help text of a command, which a user reads."""
    return any(".command" in ast.unparse(d) or ".callback" in ast.unparse(d) for d in function.decorator_list)


def _undocumented(function: Function) -> Iterator[str]:
    text = ast.get_docstring(function)
    if not text:
        yield "no docstring"
        return
    raised = [ast.unparse(node.exc) for node in _own_nodes(function) if isinstance(node, ast.Raise) and node.exc]
    refuses = any(exception.startswith("BadInput") for exception in raised)
    if refuses and "BadInput" not in text.partition("Raises:")[2] and not _is_command(function):
        yield "raises BadInput without saying so under Raises:"
    hints = [a.annotation for a in (*function.args.args, *function.args.kwonlyargs)] + [function.returns]
    arrays = any(hint is not None and "NDArray" in ast.unparse(hint) for hint in hints)
    if arrays and "shape" not in text.lower() and not AXES.search(text):
        yield "takes or gives arrays without saying their shape"


def undocumented(root: Path) -> list[str]:
    """Find public functions without full types or docstring, and errors and shapes that the docstring does not name."""
    found = []
    for path in _files(root, {".py"}, ("rechenmacht",)):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        name = path.relative_to(root).as_posix()
        if not ast.get_docstring(tree):
            found.append(f"{name}: no docstring")
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
        found += [f"{name}:{c.lineno}: class {c.name}: no docstring" for c in classes if not ast.get_docstring(c)]
        for function, node, is_method in _public(tree.body):
            faults = [*_untyped(node, is_method), *_undocumented(node)]
            found += [f"{name}:{node.lineno}: {function}: {fault}" for fault in faults]
    return found
