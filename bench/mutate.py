"""Change one line of a core module at a time: do the module's own tests see it? A fixed sample, the same in every run.

python bench/mutate.py                      all modules (100 mutants; about half an hour on two cores)
python bench/mutate.py capital/clearing     modules whose name holds the word

A mutant swaps an operator, a comparison, a constant or an `and` in a copy of the package; its tests run against the
"""

from __future__ import annotations

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
PACKAGE = TOP / "rechenmacht"
# Module -> (how many mutants, its own tests).
TESTS = {
    "evidence/resolve.py": (20, "evidence/test_resolve.py evidence/test_pool.py"),
    "domains/capital/clearing.py": (20, "capital/test_capital_clearing.py capital/test_capital_guarantees.py"),
    "domains/race/production.py": (20, "race/test_production.py race/test_production_history.py"),
    "domains/rules/classify.py": (
        20, "rules/test_classify.py rules/test_boundaries.py rules/test_status.py rules/test_ruled_chips.py",
    ),
    "domains/reader/numbers.py": (10, "reader/test_phrases.py reader/test_verdicts.py"),
    "domains/engine/plan.py": (
        10, "engine/test_plan.py engine/test_engine_training.py engine/test_engine_inference.py",
    ),
}  # fmt: skip
SAMPLE = {name: (count, tuple(f"tests/{test}" for test in tests.split())) for name, (count, tests) in TESTS.items()}
SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Lt: ast.LtE, ast.LtE: ast.Lt,
    ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.And: ast.Or, ast.Or: ast.And,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
SECONDS = 240


class Changed(ast.NodeTransformer):
    """Makes the change with a number; counts the places where one can be made."""

    def __init__(self, wanted: int) -> None:
        self.wanted, self.seen, self.line, self.what = wanted, 0, 0, ""

    def _mine(self, node: ast.AST, what: str) -> bool:
        hit = self.seen == self.wanted
        self.seen += 1
        if hit:
            self.line, self.what = getattr(node, "lineno", 0), what
        return hit

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        other = SWAPPED.get(type(node.op))
        if other and self._mine(node, f"{type(node.op).__name__} -> {other.__name__}"):
            node.op = other()  # type: ignore[assignment]
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        other = SWAPPED[type(node.op)]
        if self._mine(node, f"{type(node.op).__name__} -> {other.__name__}"):
            node.op = other()  # type: ignore[assignment]
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        other = SWAPPED.get(type(node.ops[0]))
        if other and self._mine(node, f"{type(node.ops[0]).__name__} -> {other.__name__}"):
            node.ops[0] = other()  # type: ignore[call-overload]
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, bool):
            if self._mine(node, f"{node.value} -> {not node.value}"):
                return ast.copy_location(ast.Constant(not node.value), node)
        elif isinstance(node.value, int | float) and self._mine(node, f"{node.value} -> {node.value + 1}"):
            return ast.copy_location(ast.Constant(node.value + 1), node)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = [self.visit(child) for child in node.body]  # not annotations and defaults
        return node


def places(tree: ast.AST) -> int:
    counter = Changed(-1)
    counter.visit(tree)
    return counter.seen


def mutant(module: str, number: int) -> tuple[str, int, str]:
    text = (PACKAGE / module).read_text(encoding="utf-8")
    change = Changed(number)
    tree = change.visit(ast.parse(text))
    return ast.unparse(ast.fix_missing_locations(tree)), change.line, change.what


def killed(module: str, number: int, folder: Path) -> tuple[bool, str]:
    text, line, what = mutant(module, number)
    with tempfile.TemporaryDirectory(dir=folder) as made:
        copy = Path(made)
        shutil.copytree(PACKAGE, copy / "rechenmacht", ignore=shutil.ignore_patterns("__pycache__", "static"))
        for name in ("tests", "docs", "pyproject.toml", "README.md"):
            (copy / name).symlink_to(TOP / name)
        (copy / "rechenmacht" / module).write_text(text, encoding="utf-8")
        tests = [name for name in SAMPLE[module][1] if (TOP / name).exists()]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *tests],
            cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    return done.returncode == 1, f"{module}:{line} {what}"


def main() -> int:
    words = sys.argv[1:]
    jobs = []
    for module, (count, _) in SAMPLE.items():
        if words and not any(word in module for word in words):
            continue
        found = places(ast.parse((PACKAGE / module).read_text(encoding="utf-8")))
        chosen = random.Random(module).sample(range(found), min(count, found))  # noqa: S311
        jobs += [(module, n) for n in sorted(chosen)]

    def tried(job: tuple[str, int]) -> bool:
        try:
            dead, where = killed(*job, Path(folder))
        except subprocess.TimeoutExpired:
            dead, where = True, f"{job[0]} (ran too long)"
        print(("killed  " if dead else "SURVIVED") + " " + where, flush=True)
        return dead

    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor(int(os.environ.get("MUTANTS_AT_ONCE", "2"))) as pool,
    ):
        results = list(pool.map(tried, jobs))
    print(f"{sum(results)} of {len(results)} killed")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
