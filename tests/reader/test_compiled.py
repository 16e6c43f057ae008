"""Compiled modules of the reader are used only where they are of just this text and have answered as the plain ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from rechenmacht.domains.reader import compiled, compiling
from rechenmacht.errors import BadInput

NAME = f"{compiled.PACKAGE}.scene"


@pytest.fixture(autouse=True)
def one_module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A reader of one module, in a cache folder of its own."""
    source = tmp_path / "scene.py"
    source.write_text("X = 1\n", encoding="utf-8")
    monkeypatch.setattr(compiled, "sources", lambda: {NAME: source})
    monkeypatch.setenv("RECHENMACHT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(compiled.VARIABLE, raising=False)
    return source


def put(checked: bool = True) -> Path:
    folder = compiled.place()
    folder.mkdir(parents=True)
    for name in (NAME, f"abc{compiled.GROUP}"):
        (folder / f"{name}{compiled.SUFFIX}").touch()
    if checked:
        (folder / compiled.CHECKED).touch()
    return folder


def test_nothing_is_found_where_nothing_was_made() -> None:
    assert compiled.found() == {}
    assert compiled.Finder().find_spec(NAME) is None


def test_what_was_made_of_this_text_is_found_with_the_library_that_holds_it() -> None:
    folder = put()
    assert set(compiled.found()) == {NAME, f"abc{compiled.GROUP}"}
    spec = compiled.Finder().find_spec(NAME)
    assert spec is not None and spec.origin == str(folder / f"{NAME}{compiled.SUFFIX}")


def test_what_was_made_of_an_older_text_is_not_found(one_module: Path) -> None:
    put()
    one_module.write_text("X = 2\n", encoding="utf-8")
    assert compiled.found() == {}


def test_what_is_not_checked_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    put(checked=False)
    assert compiled.found() == {}
    monkeypatch.setenv(compiled.VARIABLE, compiled.UNCHECKED)
    assert len(compiled.found()) == 2


def test_half_of_it_is_not_used() -> None:
    (put() / f"{NAME}{compiled.SUFFIX}").unlink()
    assert compiled.found() == {}


def test_plain_python_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    put()
    monkeypatch.setenv(compiled.VARIABLE, compiled.PLAIN)
    assert compiled.found() == {}


@pytest.mark.parametrize(
    "name", ["json", "rechenmacht.domains.race", f"{compiled.PACKAGE}.words", f"other{compiled.GROUP}"]
)
def test_no_other_module_is_found(name: str) -> None:
    put()
    assert compiled.Finder().find_spec(name) is None


def test_what_answers_otherwise_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "_build", lambda folder: None)
    monkeypatch.setattr(compiling, "_keep", lambda folder, target: put(checked=False))
    monkeypatch.setattr(compiling, "_answers", lambda how: how.encode())
    with pytest.raises(BadInput, match="answers otherwise"):
        compiling.make()
    assert not compiled.place().exists()
    monkeypatch.setattr(compiling, "_answers", lambda how: b"the same")
    assert compiling.make() == compiled.place()
    assert (compiled.place() / compiled.CHECKED).exists()


def test_a_missing_compiler_of_types_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "_NEEDED", ("no_such_module",))
    with pytest.raises(BadInput, match="needs mypy"):
        compiling.make()


def test_the_sample_holds_both_languages_and_many_numbers() -> None:
    texts = compiling.sample()
    assert len(texts) > 100
    assert sum("kam" in text for text in texts) * 2 == len(texts)
