"""What is settled in the text of a module before it is compiled: constants, word lists, how objects are filled.

mypyc looks a module's name up in a dictionary each time it is used, unless it is `Final`; it calls interpreted code to
fill a dataclass; and `list[int]()` makes the type anew. The copy that is compiled says all three outright, so that the
reader's own text need not. What it answers stays the same (`compiling` compares).
"""

from __future__ import annotations

import ast
from typing import TypeGuard

from rechenmacht.domains.reader import words

# Functions that return the same list, never changed, for the same name.
_LISTS = frozenset(name for name, one in vars(words).items() if hasattr(one, "cache_clear")) - {"table"}
_PACKAGE = __name__.rpartition(".")[0]
_FINAL = ast.ImportFrom("typing", [ast.alias("Final")], 0)
_EMPTY = {"list": "[]", "dict": "{}", "set": "set()"}


def settled(text: str) -> str:
    """Return a module's text with final constants, word lists looked up once, and objects filled in place."""
    tree = ast.parse(text)
    lists = _Lists(tree)
    for one in tree.body:
        lists.visit(one)
    once = _assigned_once(tree)
    body = [row for one in tree.body for row in _finals(one, once)]
    place = 1 + max(k for k, one in enumerate(body) if isinstance(one, ast.ImportFrom | ast.Import))
    tree.body = [*body[:place], _FINAL, *lists.found, *body[place:]]
    for part in ast.walk(tree):
        if isinstance(part, ast.ClassDef):
            _fill_in_place(part)
    return ast.unparse(ast.fix_missing_locations(_Empty().visit(tree)))


class _Lists(ast.NodeTransformer):
    """Puts a constant in the place of each word list that is asked for by its name, and of the union of such lists."""

    def __init__(self, tree: ast.Module) -> None:
        """Note which functions of word lists a module imports."""
        sources = (
            one for one in tree.body if isinstance(one, ast.ImportFrom) and (one.module or "").startswith(_PACKAGE)
        )
        self.known = _LISTS & {name.name for one in sources for name in one.names if name.asname is None}
        self.names: dict[str, str] = {}
        self.found: list[ast.stmt] = []

    def visit(self, node: ast.AST) -> ast.AST:
        """Return a part of the text with constants for lists."""
        if not isinstance(node, ast.expr) or not self._listed(node):
            return self.generic_visit(node)
        asked = ast.unparse(node)
        if asked not in self.names:
            self.names[asked] = f"_LIST_{len(self.names)}"
            self.found.append(_final(self.names[asked], node))
        return ast.Name(self.names[asked], ast.Load())

    def _listed(self, node: ast.expr) -> bool:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._listed(node.left) and self._listed(node.right)
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in self.known
            and bool(node.args)
            and all(isinstance(arg, ast.Constant) for arg in node.args)
        )


class _Empty(ast.NodeTransformer):
    """Writes `found: list[int] = []` for `found = list[int]()`."""

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        """Return an assignment of an empty list, dictionary or set with its type beside it."""
        call = node.value
        if not isinstance(call, ast.Call) or call.args or not isinstance(call.func, ast.Subscript):
            return node
        kind = ast.unparse(call.func.value)
        if len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name) or kind not in _EMPTY:
            return node
        return ast.AnnAssign(node.targets[0], call.func, _expression(_EMPTY[kind]), 1)


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _final(name: str, value: ast.expr) -> ast.AnnAssign:
    return ast.AnnAssign(ast.Name(name, ast.Store()), ast.Name("Final", ast.Load()), value, 1)


def _assigned_once(tree: ast.Module) -> frozenset[str]:
    """Return the names in capitals that are assigned at one place only."""
    seen = [one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]
    return frozenset(name for name in seen if name.isupper() and seen.count(name) == 1)


def _may_be_final(target: ast.expr, value: ast.expr | None, once: frozenset[str]) -> TypeGuard[ast.Name]:
    """Whether a constant can be final: mypyc takes a final tuple of numbers for one that is not set yet."""
    if value is None or isinstance(value, ast.Tuple) or not isinstance(target, ast.Name) or target.id not in once:
        return False
    return not (isinstance(value, ast.Call) and ast.unparse(value.func) == "TypeVar")


def _finals(one: ast.stmt, once: frozenset[str]) -> list[ast.stmt]:
    """Return a statement of a module, a constant as final, and several in one statement each by itself."""
    if isinstance(one, ast.AnnAssign) and _may_be_final(one.target, one.value, once):
        one.annotation = ast.Subscript(ast.Name("Final", ast.Load()), one.annotation, ast.Load())
    if not isinstance(one, ast.Assign) or len(one.targets) != 1:
        return [one]
    target, value = one.targets[0], one.value
    if _may_be_final(target, value, once):
        return [_final(target.id, value)]
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = list(zip(target.elts, value.elts, strict=True))
        if all(_may_be_final(name, part, once) for name, part in pairs):
            return [_final(ast.unparse(name), part) for name, part in pairs]
    return [one]


def _fill_in_place(made: ast.ClassDef) -> None:
    """Give a dataclass its `__init__`. It is compiled then; frozen, it would be filled through interpreted code."""
    how = next(
        (k for k, one in enumerate(made.decorator_list) if ast.unparse(one).partition("(")[0] == "dataclass"), None
    )
    if how is None:
        return
    call = made.decorator_list[how]
    given = {str(word.arg): word.value for word in call.keywords} if isinstance(call, ast.Call) else {}
    if given.pop("frozen", None) is not None:
        given["unsafe_hash"] = ast.Constant(True)
    given["init"] = ast.Constant(False)
    keywords = [ast.keyword(name, value) for name, value in given.items()]
    made.decorator_list[how] = ast.Call(ast.Name("dataclass", ast.Load()), [], keywords)
    fields = [one for one in made.body if isinstance(one, ast.AnnAssign)]
    made.body.insert(made.body.index(fields[-1]) + 1, _init(made, fields))


def _init(made: ast.ClassDef, fields: list[ast.AnnAssign]) -> ast.stmt:
    """Return the `__init__` of a dataclass."""
    taken, filled = ["self"], list[str]()
    for one in fields:
        name, kind = ast.unparse(one.target), ast.unparse(one.annotation)
        value = "" if one.value is None else ast.unparse(one.value)
        if "init=False" in value:
            continue
        if value.startswith("field(default_factory="):
            factory = value.removeprefix("field(default_factory=").removesuffix(")")
            taken.append(f"{name}: {kind} | None = None")
            filled.append(f"self.{name} = {_EMPTY.get(factory, f'{factory}()')} if {name} is None else {name}")
        else:
            taken.append(f"{name}: {kind}" + f" = {value}" * bool(value))
            filled.append(f"self.{name} = {name}")
    if any(isinstance(one, ast.FunctionDef) and one.name == "__post_init__" for one in made.body):
        filled.append("self.__post_init__()")
    lines = "".join(f"\n    {line}" for line in filled)
    return ast.parse(f"def __init__({', '.join(taken)}) -> None:{lines}").body[0]
