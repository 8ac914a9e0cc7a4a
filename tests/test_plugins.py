"""What other packages add works everywhere; what is wrong with them is said, and breaks nothing."""

from __future__ import annotations

import json
import shutil
import sys
import warnings
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import plugged
from koopopt.errors import PluginWarning
from koopopt.packages import Entry
from koopopt.plugins import Door, Offer, Registry

CATALOGUE = "src/koopopt_example/locale/de/LC_MESSAGES/koopopt_example"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plugged.example(tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="module")
def land(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plugged.land(tmp_path_factory.mktemp("land"), site)


def test_the_example_passes_its_own_tests(site: Path) -> None:
    command = (
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        "pyproject.toml",
    )
    plugged.ran(*command, "tests", site=site, cwd=plugged.EXAMPLE)


def test_the_examples_translations_are_in_step() -> None:
    import gettext

    with (plugged.EXAMPLE / f"{CATALOGUE}.po").open("rb") as file:
        written = {m.id: m.string for m in read_po(file, locale="de") if m.id}
    with (plugged.EXAMPLE / f"{CATALOGUE}.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    assert written == {key: value for key, value in compiled.items() if key}


def test_everything_is_listed(site: Path) -> None:
    json_words, table_words = ["plugins", "--json"], ["plugins", "--lang=de"]
    said = plugged.several(json_words, table_words, ["solvers"], ["models"], site=site)
    table, shown, solvers, models, _ = said.split("exit 0\n")
    rows = json.loads(table)["plugins"]
    assert {(row["kind"], row["name"]) for row in rows} == {
        ("criterion", "far"),
        ("rule", "max_spread"),
        ("solver", "tiny"),
        ("service", "harbour"),
        ("legal_forms", "freedonia"),
        ("locale", "koopopt_example"),
    }
    about = ("koopopt-example", "1.0", None)
    assert {(row["package"], row["version"], row["reason"]) for row in rows} == {about}
    assert "koopopt_example" in shown
    assert "tiny" in solvers
    assert "Guild; League" in models


def test_tables_for_documentation(site: Path) -> None:
    script = str(plugged.ROOT / "docs" / "make_rules.py")
    said = plugged.ran(sys.executable, script, "koopopt-example", site=site)
    assert "| far | inhabitants over 10 minutes away | 1 |" in said
    assert (
        "| `max_spread`: number, 0 or more | minutes between any two members ≤ the value |" in said
    )


BY_ENUMERATION = """
import sys
import bruteforce, koopopt
from koopopt.evaluation import evaluate

problem = koopopt.Problem.of(koopopt.read(sys.argv[1]))
facts = problem.facts
least = None
for plan in bruteforce.all_plans(problem):
    found = evaluate(problem, plan)
    far = sum(
        facts.population[facts.index[m]]
        for p in plan.partnerships for m in p.members
        if facts.minutes[facts.index[m], facts.index[p.seat]] > 10
    )
    assert found.criteria["far"] == far
    assert not [p for p in plan.pooled for a in p.members for b in p.members
                if facts.minutes[facts.index[a], facts.index[b]] > 12]
    least = found.total if least is None else min(least, found.total)
for formulation in ("partition", "assignment"):
    for solver in ("highs", "tiny"):
        result = koopopt.solve(problem, formulation=formulation, solver=solver)
        assert result.status.value == "optimal", (formulation, solver)
        assert result.evaluation.total == least, (formulation, solver)
    most = koopopt.solve(problem.instance, limits={"far": 0}, formulation=formulation)
    assert most.criteria["far"] == 0
print("agreed", result.criteria["far"])
"""


def test_both_formulations_agree_with_enumeration(site: Path, land: Path) -> None:
    tests = str(Path(__file__).parent)
    code = f"import sys; sys.path.append({tests!r})\n{BY_ENUMERATION}"
    assert "agreed" in plugged.ran(sys.executable, "-c", code, str(land), site=site)


def test_a_run_is_made_and_read_where_the_plug_in_is(
    site: Path, land: Path, tmp_path: Path
) -> None:
    said = plugged.several(
        ["solve", str(land), "--lang=de", "--out=run"],
        ["report", "run", "--lang=de", "-o", "page.html", "-o", "plan.xlsx"],
        site=site, cwd=tmp_path,
    )  # fmt: skip
    assert said.count("exit 0") == 2
    assert "lange Wege (Einwohner über 10 Minuten entfernt)" in said
    assert "keine zwei Mitglieder weiter auseinander" in (tmp_path / "page.html").read_text("utf-8")
    run = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    assert run["plugins"] == {"koopopt-example": "1.0"}
    missing = plugged.koopopt("report", "run", site=None, code=3, cwd=tmp_path)
    assert "plug-in of the package koopopt-example 1.0, which is not installed here" in missing
    assert missing.count("\n") == 2


def test_a_run_of_before_is_read_where_a_plug_in_has_come_since(site: Path, tmp_path: Path) -> None:
    plugged.koopopt("solve", "three-villages", "--out=run", site=None, cwd=tmp_path)
    assert "plugins" not in json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    code = "from koopopt.storage.run_reading import read; print(read('run').criteria)"
    assert "'far': " in plugged.ran(sys.executable, "-c", code, site=site, cwd=tmp_path)


def test_a_front_with_workers_is_verified(site: Path, land: Path, tmp_path: Path) -> None:
    said = plugged.several(
        ["front", str(land), "--criteria=cost,far", "--workers=2", "--out=front"],
        ["verify", "front"],
        site=site, cwd=tmp_path,
    )  # fmt: skip
    assert "Everything that was checked holds" in said
    table = json.loads((tmp_path / "front" / "front.json").read_text("utf-8"))
    assert table["complete"]
    assert table["plugins"] == {"koopopt-example": "1.0"}
    missing = plugged.koopopt("verify", "front", site=None, code=3, cwd=tmp_path)
    assert "koopopt-example 1.0, which is not installed here" in missing


def test_names_are_checked_and_guessed(site: Path, land: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    shutil.copytree(land, wrong)
    path = wrong / "instance.toml"
    text = path.read_text("utf-8").replace("max_spread = 12.0", 'max_spread = "12"')
    path.write_text(text.replace('"harbour"', '"harbor"'), encoding="utf-8")
    said = plugged.several(
        ["solve", str(land), "--weight=fra=1"],
        ["solve", str(land), "--solver=tinny"],
        ["check", str(wrong)],
        site=site,
    )
    assert [line for line in said.splitlines() if line.startswith("exit")] == [
        "exit 2",
        "exit 2",
        "exit 3",
    ]
    for words in ("Did you mean 'far'?", "Did you mean tiny?", "Did you mean 'harbour'?"):
        assert words in said
    assert "column rules.max_spread" in said


SENT = """
import pickle, sys
import koopopt
from koopopt.errors import SolverError
from koopopt.pareto.posed import of_problem
from koopopt.pareto.oracle import Question
from koopopt.pareto.workers import answer

if sys.argv[1] == "send":
    problem = koopopt.Problem.of(koopopt.read(sys.argv[2]))
    subject = of_problem(problem, ("cost", "travel"), {}, "highs", "auto", 0).subject
    pickle.dump(subject, open("subject", "wb"))
else:
    try:
        answer(pickle.load(open("subject", "rb")), Question((None, None), (1, 1)))
    except SolverError as error:
        print(error)
"""


def test_a_worker_that_lacks_the_plug_in_says_so(site: Path, land: Path, tmp_path: Path) -> None:
    run = (sys.executable, "-c", SENT)
    plugged.ran(*run, "send", str(land), site=site, cwd=tmp_path)
    assert plugged.ran(*run, "answer", site=None, cwd=tmp_path) == (
        "A worker has other plug-ins: needed are koopopt-example 1.0, there are none."
        " Install the same packages for every worker.\n"
    )


BROKEN = """
import pathlib, sys
from dataclasses import dataclass
import numpy as np
from koopopt.criteria import Criterion
from koopopt.case.library import Count
from koopopt.rules import PartnershipRule
from koopopt.text import T

pathlib.Path(__file__).with_suffix(".imported").touch()

def made(name, **changes):
    usual = {"name": name, "title": T("t"), "unit": T("u"), "resolution": 1.0}
    return Criterion(**{**usual, **changes})

cost, both, twin_one = made("cost"), made("both"), made("other")
third = made("third", resolution=0.3)
share = made("share", cost_share=1)
largest = made("largest", per_body=1, largest=lambda facts, s: facts.minutes)
wrong = made("wrong", pair=lambda facts, s: np.ones(facts.n))
number = 7

@dataclass(frozen=True)
class Loose:
    loose: Count

@dataclass(frozen=True)
class Taken(PartnershipRule):
    taken: Count
    max_members: Count = 1

def stops():
    sys.exit("never")
"""


NAME_RULE = (
    "A name begins with a letter from A to Z and has only such letters, digits, '-' and '_'."
)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("broken")
    criteria = {"cost": "bad:cost", "both": "bad:both", "twin": "bad:twin_one",
                "third": "bad:third", "share": "bad:share", "number": "bad:number",
                "largest": "bad:largest",
                "none": "bad:nothing", "gone": "nowhere:thing",
                "wrong": "bad:wrong", "a b": "bad:number", "2nd": "bad:number"}  # fmt: skip
    points = {
        "koopopt.criteria": criteria,
        "koopopt.rules": {"loose": "bad:Loose", "taken": "bad:Taken"},
        "koopopt.solvers": {"highs": "bad:number", "stops": "bad:stops", "idle": "bad:number"},
        "koopopt.services": {"models": "nowhere.models"},
        "koopopt.locale": {"words": "nowhere.locale"},
    }
    plugged.package(folder, "bad", points, BROKEN)
    plugged.package(folder, "worse", {"koopopt.criteria": {"Both": "bad:both"}})
    return folder


def test_what_is_wrong_is_said_and_nothing_else_breaks(broken: Path) -> None:
    asked = plugged.begun(sys.executable, "-c", plugged.KOOPOPT, "plugins", "--json", site=broken)
    assert "Traceback" not in asked.stderr
    rows = json.loads(asked.stdout)["plugins"]
    reasons = {(row["kind"], row["name"]): row["reason"] for row in rows}
    contested = "'both' is offered twice (bad, worse), so neither is used: uninstall one."
    assert reasons == {
        ("criterion", "cost"): "koopopt itself has 'cost'.",
        ("criterion", "both"): contested,
        ("criterion", "Both"): contested,
        ("criterion", "twin"): "It calls itself 'other'; both names must be the same.",
        ("criterion", "third"): "Its resolution is 0.3; it must be one over a whole number.",
        ("criterion", "share"): "Its cost_share must be 0, or 1 with a resolution of 0.01.",
        ("criterion", "largest"): (
            "It has largest, so it must not have pair, cost_share or per_body."
        ),
        ("criterion", "number"): "It is 'int', not koopopt.criteria.Criterion.",
        ("criterion", "none"): reasons["criterion", "none"],
        ("criterion", "gone"): reasons["criterion", "gone"],
        ("criterion", "a b"): NAME_RULE,
        ("criterion", "2nd"): NAME_RULE,
        ("criterion", "wrong"): None,
        ("rule", "loose"): reasons["rule", "loose"],
        ("rule", "taken"): "koopopt itself has 'max-members'.",
        ("solver", "highs"): reasons["solver", "highs"],
        ("solver", "stops"): "It cannot be loaded: SystemExit: never.",
        ("solver", "idle"): "It is 'int', not koopopt.solvers.Solver.",
        ("service", "models"): reasons["service", "models"],
        ("locale", "words"): reasons["locale", "words"],
    }
    assert "has no attribute 'nothing'" in reasons["criterion", "none"]
    assert "No module named 'nowhere'" in reasons["criterion", "gone"]
    warned = [line for line in asked.stderr.splitlines() if line.startswith("Warning: The plug-in")]
    assert len(warned) == len(set(warned)) == sum(r is not None for r in reasons.values())


def test_an_amount_that_is_none_names_criterion_and_package(broken: Path) -> None:
    said = plugged.koopopt("solve", "three-villages", site=broken, code=1)
    assert said.splitlines()[-1] == (
        "Error: The plug-in 'wrong' of bad 2.0 fails: it returns an array of shape (3,), not"
        " (3, 3). Please tell its authors."
    )


def test_help_imports_no_plug_in(broken: Path) -> None:
    mark = broken / "bad.imported"
    mark.unlink(missing_ok=True)
    plugged.several(["--version"], ["--help"], ["solve", "--help"], site=broken)
    assert not mark.exists()
    plugged.koopopt("plugins", site=broken)
    assert mark.exists()


def test_a_warning_comes_once_and_late() -> None:
    entry = Entry("mine", "x:y", "parcel", "1", None)  # type: ignore[arg-type]
    door: Door[int] = Door(lambda: [Offer("criterion", "mine", entry, lambda: 1 // 0)], lambda: ())
    table = Registry({"own": 1}, door)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", PluginWarning)
        assert (list(table), list(table.values())) == (["own"], [1])
    (warning,) = caught
    assert "'mine' (criterion) of parcel 1 is not used" in str(warning.message)


def test_a_plug_in_that_asks_for_others_while_it_loads_sees_the_own_ones() -> None:
    seen: list[list[str]] = []

    def make() -> int:
        seen.append(list(table))
        return 2

    entry = Entry("mine", "x:y", "parcel", "1", None)  # type: ignore[arg-type]
    table = Registry(
        {"own": 1}, Door(lambda: [Offer("criterion", "mine", entry, make)], lambda: ())
    )
    assert dict(table) == {"own": 1, "mine": 2}
    assert seen == [["own"]]


THIRDS = """
import numpy as np
from koopopt.criteria import Criterion
from koopopt.text import T

thirds = Criterion("thirds", T("t"), T("u"), 1 / 3, pair=lambda facts, s: facts.minutes / 7)
"""


def test_amounts_that_are_no_decimals_survive_files(tmp_path: Path) -> None:
    points = {"koopopt.criteria": {"thirds": "parts:thirds"}}
    site = plugged.package(tmp_path / "site", "parts", points, THIRDS)
    said = plugged.several(
        ["front", "three-villages", "--criteria=cost,thirds", "--out=front"],
        ["verify", "front"],
        ["solve", "three-villages", "--limit=thirds=1.4", "--out=run"],
        ["report", "run", "-o", "page.html"],
        site=site, cwd=tmp_path,
    )  # fmt: skip
    assert said.count("exit 0") == 4
    front = json.loads((tmp_path / "front" / "front.json").read_text("utf-8"))
    assert 4 / 3 in [point["criteria"]["thirds"] for point in front["points"]]
    run = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    assert run["criteria"]["thirds"] == run["limits"]["thirds"] == 4 / 3
