"""`koopopt compare`: two of a kind, whatever they are, found from their files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import koopopt
import tiny
from koopopt.comparing.benchmarks import COLUMNS
from koopopt.problem import Problem
from koopopt.storage.json_schemas import SCHEMAS

VALIDATOR = Draft202012Validator(SCHEMAS["comparison"].make())
ROW = "s,i,partition,highs,{seed},optimal,{seconds},10,10,0,90,1,here"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two runs, two fronts, two results and two instances."""
    folder = tmp_path_factory.mktemp("compared")
    result = koopopt.solve("three-villages")
    koopopt.save(result, folder / "run1")
    koopopt.save(koopopt.solve("three-villages", weights={"travel": 100.0}), folder / "run2")
    koopopt.save(koopopt.front("three-villages", ["cost", "travel"]), folder / "front1")
    limited = koopopt.front(
        Problem.of(koopopt.read("three-villages"), limits={"cost": 132000.0}), ["cost", "travel"]
    )
    koopopt.save(limited, folder / "front2")
    for name, factor in (("bench1.csv", 1), ("bench2.csv", 3)):
        lines = [ROW.format(seed=seed, seconds=factor * (10 + seed)) for seed in range(3)]
        (folder / name).write_text("\n".join([",".join(COLUMNS), *lines]) + "\n", "utf-8")
    shipped = Path(__file__).parents[2] / "instances" / "three-villages"
    for name in ("instance1", "instance2"):
        shutil.copytree(shipped, folder / name)
    towns = folder / "instance2" / "municipalities.csv"
    text = towns.read_text("utf-8").replace("Ahornau,1000", "[red]=Ahornau\u202e,1001")
    towns.write_text(text, "utf-8")
    return folder


KINDS = [("instance", "instances"), ("run", "runs"), ("front", "fronts"), ("bench", "benchmarks")]


def names(made: Path, kind: str) -> tuple[str, str]:
    one, two = sorted(str(path) for path in made.glob(f"{kind}[12]*"))
    return one, two


def compared(run: Any, *args: str) -> dict[str, Any]:
    done = run("compare", *args, "--json")
    assert done.exit_code == 0, done.output
    table: dict[str, Any] = json.loads(done.stdout)
    assert [e.message for e in VALIDATOR.iter_errors(table)] == []
    return table


@pytest.mark.parametrize(("files", "kind"), KINDS)
def test_the_kind_is_found_and_one_is_equal_to_itself(
    run: Any, made: Path, files: str, kind: str
) -> None:
    one, two = names(made, files)
    same, other = compared(run, one, one), compared(run, one, two)
    assert (same["kind"], same["equal"]) == (kind, True)
    assert (other["kind"], other["equal"]) == (kind, False)
    assert [key for key in SECTIONS if other[key] is not None] == [kind]


SECTIONS = [kind for _, kind in KINDS]
SAID = {
    "instance": ["1,000", "1,001", "+1", "population"],
    "run": ["different questions", "weights.travel", "+25,000.00", "proven best", "Gone, in A"],
    "front": ["limits.cost", "hypervolume", "Only in A: 1", "135,000"],
    "bench": ["11 (10 to 12)", "33 (30 to 36)", "3.000", "slower"],
}


@pytest.mark.parametrize("kind", SAID)
def test_what_is_printed(run: Any, made: Path, kind: str) -> None:
    done = run("compare", *names(made, kind), env={"COLUMNS": "160"})
    assert done.exit_code == 0
    assert [gist for gist in SAID[kind] if gist not in done.stdout] == []
    assert "\u202e" not in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("kind", SAID)
def test_german(run: Any, made: Path, kind: str) -> None:
    english, german = (run("compare", *names(made, kind), "--lang", x).stdout for x in ("en", "de"))
    assert english != german


def test_a_file_is_written_besides_what_is_printed(run: Any, made: Path, tmp_path: Path) -> None:
    file = tmp_path / "found.json"
    done = run("compare", *names(made, "run"), "--json", str(file))
    assert "The runs differ." in done.stdout
    assert json.loads(file.read_text("utf-8")) == compared(run, *names(made, "run"))


def test_a_file_that_is_read_is_not_written_over(run: Any, made: Path) -> None:
    one, two = names(made, "bench")
    before = Path(one).read_bytes()
    done = run("compare", one, two, "--json", one)
    assert done.exit_code == 2
    assert "one of the files that are read" in done.stderr
    done = run("compare", *names(made, "run"), "--json", str(made / "run1" / "run.json"))
    assert done.exit_code == 2
    assert Path(one).read_bytes() == before


def test_shipped_names_are_instances(run: Any) -> None:
    table = compared(run, "three-villages", "valley")
    assert (table["kind"], table["a"], table["b"]) == ("instances", "three-villages", "valley")


def test_two_kinds_are_not_compared(run: Any, made: Path) -> None:
    done = run("compare", names(made, "run")[0], "three-villages")
    assert done.exit_code == 2
    assert "is a run, 'three-villages' is an instance: only two of the same kind" in done.stderr
    assert done.stdout == ""


def test_fronts_in_other_criteria_are_not_compared(run: Any, made: Path, tmp_path: Path) -> None:
    koopopt.save(koopopt.front("three-villages", ["cost", "identity"]), tmp_path / "other")
    done = run("compare", names(made, "front")[0], str(tmp_path / "other"))
    assert done.exit_code == 2
    assert "same criteria" in done.stderr


def test_a_run_whose_data_have_changed_is_taken_as_it_says(
    run: Any, made: Path, tmp_path: Path
) -> None:
    case = tmp_path / "case"
    shutil.copytree(made / "instance1", case)
    before, after = str(tmp_path / "before"), str(tmp_path / "after")
    assert run("solve", str(case), "--out", before, "--quiet").exit_code == 0
    towns = case / "municipalities.csv"
    towns.write_text(towns.read_text("utf-8").replace("Ahornau,1000", "Ahornau,1100"), "utf-8")
    assert run("solve", str(case), "--out", after, "--quiet").exit_code == 0
    table = compared(run, before, after)["runs"]
    assert (table["a"]["verified"], table["b"]["verified"]) == (False, True)
    assert [d["key"] for d in table["question"]] == ["fingerprint"]
    assert "The data of A are not at hand" in run("compare", before, after).stdout
    shutil.rmtree(case)
    table = compared(run, before, after)["runs"]
    assert (table["a"]["verified"], table["b"]["verified"]) == (False, False)
    assert [c["name"] for c in table["criteria"] if c["difference"]]


def test_a_run_whose_figures_are_wrong_is_an_error(run: Any, made: Path, tmp_path: Path) -> None:
    text = (made / "run1" / "run.json").read_text("utf-8")
    table = json.loads(text)
    table["criteria"]["cost"] += 1
    lie = tmp_path / "run.json"
    lie.write_text(json.dumps(table), "utf-8")
    done = run("compare", str(lie), names(made, "run")[0])
    assert done.exit_code == 3
    assert "criteria.cost" in done.stderr


HEAD = ",".join(COLUMNS) + "\n"
BROKEN: list[tuple[str, bytes, str]] = [
    ("x.json", b'{"a": 1}', "neither a run nor a front"),
    ("x.json", b'{"status": ', "no valid JSON"),
    ("x.csv", b"", "no result of a benchmark"),
    ("x.csv", b"set,instance\n1,2\n", "columns have to begin with set, instance, formulation"),
    ("x.csv", HEAD.encode(), "no rows"),
    ("x.csv", b"\xff\xfe", "not UTF-8"),
    ("x.csv", (HEAD + ROW.format(seed=0, seconds="fast")).encode(), "row 2, column seconds"),
    ("x.csv", (HEAD + ROW.format(seed=0, seconds=-1)).encode(), "value '-1'"),
    ("x.csv", (HEAD + 2 * (ROW.format(seed=7, seconds=1) + "\n")).encode(), "seed stands twice"),
    ("x.txt", b"hello", "is a folder or an .xlsx workbook"),
]


@pytest.mark.parametrize(("name", "content", "said"), BROKEN)
def test_broken_files(run: Any, made: Path, tmp_path: Path, name: str, content: bytes,
                      said: str) -> None:  # fmt: skip
    (tmp_path / name).write_bytes(content)
    done = run("compare", str(tmp_path / name), names(made, "bench")[0])
    assert done.exit_code == 3, done.output
    assert said in done.stderr
    assert "Traceback" not in done.stderr


WRONG: list[tuple[Callable[[Path], list[str]], str]] = [
    (lambda made: ["", "valley"], "the path is empty"),
    (lambda made: ["-", "valley"], "not from standard input"),
    (lambda made: ["valley"], "'B' is missing"),
    (lambda made: ["valley", str(made)], "holds several results of benchmarks"),
]


@pytest.mark.parametrize(("args", "said"), WRONG)
def test_wrong_command_lines(run: Any, made: Path, args: Any, said: str) -> None:
    done = run("compare", *args(made))
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_folder_that_holds_one_result_is_it(run: Any, made: Path, tmp_path: Path) -> None:
    one, two = names(made, "bench")
    shutil.copy(one, tmp_path / "results.csv")
    assert compared(run, str(tmp_path), two)["benchmarks"]["groups"][0]["slower"] == 1


def test_large_differences_are_summed_up_with_three_examples(run: Any, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        args = ("--municipalities", "30", "--seed", seed, "--out", str(tmp_path / seed))
        assert run("generate", *args).exit_code == 0
    done = run("compare", str(tmp_path / "1"), str(tmp_path / "2"))
    assert "differences, of which 3 are shown; all are in the JSON." in done.stdout
    assert len(done.stdout.splitlines()) < 80
    table = compared(run, str(tmp_path / "1"), str(tmp_path / "2"))["instances"]
    towns = next(part for part in table["parts"] if part["name"] == "municipalities")
    assert towns["changed"] == 30
    assert len(towns["differences"]) >= 30


def test_fronts_of_models_are_compared(run: Any, made: Path, tmp_path: Path) -> None:
    """Their objectives have any names, and no instance belongs to them."""
    from koopopt.exchange import write_mps
    from pareto import hand

    model = hand.knapsack(objectives=2)
    write_mps(model, tmp_path / "model.mps")
    args = (
        "front",
        "--model",
        str(tmp_path / "model.mps"),
        "--quiet",
        "--out",
        str(tmp_path / "f"),
    )
    assert run(*args).exit_code == 0
    assert compared(run, str(tmp_path / "f"), str(tmp_path / "f"))["equal"] is True


def test_an_instance_in_memory_is_equal_to_its_copy() -> None:
    from koopopt.comparing import instances

    assert instances.are_equal(instances.compare(tiny.instance(), tiny.instance()))


@pytest.mark.parametrize("lang", ["en", "de"])
def test_benchmarks_are_tables_on_a_terminal_of_the_usual_width(
    run: Callable[..., Any], made: Path, tmp_path: Path, lang: str
) -> None:
    one, two = names(made, "bench")
    for path in (one, two):
        text = (
            Path(path)
            .read_text("utf-8")
            .replace("\ns,i,partition", "\nsynthetic-large,i,plain-assignment")
        )
        (tmp_path / Path(path).name).write_text(text, "utf-8")
    a, b = (str(tmp_path / Path(path).name) for path in (one, two))
    shown = run("compare", a, b, "--lang", lang).stdout
    assert max(map(len, shown.splitlines())) <= 80
    assert len([line for line in shown.splitlines() if set(line.strip()) == {"─"}]) == 2
