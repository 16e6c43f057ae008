"""What is settled in a module's text before it is compiled leaves what it does as it was."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from rechenmacht.domains.reader import settling

TEXT = '''"""A module."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rechenmacht.domains.reader.words import either, words

LEAST, MOST = 3, 5
ENDS = (1.0, 2.0)
ROWS: dict[str, int] = {"a": 1}
count = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A row."""

    name: str
    value: float = 1.0
    more: list[str] = field(default_factory=list)


@dataclass
class Held:
    """One that counts itself."""

    rows: list[Row]
    size: int = field(init=False)

    def __post_init__(self) -> None:
        """Count."""
        self.size = len(self.rows)


def said(low: str) -> bool:
    found = list[str]()
    found.append(low)
    return found[0] in words("judging.period.year") | either("judging.period.quarter", "judging.period.year")


def named(path: str) -> bool:
    return "year" in words(path)
'''


def run(text: str) -> dict[str, Any]:
    module = ModuleType("rechenmacht_settled")
    sys.modules[module.__name__] = module  # dataclasses look for it there
    try:
        exec(compile(text, "module", "exec", dont_inherit=True), module.__dict__)  # noqa: S102
    finally:
        del sys.modules[module.__name__]
    return module.__dict__


def test_constants_and_word_lists_are_final() -> None:
    text = settling.settled(TEXT)
    assert "LEAST: Final = 3" in text and "MOST: Final = 5" in text
    assert "ROWS: Final[dict[str, int]]" in text
    assert "ENDS = (1.0, 2.0)" in text  # mypyc takes a final tuple of numbers for one not set yet
    assert "count = 0" in text
    assert "_LIST_0: Final = words('judging.period.year') | either(" in text
    assert "return found[0] in _LIST_0" in text
    assert "words(path)" in text  # only known when it is asked
    assert "found: list[str] = []" in text


def test_objects_are_filled_as_before() -> None:
    before, after = run(TEXT), run(settling.settled(TEXT))
    for module in (before, after):
        row = module["Row"]("a")
        assert repr(row) == "Row(name='a', value=1.0, more=[])"
        assert row == module["Row"]("a", 1.0, []) and row != module["Row"]("a", 2.0)
        assert row.more is not module["Row"]("a").more
        assert module["replace"](row, value=3.0).value == 3.0
        assert module["Held"]([row, row]).size == 2
        assert module["said"]("year") and not module["said"]("dog")


def test_every_module_that_is_compiled_can_be_settled() -> None:
    from rechenmacht.domains.reader import compiled

    for path in compiled.sources().values():
        compile(settling.settled(path.read_text(encoding="utf-8")), str(path), "exec")
