"""The same question as a row, a command, a request and a Python call gives the same digits."""

import csv
import json

import pytest

import rechenmacht as rm
from rechenmacht.answers.question import Question
from rechenmacht.domains.engine import questions
from rechenmacht.outputs.cli.app import main

TRAIN = {"system": "512x h100", "model": "llama3-70b", "batch": 512.0, "seq": 8192.0, "tokens": 1e12}
SERVE = {"system": "8x h200", "model": "llama3-70b", "prompt": 1024.0, "output": 512.0, "ms_per_token": 40.0}
ASKED = {
    "train": TRAIN,
    "serve": SERVE,
    "search": {"system": "16x h100", "model": "llama3-8b", "batch": 32.0},
    "compare": {"system": ["64x h100", "64x mi300x"], "workload": "serve-llama-70b", "price": [25000.0, 15000.0]},
    "decentral": {"model": "llama3-8b", "workers": 8, "uplink": 0.5},
    "reach": {"model": "llama3-8b", "chips": 64},
}


def digits(value):
    """Return an answer without what names the face that gave it."""
    return {key: held for key, held in json.loads(json.dumps(value)).items() if key not in {"asked", "sources"}}


def words(given):
    for name, value in given.items():
        for one in value if isinstance(value, list) else [value]:
            yield from (f"--{name.replace('_', '-')}", str(one))


@pytest.fixture(scope="module")
def client(base, tmp_path_factory):
    testclient = pytest.importorskip("fastapi.testclient")
    from rechenmacht.outputs.web.app import create_app
    from rechenmacht.outputs.web.settings import Settings

    told = Settings(compiled=False, requests_per_second=1e6, burst=10**6, hosts=("testserver",),
                    database=str(tmp_path_factory.mktemp("store") / "serve.sqlite"))  # fmt: skip
    with testclient.TestClient(create_app(base, told)) as made:
        yield made


@pytest.mark.parametrize("name", ASKED)
def test_command_request_and_python_give_the_same_digits(capsys, client, name):
    given = ASKED[name]
    assert main(["engine", name, *words(given), "--json"]) == 0
    told = digits(json.loads(capsys.readouterr().out))
    assert digits(client.post(f"/api/v1/answers/engine/{name}", json=given).json()) == told
    assert digits(getattr(rm.engine, name)(**given).json()) == told
    if name == "search":
        return
    old = client.post(f"/api/v1/engine/{name}", json=given).json()
    old = old.get("result", old)
    kept = set(old) & set(told)
    assert len(kept) > 3
    assert {key: old[key] for key in kept} == {key: told[key] for key in kept}


@pytest.mark.parametrize(
    ("name", "given", "cells", "quantity", "key"),
    [
        ("train", TRAIN, {"chip": "H100 SXM", "n_chips": "512", "workload": "llama3-70b pretrain", "seq": "8192",
                          "global_batch_seqs": "512", "precision": "bf16", "tokens": "1e12"}, "days", "days"),
        ("train", TRAIN, {"chip": "H100 SXM", "n_chips": "512", "workload": "llama3-70b pretrain", "seq": "8192",
                          "global_batch_seqs": "512", "precision": "bf16"}, "tokens_per_s", "tokens_per_s"),
        ("serve", {**SERVE, "batch": 32.0, "replica": 8, "ms_per_token": None},
         {"chip": "H200 SXM", "n_chips": "8", "workload": "llama3-70b serving", "seq": "1024 in/512 out", "tp": "8",
          "global_batch_seqs": "32", "precision": "fp8"}, "tokens_per_s", "tokens_per_s"),
    ],
)  # fmt: skip
def test_a_row_gives_the_digits_of_the_command(tmp_path, capsys, base, name, given, cells, quantity, key):
    path = tmp_path / "mine.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*cells, "quantity", "unit"])
        writer.writeheader()
        writer.writerow({**cells, "quantity": quantity, "unit": ""})
    assert main(["engine", "predict", "--table", str(path), "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    asked: Question = getattr(questions, name.title()).asked(given)
    found = asked.answer(base).values[key]
    assert (row["low"], row["value"], row["high"]) == pytest.approx((found["low"], found["value"], found["high"]))
    found = rm.engine.predict(table=[{**cells, "quantity": quantity}]).json()
    assert found["answers"][0]["value"] == row["value"]


def test_every_question_takes_the_calibration_of_the_workspace(tmp_path, capsys):
    """Rows half as fast as shipped, added by `engine calibrate`, slow every question down, nothing else."""
    home = tmp_path / "home"
    assert main(["init", str(home)]) == 0
    table, rows = tmp_path / "mine.csv", []
    for chips in (64, 128, 256):
        cells = {"id": f"own{chips}", "kind": "train_dense_nvidia_bf16", "chip": "H100 SXM", "n_chips": str(chips),
                 "workload": "llama3-70b pretrain", "seq": "8192", "global_batch_seqs": str(chips),
                 "precision": "bf16", "quantity": "tokens_per_s", "unit": "tokens/s"}  # fmt: skip
        rows.append(cells | {"value": str(0.7 * rm.engine.predict(table=[cells]).json()["answers"][0]["value"])})
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

    def asked(*chosen):
        capsys.readouterr()
        compare = ("compare", "--system", "64x h100", "--system", "64x h100", "--workload", "train-70b")
        found = []
        for command in (("train", *words(TRAIN)), compare, ("reach", "--model", "llama3-70b", "--chips", "64"),
                        ("search", "--system", "64x h100", "--model", "llama3-70b", "--batch", "64")):  # fmt: skip
            assert main([*chosen, "engine", *command, "--json"]) == 0
            found.append(json.loads(capsys.readouterr().out))
        train, versus, reach, search = found
        return (train["tokens_per_s"]["value"], versus["a"]["tokens_per_s"]["value"], reach["steps"][1]["rate"],
                1 / search["best"]["seconds"])  # fmt: skip

    shipped = asked()
    assert main(["engine", "calibrate", "--table", str(table), "--out", str(home / "engine")]) == 0
    own = asked("--workspace", str(home))
    for before, after in zip(shipped[:3], own[:3], strict=True):
        assert after < 0.95 * before
    assert own[3] <= shipped[3]
