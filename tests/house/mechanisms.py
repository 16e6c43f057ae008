"""A mechanism of the race reads and writes only what it declares, can be switched off, and has a worked case."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ARITHMETIC = re.compile(r"\d[^#\n]*[*/+=-][^#\n]*\d")
LEAST_ARITHMETIC = 2


def _declared(tree: ast.Module) -> dict[str, tuple[str, ...]]:
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in {"READS", "WRITES"}:
                found[name] = tuple(ast.literal_eval(node.value))
    return found


def mechanisms(root: Path) -> dict[str, tuple[Path, ast.Module]]:
    """Return the mechanisms of `rechenmacht/domains/race`: the files that define `step(state, p, policy, xp)`."""
    found = {}
    for path in sorted((root / "rechenmacht" / "domains" / "race").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        steps = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "step"]
        if steps or _declared(tree):
            found[path.stem] = (path, tree)
    return found


def _loops_over_declared(tree: ast.AST) -> dict[int, str]:
    """Return, for the nodes inside a comprehension over READS or WRITES, the loop's variable."""
    inside = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.DictComp | ast.ListComp | ast.SetComp | ast.GeneratorExp):
            for loop in node.generators:
                if ast.unparse(loop.iter) in {"READS", "WRITES"} and isinstance(loop.target, ast.Name):
                    inside.update({id(child): loop.target.id for child in ast.walk(node)})
    return inside


def _state_uses(tree: ast.Module) -> Iterator[tuple[int, str | None, str]]:
    """Yield (line, name read or None, complaint or '') for each use of the name `state`."""
    parents = {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    loops = _loops_over_declared(tree)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Name) and node.id == "state"):
            continue
        parent = parents[id(node)]
        if isinstance(parent, ast.Call) and node in parent.args:
            continue
        if not (isinstance(parent, ast.Subscript) and parent.value is node):
            yield node.lineno, None, "uses state other than as state[name]"
            continue
        key = parent.slice
        target = parent
        while isinstance(parents[id(target)], ast.Subscript) and parents[id(target)].value is target:  # type: ignore[attr-defined]
            target = parents[id(target)]  # type: ignore[assignment]
        changed = isinstance(target.ctx, ast.Store | ast.Del)
        if changed:
            yield node.lineno, None, "changes state in place"
        elif isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield node.lineno, key.value, ""
        elif not (isinstance(key, ast.Name) and loops.get(id(parent)) == key.id):
            yield node.lineno, None, "reads state by a name that is not a constant"


def _written(tree: ast.Module) -> Iterator[tuple[str, int, str]]:
    """Yield (function, line, key) for the keys of dictionaries that `step` and `none` return."""
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and function.name in {"step", "none"}:
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
                    for key in node.value.keys:
                        if isinstance(key, ast.Constant):
                            yield function.name, node.lineno, str(key.value)


def undeclared(root: Path) -> list[str]:
    """Find state that a mechanism reads or writes without declaring it, or declares without using it."""
    found = []
    for name, (_, tree) in mechanisms(root).items():
        declared = _declared(tree)
        functions = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
        missing = [w for w in ("READS", "WRITES") if w not in declared] + sorted({"step", "none"} - functions)
        if missing:
            found.append(f"{name}: has no {', '.join(missing)}")
            continue
        reads, writes = declared["READS"], declared["WRITES"]
        used, given = set(), set()
        for line, key, complaint in _state_uses(tree):
            if complaint:
                found.append(f"{name}:{line}: {complaint}")
            elif key is not None:
                used.add(key)
                if key not in reads:
                    found.append(f"{name}:{line}: reads {key!r}, which READS does not name")
        for function, line, key in _written(tree):
            given |= {key} if function == "step" else set()
            if key not in writes:
                found.append(f"{name}:{line}: {function} writes {key!r}, which WRITES does not name")
        found += [f"{name}: READS names {key!r}, which is never read" for key in reads if key not in used | set(writes)]
        found += [f"{name}: WRITES names {key!r}, which step does not write" for key in writes if key not in given]
    return found


def not_in_order(root: Path) -> list[str]:
    """Find mechanisms that `race/step.py` does not list in MECHANISMS."""
    tree = ast.parse((root / "rechenmacht" / "domains" / "race" / "step.py").read_text(encoding="utf-8"))
    listed: set[str] = set()
    for node in tree.body:
        target = (
            node.target
            if isinstance(node, ast.AnnAssign)
            else node.targets[0]
            if isinstance(node, ast.Assign)
            else None
        )
        if isinstance(target, ast.Name) and target.id == "MECHANISMS" and node.value is not None:  # type: ignore[union-attr]
            listed = {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}  # type: ignore[union-attr]
    return [f"{name}: not in MECHANISMS of race/step.py" for name in mechanisms(root) if name not in listed]


def without_worked_case(root: Path) -> list[str]:
    """Find mechanisms whose test has no worked case with its arithmetic in comments."""
    found = []
    for name in mechanisms(root):
        path = root / "tests" / "race" / f"test_{name}.py"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        comments = [line.partition("#")[2] for line in text.splitlines() if "#" in line]
        sums = [comment for comment in comments if ARITHMETIC.search(comment)]
        if "worked case" not in text.lower() or len(sums) < LEAST_ARITHMETIC:
            found.append(f"{name}: tests/race/test_{name}.py has no worked case with its arithmetic in comments")
    return found
