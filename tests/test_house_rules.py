"""The house rules (design, section 9): each holds for the project, and each check finds a planted violation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from house import code, data, files, imports, mechanisms, wordlists

from rechenmacht.domains.race import step as order
from rechenmacht.domains.race.axes import MEASURES, OWNERS, VENDORS
from rechenmacht.evidence import package
from rechenmacht.evidence.base import SHIPPED, Base
from rechenmacht.outputs import reference

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LOCALES = ROOT / "rechenmacht" / "faces" / "locales"
Check = Callable[[Path], list[str]]

ON_A_TREE: tuple[Check, ...] = (
    imports.wrong_way, imports.cycles, code.too_long, code.too_branched, code.undocumented, mechanisms.undeclared,
    mechanisms.not_in_order, mechanisms.without_worked_case, files.machine_paths, files.golden_as_validation,
    files.broken_links, files.missing_targets, wordlists.in_code,
)  # fmt: skip


@pytest.mark.parametrize("check", ON_A_TREE, ids=lambda check: check.__name__)
def test_the_project_keeps(check: Check) -> None:
    assert check(ROOT) == []


def test_the_data_are_documented() -> None:
    assert data.quantities(SHIPPED, DOCS) == []
    assert data.parameters(SHIPPED, DOCS) == []
    assert data.scenarios(SHIPPED, DOCS) == []


def test_both_languages_have_every_text() -> None:
    assert data.locales(LOCALES) == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-supply.lock"])
def test_the_lock_names_no_registry(lock: str) -> None:
    assert files.registry_addresses(ROOT / lock) == []


def test_the_data_package_is_current() -> None:
    assert (SHIPPED / "datapackage.json").read_text(encoding="utf-8") == package.text(), "make docs"


@pytest.mark.parametrize("name", sorted(reference.PAGES))
def test_the_generated_pages_are_current(base: Base, name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == reference.PAGES[name](base), "make docs"


# --- Each check finds what it is there for. A tree is written as {file: text}.


def plant(root: Path, tree: dict[str, str]) -> Path:
    for name, text in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def body(lines: int) -> str:
    return "def long() -> None:\n" + "    pass\n" * (lines - 1)


MECHANISM = """READS = ("a", "b")
WRITES = ("b",)
def step(state, p, policy, xp):
    return {{"b": state["a"] + {read}}}
def none(state, p, policy, xp):
    return {{name: state[name] for name in WRITES}}
"""
ORDER = "from rechenmacht.domains.race import tide\nMECHANISMS: tuple = (tide,)\n"
FLAWS = (
    (imports.wrong_way, {"rechenmacht/dates.py": "from rechenmacht.domains.race import step"}, "dates imports race"),
    (imports.wrong_way, {"rechenmacht/evidence/base.py": "def f():\n    from rechenmacht import runs"}, "evidence imports runs"),
    (imports.wrong_way, {"rechenmacht/evidence/base.py": "from ..runs import run", "rechenmacht/runs.py": ""}, "evidence imports runs"),
    (imports.wrong_way, {"rechenmacht/domains/engine/a.py": "import rechenmacht.domains.rules.b", "rechenmacht/domains/rules/b.py": ""}, "engine imports rules"),
    (imports.wrong_way, {"rechenmacht/domains/reader/a.py": "from rechenmacht.domains.race import step", "rechenmacht/domains/race/step.py": ""}, "the reader uses race"),
    (imports.wrong_way, {"rechenmacht/runs.py": "from rechenmacht import load", "rechenmacht/__init__.py": ""}, "front door"),
    (imports.wrong_way, {"rechenmacht/runs.py": "import importlib\nimportlib.import_module('rechenmacht.outputs')", "rechenmacht/outputs/__init__.py": ""}, "runs imports outputs"),
    (imports.wrong_way, {"rechenmacht/misc.py": ""}, "has no layer"),
    (wordlists.in_code, {"rechenmacht/domains/reader/a.py": 'X = {"rund", "etwa"}', "rechenmacht/domains/reader/lists/a.toml": 'b = "rund etwa"'}, "a.py:1: rund etwa"),
    (wordlists.in_code, {"rechenmacht/domains/reader/a.py": 'X = "gegenüber während".split()'}, "gegenüber während"),
    (imports.cycles, {"rechenmacht/domains/race/a.py": "from rechenmacht.domains.race import b", "rechenmacht/domains/race/b.py": "def f():\n    from rechenmacht.domains.race.a import g"}, "a -> rechenmacht.domains.race.b -> rechenmacht.domains.race.a"),
    (imports.cycles, {"rechenmacht/domains/race/a.py": "from rechenmacht.domains.race import b", "rechenmacht/domains/race/b.py": "if TYPE_CHECKING:\n    from rechenmacht.domains.race.a import g"}, "b -> rechenmacht.domains.race.a"),
    (code.too_long, {"rechenmacht/a.py": "x = 1\n" * 401}, "401 lines"),
    (code.too_long, {"tests/test_a.py": body(61)}, "long has 61 lines"),
    (code.too_branched, {"rechenmacht/domains/reader/a.py": "def f(x: int) -> bool:\n    return " + " or ".join(f"x == {k}" for k in range(16))}, "f has complexity 16"),
    (code.undocumented, {"rechenmacht/a.py": '"""A."""\ndef f(x: int) -> int:\n    return x'}, "f: no docstring"),
    (code.undocumented, {"rechenmacht/a.py": '"""A."""\ndef f(x) -> int:\n    """F."""'}, "argument x has no type"),
    (code.undocumented, {"rechenmacht/a.py": '"""A."""\nclass C:\n    """C."""\n    def f(self):\n        """F."""'}, "C.f: no return type"),
    (code.undocumented, {"rechenmacht/a.py": '"""A."""\ndef f() -> None:\n    """F."""\n    raise BadInput("no")'}, "raises BadInput without"),
    (code.undocumented, {"rechenmacht/a.py": '"""A."""\ndef f(x: NDArray[float]) -> None:\n    """F."""'}, "arrays without saying their shape"),
    (code.undocumented, {"rechenmacht/a.py": "x = 1"}, "a.py: no docstring"),
    (mechanisms.undeclared, {"rechenmacht/domains/race/tide.py": MECHANISM.format(read='state["moon"]')}, "reads 'moon'"),
    (mechanisms.undeclared, {"rechenmacht/domains/race/tide.py": MECHANISM.format(read='state.get("moon")')}, "other than as state[name]"),
    (mechanisms.undeclared, {"rechenmacht/domains/race/tide.py": MECHANISM.format(read="state[p]")}, "not a constant"),
    (mechanisms.undeclared, {"rechenmacht/domains/race/tide.py": MECHANISM.format(read="1").replace('return {"b"', 'return {"c"')}, "writes 'c'"),
    (mechanisms.undeclared, {"rechenmacht/domains/race/tide.py": MECHANISM.format(read="1").replace("    return {name", '    state["b"][0] = 1\n    return {name')}, "changes state in place"),
    (mechanisms.undeclared, {"rechenmacht/domains/race/tide.py": MECHANISM.format(read="1").replace('("a", "b")', '("a", "b", "c")')}, "READS names 'c'"),
    (mechanisms.undeclared, {"rechenmacht/domains/race/tide.py": MECHANISM.format(read="1").replace("def none", "def nothing")}, "has no none"),
    (mechanisms.not_in_order, {"rechenmacht/domains/race/ebb.py": MECHANISM.format(read="1"), "rechenmacht/domains/race/step.py": ORDER}, "ebb: not in MECHANISMS"),
    (mechanisms.without_worked_case, {"rechenmacht/domains/race/tide.py": MECHANISM.format(read="1"), "tests/race/test_tide.py": "# A worked case without sums"}, "no worked case"),
    (files.machine_paths, {"README.md": "see " + "/ho" + "me/somebody/notes"}, "README.md:1"),
    (files.golden_as_validation, {"tests/validation/test_a.py": "def test_a(gol" + "den): ..."}, "speaks of golden"),
    (files.broken_links, {"README.md": "[guide](docs/guide.md)"}, "docs/guide.md"),
    (files.missing_targets, {"README.md": "`make tea`", "Makefile": "test:\n"}, "make tea"),
)  # fmt: skip


@pytest.mark.parametrize(("check", "tree", "expected"), FLAWS)
def test_a_planted_violation_is_found(tmp_path: Path, check: Check, tree: dict[str, str], expected: str) -> None:
    findings = check(plant(tmp_path, tree))
    assert len(findings) >= 1
    assert expected in "\n".join(findings)


def test_what_the_rules_allow_is_not_found(tmp_path: Path) -> None:
    tree = {
        "rechenmacht/__init__.py": '"""Front."""\n__version__ = "1"',
        "rechenmacht/errors.py": '"""E."""',
        "rechenmacht/domains/race/tide.py": MECHANISM.format(read='state["b"]'),
        "rechenmacht/domains/race/step.py": ORDER,
        "rechenmacht/runs.py": '"""R."""\nfrom rechenmacht import __version__\nfrom rechenmacht.errors import BadInput\n'
        'def f() -> None:\n    """F.\n\n    Raises:\n        BadInput: always.\n    """\n    raise BadInput("no")\n',
        "tests/race/test_tide.py": '"""The worked case."""\n# 2 * 3 = 6\n# 6 + 1 = 7\n',
        "Makefile": "test:\n",
        "README.md": "`make test`, https://example.org/work/tree and [the code](rechenmacht/runs.py)",
    }
    root = plant(tmp_path, tree)
    checks = [check for check in ON_A_TREE if check is not code.undocumented]
    assert [finding for check in checks for finding in check(root)] == []
    assert [f for f in code.undocumented(root) if "runs" in f] == []


QUANTITIES = "id,meaning_en,meaning_de\npower,Power.,\n"
PARAMETERS = "name,basis,claims,note\na.b,estimated,,why\na.c,estimated,lost.1,why\na.d,judgement,,\n"
SCENARIO = 'id = "boom"\n[title]\nen = "Boom"\n[question]\nen = "?"\nde = "?"\n'


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        (data.quantities, ["power: meaning_de is empty", "power: not in docs/quantities.md"]),
        (data.parameters, ["a.b: no claims, and it does not say judgement", "a.b: not in docs/parameters.md",
                           "a.c: claim lost.1 does not exist", "a.d: no note says what it is"]),
        (data.scenarios, ["boom: title.de is missing", "boom: not in docs/scenarios.md"]),
    ],
)  # fmt: skip
def test_undocumented_data_are_found(
    tmp_path: Path, check: Callable[[Path, Path], list[str]], expected: list[str]
) -> None:
    tree = {"quantities.csv": QUANTITIES, "parameters/a.csv": PARAMETERS, "scenarios/boom.toml": SCENARIO}
    tree["docs/parameters.md"] = "`a.c` `a.d`"
    root = plant(tmp_path, tree)
    assert check(root, root / "docs") == expected


def test_a_text_in_one_language_only_is_found(tmp_path: Path) -> None:
    plant(tmp_path, {"en.toml": '[page]\ntitle = "Title"\nend = "End"', "de.toml": '[page]\ntitle = ""\nEnde = "Ende"'})
    expected = ["page.end: only in en.toml", "page.Ende: only in de.toml", "page.title: empty in de.toml"]
    assert data.locales(tmp_path) == expected


@pytest.mark.parametrize("line", ["--index-url https://registry.example/simple", "a @ file:///a.whl", "a==1.0"])
def test_a_lock_with_an_address_or_without_hash_is_found(tmp_path: Path, line: str) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"b==2.0 \\\n    --hash=sha256:00\n{line}\n", encoding="utf-8")
    assert files.registry_addresses(lock) != []


def test_a_stale_data_package_or_page_would_be_found(base: Base, tmp_path: Path) -> None:
    (tmp_path / "quantities.csv").write_text("id\n", encoding="utf-8")
    assert package.text(tmp_path) != package.text()
    assert all(page(base).startswith("<!-- Written by ") for page in reference.PAGES.values())


def test_every_command_is_documented() -> None:
    page = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert reference.commands() >= {"init", "run", "report", "scenarios", "facts show"}
    assert [name for name in sorted(reference.commands()) if f"## `rechenmacht {name}`" not in page] == []


# --- The race refuses at run time what a mechanism does not declare.


def tide(read: str, write: str) -> ModuleType:
    module = ModuleType("rechenmacht.domains.race.tide")
    module.READS, module.WRITES = ("water",), ("water",)  # type: ignore[attr-defined]
    module.step = lambda state, _p, _policy, _xp: {write: state[read]}  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize(("read", "write", "fault"), [("moon", "water", "reads 'moon'"), ("water", "moon", "writes")])
def test_an_undeclared_name_stops_the_run(monkeypatch: pytest.MonkeyPatch, read: str, write: str, fault: str) -> None:
    monkeypatch.setattr(order, "MECHANISMS", (tide(read, write),))
    monkeypatch.setattr(order, "NAMES", ("tide",))
    with pytest.raises(KeyError, match=fault):
        order.advance({"water": 1.0, "moon": 2.0}, {}, {}, np)


def test_mechanisms_leave_the_state_they_were_given_alone(base: Base) -> None:
    """A step is a pure function: it runs on arrays that refuse to be written to."""
    from rechenmacht.domains.race.inputs import inputs
    from rechenmacht.domains.race.start import start
    from rechenmacht.sample import draw

    p = draw([q for q in base.tables.parameters if q.mechanism in order.NAMES], 4, 1)
    state = start(p, np)
    policy = {name: values[-1][..., None] for name, values in inputs(base).policy.items()}
    for array in (*state.values(), *p.values(), *policy.values()):
        if isinstance(array, np.ndarray):
            array.setflags(write=False)
    after = order.advance(state, p, policy, np)
    assert after["made"].shape == (len(MEASURES), len(VENDORS), 4)
    assert after["bought"].shape == (len(MEASURES), len(OWNERS), 4)
