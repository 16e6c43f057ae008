"""Every error is German where German is asked for: sentences without a key, of forms, of the command line, of the system."""

from __future__ import annotations

import ast
import errno
import os
import re
import socket
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core._pydantic_core import list_all_errors

from rechenmacht import errors
from rechenmacht.answers.said import Said
from rechenmacht.errors import BadInput, nearest
from rechenmacht.faces import said
from rechenmacht.faces.language import language
from rechenmacht.faces.words import Words
from rechenmacht.files import refused
from rechenmacht.outputs.cli import main

PACKAGE = Path(errors.__file__).parent
STOP = re.compile(
    r"\b(?:the|and|or|of|with|without|from|which|who|whose|what|is|are|was|were|be|been|has|have|does|do|not|no|none|"
    r"nothing|nobody|must|should|cannot|could|may|to|for|by|at|on|into|than|where|when|every|each|all|only|more|most|least|"
    r"less|above|below|between|within|outside|it|its|this|that|these|there|they|you|your|give|write|choose|needs?|needed|"
    r"wants|missing|known|unknown|given|taken|found|twice|already|again|empty|read|written|allowed|such|other|"
    r"row|column|line|file|folder|number|numbers|letters|digits|character|characters|input|invalid|expected|error|option|"
    r"argument|requires|usage|did|mean|stands|holds nothing|called|states)\b",
    re.IGNORECASE,
)
SAME = {"option", "mean", "in", "an", "was", "am", "die", "so", "also", "mine", "at", "may", "on", "all", "no"}
"""English words that are German ones too or parts of names (`an`, `was`); looked for as the others, these alone are let."""
KINDS = {"BadInput", "NoRoom", "ValueError", "ConditionError", "Problem", "problems.Problem", "Full", "self.fail"}
DEVELOPERS = {
    ("answers/kinds.py", "no kind '{}'"),  # a kind of column that no code names
    ("faces/theme.py", "an SVG without a viewBox"),  # a drawing of our own
    ("domains/reader/llm.py", "answer too long"),  # caught: the reader goes on without the model
}
TAIL = "; did you mean Aqx, Bqx?"
TEXTS = {"listed": "; installed: Aqx", "more": " (and 7 more)", "_near": "nearest: 4, 8", "asked.at": " at Dqx"}
DIGITS = re.compile(
    r"LINE|line|\brow\b|\bnumber\b|^len\(|\.count\(|error\.start|^n$|first \+ 1|at \+ 1|DEEPEST|LONGEST|SECONDS|seen\[|at$"
)


def _sample(value: ast.FormattedValue, place: int) -> str:
    """Return what could stand in a slot: a number where it is written as one, a proposal, a name."""
    shown = ast.unparse(value.value)
    form = ast.unparse(value.format_spec)[2:-1] if value.format_spec else ""
    if "nearest(" in shown:
        return TAIL
    if known := next((text for name, text in TEXTS.items() if name in shown), None):
        return known
    if re.search("[,fg]", form):
        return "12,345.6"
    name = "7" if DIGITS.search(shown) else f"Zqx{place}"
    return repr(name) if value.conversion == ord("r") else name


def _sentence(node: ast.expr) -> str | None:
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else _sample(part, place)  # type: ignore[misc, arg-type]
            for place, part in enumerate(node.values)
        )
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


@cache
def raised() -> tuple[tuple[str, int, str], ...]:
    """Return every sentence that the package raises without a key, with samples in its slots: (file, line, sentence)."""
    found: list[tuple[str, int, str]] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in KINDS):
                continue
            kind = ast.unparse(node.func)
            last = node.args[1 if "web/" in name else -1] if kind.endswith("Problem") else node.args[0]
            text = _sentence(last)
            if text and re.search(r"[a-z]{3} ", text + " "):
                text = f"{text} at character 7" if kind == "self.fail" else text
                found.append((name, node.lineno, f"SQL: {text}" if name == "evidence/queried.py" else text))
    return tuple(found)


def english(text: str) -> set[str]:
    """Return the English words of a text besides quotations, options, names with dots or dashes, and samples."""
    plain = re.sub(
        r"'[^']*'|\"[^\"]*\"|„[^“]*“|`[^`]*`|\([^()]*\.\.\.[^()]*\)|--[\w-]+|\[\w+\]|\w*[._=/@]\S*|[A-Za-z]+-[\w-]+",
        " ",
        text,
    )
    return {match[0].lower() for match in STOP.finditer(plain)} - SAME


def _exempt(name: str, text: str) -> bool:
    return any(name == file and re.sub(r"Zqx\d+", "{}", text) == sentence for file, sentence in DEVELOPERS)


def test_every_sentence_that_is_raised_without_a_key_is_worded_in_german() -> None:
    wrong = []
    for name, line, text in raised():
        told = said.said(text, "de")
        own = re.sub(r"Zqx\d+|[\W\d]", "", text)  # only places and slots: nothing to word
        left = english(told) or (
            {"as it was"} if told == text and own and re.search(r"[a-z]+ [a-z]+ [a-z]+", text) else set()
        )
        if left and not _exempt(name, text):
            wrong.append(f"{name}:{line}: {text} -> {told} {sorted(left)}")
    assert len(raised()) > 450
    assert wrong == []


def test_numbers_that_are_written_for_people_are_written_as_germans_do() -> None:
    wrong = [f"{name}:{line}: {text}" for name, line, text in raised() if "12,345.6" in said.said(text, "de")]
    assert wrong == []
    assert said.said("draws: at most 20,000, not 30,000", "de") == "draws: höchstens 20.000, nicht 30.000"
    assert said.said("lever revenue must lie within 0 and 1.5 (factor)", "de").startswith(
        "Hebel revenue muss zwischen 0 und 1,5"
    )


@cache
def _pairs() -> tuple[said.Pair, ...]:
    return said.pairs("de")


def test_pairs_have_the_same_slots_and_no_english_word() -> None:
    for pair in _pairs():
        slots = [{match[1] for match in re.finditer(r"\{(\w+)(?::\w)?\}", text)} for text in (pair.english, pair.told)]
        assert slots[1] <= slots[0], pair
        assert english(re.sub(r"\{[^}]*\}", "Zqx", pair.told)) == set(), pair


def test_no_two_pairs_are_the_same_sentence() -> None:
    plain = [re.sub(r"\{\w+(?::(\w))?\}", "{}", pair.english).lower() for pair in _pairs()]
    assert sorted({one for one in plain if plain.count(one) > 1}) == []


FORMS = {
    "missing", "extra_forbidden", "greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number",
    "float_parsing", "float_type", "int_parsing", "int_parsing_size", "int_type", "int_from_float", "string_type",
    "string_too_short", "string_too_long", "string_pattern_mismatch", "bool_parsing", "bool_type", "list_type", "dict_type",
    "tuple_type", "model_type", "model_attributes_type", "literal_error", "none_required", "too_short", "too_long",
}  # fmt: skip


def test_what_forms_say_is_german_as_it_is_and_in_small_letters() -> None:
    told = {one["type"]: one["example_message_python"] for one in list_all_errors() if one["type"] in FORMS}
    assert told.keys() == FORMS
    whole = (re.sub(r"^ ", "List ", re.sub(r" $", " Run", one)) for one in told.values())  # names left out in examples
    for text in whole:
        for sentence in (text, text.lower(), f"mine.toml: levers.0: {text.lower()}"):
            assert english(said.said(sentence, "de")) == set(), sentence


def test_what_the_system_says_of_a_file_is_german() -> None:
    kinds = (errno.ENOENT, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY,
             errno.ENAMETOOLONG, errno.ENOSPC, errno.EROFS, errno.EIO, errno.EINVAL, errno.ELOOP, errno.EMFILE, errno.EBADF,
             errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.ECONNREFUSED, errno.ENXIO, errno.EBUSY, errno.EFBIG)  # fmt: skip
    for number in kinds:
        error = refused("mine.csv", OSError(number, os.strerror(number)), "read")
        told = said.worded(error, language("de"))
        assert told.startswith("mine.csv: nicht zu lesen ("), told
        assert english(told) == set(), told
    gone = socket.gaierror(-2, "Name or service not known")
    assert said.said(f"'x' cannot be fetched: {gone}", "de") == "'x' ist nicht abzurufen: Name unbekannt"


CASES = (
    ("mine.csv row 3: column year: 'x' is no number", "mine.csv Zeile 3: column year: 'x' ist keine Zahl"),
    ("no scenario 'a b'; did you mean reference?", "kein Szenario 'a b'; gemeint vielleicht reference?"),
    ("no workload 'x'; did you mean y?; known: y, z", "keine Aufgabe 'x'; gemeint vielleicht y?; bekannt: y, z"),
    ("the claim cannot be added: value 9 W is outside the bounds of tdp, 0.5 to 5,000; did you mean a?",
     "die Angabe lässt sich nicht aufnehmen: value 9 W liegt außerhalb der Grenzen von tdp, 0,5 bis 5.000; gemeint vielleicht a?"),
    ("mine.csv row 2: a name is missing (name_en and name_de) (and 3 more: rechenmacht facts validate lists them)",
     "mine.csv Zeile 2: ein Name fehlt (name_en und name_de) (und 3 weitere: rechenmacht facts validate zählt sie auf)"),
    ("x.json: Expecting value: line 1 column 1 (char 0)", "x.json: kein JSON: Wert erwartet, Zeile 1, Spalte 1"),
    ("x.toml: Invalid value (at line 2, column 5)", "x.toml: kein TOML: ungültiger Wert, Zeile 2, Spalte 5"),
    ("Invalid value for '--seed': Input should be a valid integer, unable to parse string as an integer",
     "ungültiger Wert für '--seed': muss eine ganze Zahl sein"),
    ("no lever 'the file is empty'", "kein Hebel 'the file is empty'"),  # a quotation stays as it is
    ("SQL: Parser Error: the file is empty", "SQL: die Datenbank meldet „Parser Error: the file is empty“"),
    ("Schon deutsch: kein Szenario", "Schon deutsch: kein Szenario"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_messages_in_messages_places_and_proposals(text: str, wanted: str) -> None:
    assert said.said(text, "de") == wanted
    assert said.said(text, "en") == text


def test_an_error_is_worded_once_and_keeps_its_kind() -> None:
    error = said.told(refused("a", OSError(errno.ENOSPC, "No space left on device")), language("de"))
    assert str(error) == "a: nicht zu schreiben (Datenträger voll)"
    assert type(error).__name__ == "NoRoom"
    twice = said.told(BadInput("SQL: oh no"), language("de"))
    assert said.worded(twice, language("de")) == str(twice) == "SQL: die Datenbank meldet „oh no“"


def test_what_is_proposed_is_german() -> None:
    tail = nearest("refrence", ["reference"])
    assert said.said(f"no scenario 'refrence'{tail}", "de").endswith("; gemeint vielleicht reference?")


LINES = """
facts show chip:h100-smx | facts show H100 tpd | facts show H100 tdp --at soon | facts list --quantity tpd
facts list --kind ship | facts query 'SELEC 1' | facts query 'SELECT 1' --limit -1 | facts diff a b
--workspace nowhere facts list | --workspace empty.csv facts list | facts list --jsn | facts shw | facts show | facts sources --foo 3
run refrence | run reference --draws 0 | run reference --draws many | run reference --off deploiment
run reference --set foo=1 | run reference --set deployment.retirement
run reference --set deployment.retirement=x | run reference --backend foo | run reference --seed -1 | run bad.toml | run odd.toml
run none.toml | run --lang de --seed | run a b c | report refrence | nonsense
capital exposure nobody | capital stress --draws 0 | capital stress foo | capital circularity --at x | capital clear bad.json
capital clear odd.json | capital clear none.json | capital roundtrip foo | capital path --set foo=1 | capital path --set revenue
capital path --set revenue=9 | capital path --set revenue.openay=0.5 | capital path --set default=1
rules chart x.foo h100 | rules chart x.svg h101 | rules changes --since x | rules propose BILL-GAINS | rules propose cases.csv
flow h100 | flow h100 to Narnia | flow --table cases.csv | flow h100 --on 2024-13-01
engine train --model foo --system '8x h100' | engine train --model llama3-70b --system '8x h101'
engine train --model llama3-70b --system '8x h100' --tokens x | engine train --model bad.toml --system '8x h100'
engine train --model odd.toml --system '8x h100' | engine train --model llama3-405b --system '8x h100' --batch 0
engine serve --model llama3-70b --system '1.000 h100' | engine compare --system '8x h100' --workload foo | engine calibrate --table cases.csv
chip compare foo | chip compare | check none.txt | check empty.txt | check bin.pdf | check --text x --date soon
check --text x --llm foo | check . | sensitivity foo | sensitivity reference --method foo | compare reference foo
discover reference --case x | calibrate --steps 0 | backtest --from x | forecast score foo | model export --out mine
"""


def _lines() -> Iterator[str]:
    for row in LINES.strip().splitlines():
        yield from (one.strip() for one in row.split("|"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of files that cannot be used."""
    made = tmp_path_factory.mktemp("bad")
    files = {
        "bad.toml": "x = \n", "odd.toml": 'id = "odd"\nfoo = 1\n', "bad.json": "{", "odd.json": '{"L": [[0, "a"]], "e": [1]}',
        "cases.csv": "a,b\n1,2\n", "empty.txt": "", "empty.csv": "", "bin.pdf": "%PDF-1.4 x",
    }  # fmt: skip
    for name, text in files.items():
        (made / name).write_text(text, encoding="utf-8")
    (made / "mine").mkdir()
    return made


@pytest.mark.parametrize("line", list(_lines()))
def test_a_command_line_is_refused_in_german(
    line: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    words = [one.strip("'") for one in re.findall(r"'[^']*'|\S+", line)]
    code = main(words if "--lang" in words else [*words, "--lang", "de"])
    told = capsys.readouterr()
    assert code == 2, told.out
    [shown] = told.err.splitlines()
    assert shown.startswith("Fehler: ")
    assert english(shown.removeprefix("Fehler: ")) == set(), shown


@pytest.mark.parametrize(
    "line", ["", "facts", "facts add", "facts import", "run", "report", "capital", "capital stress", "rules chart", "rules feed",
             "serve", "serve-token", "site", "sweep", "init", "engine train", "forecast", "model", "chip compare", "check"]
)  # fmt: skip
def test_help_is_german(line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    assert main([*line.split(), "--lang", "de", "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Aufruf: ")
    assert "Diese Hilfe zeigen." in shown
    text = re.sub(
        r"<[^>]*>|^ +[\w.-]+(?= )|\[Vorgabe: [^\]]*\]|rechenmacht[\w -]*|--[\w/ -]+", " ", shown, flags=re.MULTILINE
    )
    assert english(text) == set()
    assert main([*line.split(), "--help"]) == 0
    assert capsys.readouterr().out.startswith("Usage: ")


def test_what_is_wrong_in_a_workspace_is_listed_in_german(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path / "mine")]) == 0
    with (tmp_path / "mine/claims/mine.csv").open("a", encoding="utf-8") as file:
        file.write("x.1,chip:h100-smx,tdp,,700,,kW,soon,nope,,reportd,primary,\n")
    capsys.readouterr()
    assert main(["--workspace", str(tmp_path / "mine"), "facts", "validate", "--lang", "de"]) == 1
    shown = capsys.readouterr().out
    assert "unit 'kW', tdp wird aber in 'W' geführt" in shown
    assert english(shown.partition("Grund")[2].replace("mine.csv", "")) == set()


HOSTILE = ("a: ", "a ", "; did you mean a? ", "no scenario 'a': ", "is outside 1 to 2 for ", ": write NAME=VALUE ")


def test_a_long_text_of_somebody_takes_no_time_to_word() -> None:
    """20 KB of colons took a server's only loop a minute."""
    began = time.process_time()
    for piece in HOSTILE:
        assert said.said(piece * (20_000 // len(piece)), "de")
    for pair in said.pairs("de")[::40]:
        holes = re.sub(r"\{.*?\}", "a: ", pair.english)
        assert said.said(holes * 40, "de")
    assert time.process_time() - began < 5


@given(st.lists(st.sampled_from(["a", " ", ": ", "7", "x y", "is", "to", "; ", "'b'"]), min_size=1, max_size=12))
def test_slots_are_filled_as_by_an_expression(words: list[str]) -> None:
    for english in ("{a} is {b} to {c}", "{a:d} to {b}: {c:w}", "{a}{b:w} is", "x{a} {b} to 7", "is"):
        pair, text = said.Pair(english, ""), "".join(words)
        match = pair.pattern.fullmatch(text)
        assert pair.fits(text, text.lower(), 0) == (match.groupdict() if match else None), english


def test_a_text_has_the_same_digits_in_every_language(base):
    price = Said.of("said.engine.price", "{n:,.0f} USD per chip, by its 16-bit peak and its memory", n=21758.4)
    english, german = (Words(language(code), base).said(price) for code in ("en", "de"))
    assert english.startswith("21,758 USD") and german.startswith("21.758 USD")
