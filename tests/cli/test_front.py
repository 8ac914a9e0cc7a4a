"""`koopopt front` and `koopopt verify`: exit codes, one JSON object, files, words, the journal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from koopopt.exchange import write_mps
from koopopt.storage import front_reading
from pareto import hand

pytestmark = pytest.mark.usefixtures("cache")

VILLAGES = [(110000.0, 650.0), (130000.0, 200.0), (135000.0, 0.0)]
"""The front of three-villages, by hand: all three pool, two of them, nobody."""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "knapsack.mps"
    write_mps(hand.knapsack(8, 3), path)
    return path


def pairs(table: dict[str, Any]) -> list[tuple[float, float]]:
    return [(p["criteria"]["cost"], p["criteria"]["travel"]) for p in table["points"]]


def test_the_front_of_three_villages(run: Any) -> None:
    result = run("front", "three-villages", "--json", "--quiet")
    assert result.exit_code == 0
    assert result.stderr == ""
    table = json.loads(result.stdout)
    assert table["complete"] is True
    assert table["unexplored"] == 0.0
    assert pairs(table) == VILLAGES
    assert table["source"] == table["instance"] == "three-villages"
    assert table["points"][2]["all_criteria"]["bodies"] == 0


def test_criteria_limits_and_resolutions_reach_the_search(run: Any) -> None:
    table = json.loads(
        run(
            "front", "three-villages", "--criteria", "travel,bodies,cost", "--limit", "travel=300",
            "--resolution", "cost=1000", "--json", "--formulation", "assignment", "--solver",
            "highs", "--workers", "1",
        ).stdout
    )  # fmt: skip
    assert table["criteria"] == ["travel", "bodies", "cost"]
    assert table["resolution"] == {"travel": 0.0001, "bodies": 1, "cost": 1000}
    assert table["limits"] == {"travel": 300}
    assert pairs(table) == [VILLAGES[2], VILLAGES[1]]


def test_the_front_of_a_model(run: Any, model: Path) -> None:
    result = run("front", "--model", str(model), "--json", "--quiet")
    assert result.exit_code == 0
    table = json.loads(result.stdout)
    assert table["instance"] is None
    assert table["source"] == str(model)
    true = hand.of_model(hand.knapsack(8, 3))
    assert [list(p["criteria"].values()) for p in table["points"]] == true.values.tolist()
    assert set(table["points"][0]["columns"].values()) == {1.0}
    two = run("front", "--model", str(model), "--criteria", "profit2,profit0", "--json")
    assert json.loads(two.stdout)["criteria"] == ["profit2", "profit0"]


@pytest.mark.parametrize("lang", ["en", "de"])
def test_words(run: Any, lang: str) -> None:
    result = run("front", "three-villages", "--lang", lang)
    assert result.exit_code == 0
    assert {"en": "no plan is missing", "de": "110.000"}[lang] in result.stdout
    assert "•" in result.stdout
    assert {"en": "+ cost 110,000.00  travel 650.00", "de": "110.000,00"}[lang] in result.stderr


def test_quiet_says_nothing_on_the_way(run: Any) -> None:
    assert run("front", "three-villages", "--quiet").stderr == ""


@pytest.mark.parametrize(
    ("options", "code", "points"),
    [
        (["--limit", "cost=1"], 4, 0),
        (["--time-limit", "0.000001"], 5, 0),
        (["--points", "1"], 0, 1),
        (["--coverage", "0.9"], 0, None),
    ],
)
def test_exit_codes(run: Any, options: list[str], code: int, points: int | None) -> None:
    result = run("front", "three-villages", "--json", "--quiet", *options)
    assert result.exit_code == code
    table = json.loads(result.stdout)
    assert table["complete"] == table["infeasible"] == (code == 4)
    assert points is None or len(table["points"]) == points
    shown = run("front", "three-villages", *options)
    assert shown.exit_code == code


WRONG = [
    ([], "either an INSTANCE or a --model"),
    (["three-villages", "--model", "x.mps"], "either an INSTANCE or a --model"),
    (["three-villages", "--criteria", "cost,travle"], "Did you mean 'travel'"),
    (["three-villages", "--criteria", "cost"], "two criteria"),
    (["three-villages", "--criteria", "cost,cost"], "stands twice"),
    (["three-villages", "--criteria", "cost,,travel"], "commas between them"),
    (["three-villages", "--resolution", "bodies=2"], "no criterion of the front"),
    (["three-villages", "--resolution", "cost=0"], "more than 0"),
    (["three-villages", "--resolution", "cost"], "NAME=VALUE"),
    (["three-villages", "--limit", "price=3"], "'price'"),
    (["three-villages", "--points", "0"], "--points is 0"),
    (["three-villages", "--points", "1.5"], "whole number"),
    (["three-villages", "--coverage", "2"], "between 0 and 1"),
    (["three-villages", "--workers", "0"], "--workers is 0"),
    (["three-villages", "--time-limit", "0"], "--time-limit is 0"),
    (["three-villages", "--solver", "hihgs"], "highs"),
    (["three-villages", "--formulation", "partiton"], "partition"),
    (["three-villages", "--journal", "x", "--no-journal"], "either --journal or --no-journal"),
    (["three-villages", "--dask", "nowhere"], "no Dask scheduler at 'nowhere'"),
]


def test_dask_without_its_package(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = run("front", "three-villages", "--dask", "nowhere", "--quiet")
    assert result.exit_code == 2
    assert "pip install distributed" in result.stderr


def test_dask_that_fails_without_a_word(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def client(*_: object, **__: object) -> None:
        raise TimeoutError

    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=client))
    result = run("front", "three-villages", "--dask", "nowhere", "--quiet")
    assert result.exit_code == 2
    assert "no Dask scheduler at 'nowhere': TimeoutError." in result.stderr


@pytest.mark.parametrize(("args", "said"), WRONG, ids=[" ".join(args) for args, _ in WRONG])
def test_wrong_command_lines(run: Any, args: list[str], said: str) -> None:
    result = run("front", *args, "--quiet")
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--criteria", "profit1,profit9"], "Did you mean 'profit"),
        (["--limit", "profit1=3"], "--limit is for instances"),
        (["--formulation", "partition"], "--formulation is for instances"),
    ],
)
def test_wrong_command_lines_of_models(run: Any, model: Path, args: list[str], said: str) -> None:
    result = run("front", "--model", str(model), *args)
    assert result.exit_code == 2
    assert said in result.stderr


def test_wrong_data(run: Any, tmp_path: Path) -> None:
    assert run("front", "no-such-instance").exit_code == 3
    assert run("front", "--model", str(tmp_path / "no.mps")).exit_code == 3


@pytest.mark.parametrize(
    "rows", ["", "ROWS\n L r\nCOLUMNS\n x r 1\n", "ROWS\n N one\nCOLUMNS\n x one 1\n"]
)
def test_a_model_that_lacks_objectives_is_named(tmp_path: Path, rows: str, run: Any) -> None:
    path = tmp_path / "few.mps"
    path.write_text(f"NAME\n{rows}ENDATA\n", encoding="utf-8")
    result = run("front", "--model", str(path))
    assert result.exit_code == 3
    assert "few.mps: A front needs two objectives (N rows) at least" in result.stderr


def test_out_is_checked_before_searching(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    result = run("front", "three-villages", "--out", str(file))
    assert result.exit_code == 2
    assert result.stdout == ""


def test_what_is_written_can_be_verified(run: Any, tmp_path: Path) -> None:
    assert run("front", "three-villages", "--out", str(tmp_path / "out")).exit_code == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        "certificate.csv", "front.csv", "front.json", "front.parquet", "partnerships.csv",
    }  # fmt: skip
    result = run("verify", str(tmp_path / "out"), "--sample", "2")
    assert result.exit_code == 0, result.output
    assert "Everything that was checked holds." in result.stdout


def test_an_instance_in_a_folder_is_found_again(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("new", "mine").exit_code == 0
    assert run("front", "mine", "--out", "out", "--quiet").exit_code == 0
    monkeypatch.chdir("/")
    assert front_reading.read(tmp_path / "out").source == str(tmp_path / "mine")
    assert run("verify", str(tmp_path / "out"), "--sample", "0").exit_code == 0
    path = tmp_path / "mine" / "instance.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[office]\ncost", "[office]\n# cost"))
    (tmp_path / "mine").rename(tmp_path / "moved")
    assert run("verify", str(tmp_path / "out")).exit_code == 3


# -- the journal -------------------------------------------------------------------------------


def test_a_journal_is_gone_on_with(run: Any, tmp_path: Path, cache: Path) -> None:
    book = tmp_path / "book"
    options = ["--json", "--quiet", "--journal", str(book)]
    first = json.loads(run("front", "three-villages", *options, "--points", "2").stdout)
    assert not first["complete"]
    size = book.stat().st_size
    second = json.loads(run("front", "three-villages", *options).stdout)
    assert second["complete"]
    known = first["certificate"]["records"]
    assert second["certificate"]["records"][: len(known)] == known
    assert book.stat().st_size > size
    assert not cache.exists()
    third = json.loads(run("front", "three-villages", *options).stdout)
    assert third["certificate"] == second["certificate"]
    other = run("front", "three-villages", *options, "--resolution", "cost=5")
    assert other.exit_code == 3
    assert "journal" in other.stderr


def test_the_usual_journal_is_there_until_it_is_not_needed(
    run: Any, tmp_path: Path, cache: Path
) -> None:
    book = tmp_path / "book"
    short = ("--points", "2", "--journal", str(book))
    first = run("front", "three-villages", "--json", "--quiet", *short)
    assert not cache.exists()  # a few points are found anew
    run("front", "three-villages", "--quiet", "--time-limit", "0.000001")
    (usual,) = cache.iterdir()
    usual.write_bytes(book.read_bytes())
    second = run("front", "three-villages", "--json", "--quiet")
    assert list(cache.iterdir()) == []
    known = json.loads(first.stdout)["certificate"]["records"]
    assert json.loads(second.stdout)["certificate"]["records"][: len(known)] == known
    run("front", "three-villages", "--no-journal", "--points", "2")
    assert list(cache.iterdir()) == []


def test_a_damaged_usual_journal_does_no_harm(run: Any, cache: Path) -> None:
    run("front", "three-villages", "--quiet", "--time-limit", "0.000001")
    (book,) = cache.iterdir()
    book.write_bytes(book.read_bytes()[:-20])
    result = run("front", "three-villages", "--json")
    assert result.exit_code == 0
    assert "damaged" in result.stderr
    assert pairs(json.loads(result.stdout)) == VILLAGES


def test_a_cache_that_cannot_be_written_does_no_harm(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    monkeypatch.setenv("KOOPOPT_CACHE", str(tmp_path / "file"))
    assert run("front", "three-villages", "--quiet").exit_code == 0


# -- interrupted, and elsewhere ----------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupted_search_keeps_what_it_found(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "koopopt", "front", "werra-meissner", "--workers", "1"]
    command += ["--out", str(tmp_path / "out"), "--json"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert process.stderr is not None
    points = 0
    began = time.monotonic()
    for line in process.stderr:
        points += line.startswith("+")
        if points == 2 or time.monotonic() - began > 60:
            break
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    table = json.loads(out)
    assert table["interrupted"]
    assert not table["complete"]
    assert len(table["points"]) >= 2
    assert len(front_reading.read(tmp_path / "out")) == len(table["points"])


def test_dask_workers_do_the_work(run: Any) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    ) as cluster:
        result = run(
            "front", "three-villages", "--dask", cluster.scheduler_address, "--json", "--quiet"
        )
    assert result.exit_code == 0, result.output
    assert pairs(json.loads(result.stdout)) == VILLAGES
