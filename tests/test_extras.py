"""A library that an extra brings is named in a sentence where it is missing; what ships says what it is."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from rechenmacht import __version__, extras
from rechenmacht.errors import BadInput

TOP = Path(__file__).resolve().parents[1]


def test_a_missing_library_is_a_sentence() -> None:
    with pytest.raises(BadInput, match=re.escape("this needs duckdb: pip install 'rechenmacht[sql]'")), extras.told():
        raise ModuleNotFoundError("No module named 'duckdb'", name="duckdb")


def test_a_fault_of_our_own_stays_a_fault() -> None:
    with pytest.raises(ModuleNotFoundError), extras.told():
        raise ModuleNotFoundError("No module named 'rechenmacht.nothing'", name="rechenmacht.nothing")


def test_every_extra_that_is_named_exists() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(extras.EXTRA_OF.values()) <= set(project["optional-dependencies"])


def test_importing_the_library_loads_none_of_them() -> None:
    code = f"import sys, rechenmacht; print([m for m in {sorted(extras.EXTRA_OF)} + ['numpy', 'scipy', 'pandas'] if m in sys.modules])"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_command_line_names_a_missing_library() -> None:
    code = (
        "import sys; sys.modules['duckdb'] = None\n"
        "from rechenmacht.outputs.cli import main\n"
        "sys.exit(main(['facts', 'query', 'SELECT 1']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (2, "error: this needs duckdb: pip install 'rechenmacht[sql]'")


def test_the_core_needs_no_scipy() -> None:
    """SciPy weighs as much as half of the rest: what the core answers, it answers without it."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert not any(one.startswith("scipy") for one in project["dependencies"])
    code = (
        "import sys; sys.modules['scipy'] = None\n"
        "import rechenmacht as rm\n"
        "assert rm.run('reference', draws=2, backend='numpy').quantiles\n"
        "assert rm.capital.stress('funding_stop', draws=100).outcomes\n"
        "from rechenmacht.domains.uncertainty import pairs, ranks\n"
        "from rechenmacht.domains.uncertainty.answers import compare, sensitivity\n"
        "from rechenmacht.errors import BadInput\n"
        "from rechenmacht import extras\n"
        "try:\n"
        "    rm.capital.circularity(draws=100)\n"
        "except BadInput as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "this needs scipy: pip install 'rechenmacht[stats]'"


def test_the_citation_names_this_version() -> None:
    assert f"version: {__version__}\n" in (TOP / "CITATION.cff").read_text(encoding="utf-8")


def test_links_of_llms_txt_exist() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", (TOP / "llms.txt").read_text(encoding="utf-8")):
        assert (TOP / target).exists(), target


def test_workflows_call_what_the_makefile_has() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (TOP / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for path in sorted((TOP / ".github" / "workflows").glob("*.yml")):
        for line in re.findall(r"run: make (.+)", path.read_text(encoding="utf-8")):
            assert set(line.split()) <= targets, path.name
