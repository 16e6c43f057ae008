from __future__ import annotations

import json
from pathlib import Path

import pytest

from rechenmacht.outputs.cli import main

FEW = ["--draws", "200"]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["capital", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["deals"], "contracts"),
        (["exposure", "OpenAI", *FEW], "exposures"),
        (["circularity", *FEW], "circularity"),
        (["circularity", "--over-time", *FEW], "circularity"),
        (["roundtrip", *FEW], "investments"),
        (["concentration", *FEW], "concentration"),
        (["coverage", *FEW], "coverage"),
        (["stress", *FEW], "scenarios"),
        (["stress", "funding_stop", *FEW], "outcomes"),
        (["history"], "comparisons"),
    ],
)
def test_every_command_gives_one_json_document_and_text_in_both_languages(
    capsys: pytest.CaptureFixture[str], arguments: list[str], key: str
) -> None:
    code, out, _ = run(capsys, *arguments, "--json")
    assert code == 0
    assert json.loads(out)[key]
    english, german = (run(capsys, *arguments, "--lang", lang)[1] for lang in ("en", "de"))
    assert english
    assert german
    assert english != german


def test_clear_prints_p_and_defaults(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    path.write_text(json.dumps({"L": [[0, 2], [2.2, 0]], "e": [1, 1], "alpha": 0.5, "beta": 0.5}))
    code, out, _ = run(capsys, "clear", "--network", str(path), "--json")
    assert code == 0
    assert json.loads(out)["p"] == [2, 2.2]
    assert json.loads(out)["default"] == [0, 0]
    path.write_text(json.dumps({"L": [[0, 2], [0, 0]], "e": [1, 1]}))
    code, out, _ = run(capsys, "clear", "--network", str(path))
    assert out.splitlines()[1].split() == ["1", "1", "2", "yes", "1"]


def test_the_package_check_passes_on_our_rows(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "deals", "--check", "--json")
    assert code == 0
    assert all(one["level"] == "look" for one in json.loads(out)["twice"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["exposure", "opneai"], "did you mean"),
        (["exposure", "apple"], "org:apple has no contract that counts"),
        (["roundtrip", "openai"], "invests in nobody"),
        (["stress", "nope"], "no stress scenario"),
        (["circularity", "--at", "soon"], "is no date"),
        (["circularity", "--at", "2001"], "no contract counts at 2001"),
        (["coverage", "--draws", "0"], "draws must be at least 1"),
        (["clear", "--network", "none.json"], "cannot be read"),
        (["deals", "apple"], "party to no contract"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert message in err
    assert err.count("\n") == 1
    assert "Traceback" not in err
