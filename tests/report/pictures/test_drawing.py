"""Pictures without a browser: what is on them, in which language, and names that mean harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import tiny
from koopopt.case.instance import Instance
from koopopt.case.plan import Partnership
from koopopt.errors import UsageError
from koopopt.evaluation import all_alone
from koopopt.problem import Problem
from koopopt.report.pictures import drawing
from koopopt.report.pictures.charts import ALONE_COLOUR, TONES
from koopopt.report.values.decision import Decision
from pareto import hand
from report.decided import DAY

PNG = b"\x89PNG\r\n\x1a\n"


def run(instance: Instance | None = None, *, alone: bool = False) -> Decision:
    problem = Problem.of(instance or tiny.instance())
    plan = all_alone(problem) if alone else tiny.pooled_plan(problem)
    return Decision.of(tiny.result(problem, plan), DAY)


@pytest.fixture(scope="module")
def front() -> Decision:
    return Decision.of(hand.of_problem(Problem.of(tiny.instance())), DAY)


def texts(svg: str) -> list[str]:
    """Return what is written, line by line."""
    written = [e for e in ElementTree.fromstring(svg).iter() if e.tag.endswith(("text", "tspan"))]
    return [e.text for e in written if e.text]


def areas(svg: str) -> list[str | None]:
    """Return the colours of the areas, in the order of the municipalities."""
    marks = (e for e in ElementTree.fromstring(svg).iter() if "areas_marks" in e.get("class", ""))
    return [path.get("fill") for path in next(marks)]


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(PNG)
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


# -- the map ---------------------------------------------------------------------------------------


def test_a_map_names_everyone_and_colours_who_pools() -> None:
    svg = drawing.svg(run(), "map")
    assert {"Ahausen", "Bühl an der Weiß…", "Celle"} <= set(texts(svg))
    first, second, third = areas(svg)
    assert first == second
    assert first in TONES
    assert third == ALONE_COLOUR


def test_a_map_is_of_the_service_asked_for() -> None:
    decision = run()
    assert drawing.first_service(decision.plan) == "water"
    assert "Water" in texts(drawing.svg(decision, "map"))
    assert set(areas(drawing.svg(decision, "map", service="housing"))) == {ALONE_COLOUR}
    assert "Housing" in texts(drawing.svg(decision, "map", service="housing"))
    assert "Wohnen" in texts(drawing.svg(decision, "map", "de", "housing"))
    # Where the first is not pooled, the first that is; where none is, the first of all.
    turned = run(tiny.instance(services=(tiny.service("housing"), tiny.service("water"))))
    assert drawing.first_service(turned.plan) == "housing"
    problem = Problem.of(tiny.instance())
    pool = Partnership("housing", ("02", "03"), "02", "association")
    rest = [p for p in all_alone(problem).partnerships if p.service == "water"]
    plan = type(decision.plan.plan)([pool, Partnership("housing", ("01",), "01"), *rest])
    other = Decision.of(tiny.result(problem, plan), DAY)
    assert drawing.first_service(other.plan) == "housing"
    assert areas(drawing.svg(other, "map"))[0] == ALONE_COLOUR
    assert drawing.first_service(run(alone=True).plan) == "water"


def test_the_cooperations_of_today_are_dashed() -> None:
    def dashed(today: tuple[Partnership, ...], service: str) -> int:
        svg = drawing.svg(run(tiny.instance(status_quo=today)), "map", service=service)
        return svg.count("stroke-dasharray")

    today = (Partnership("water", ("02", "03"), "02", "association"),)
    assert dashed(today, "water") == 1
    assert dashed(today, "housing") == dashed((), "water") == 0


def test_a_map_of_one_municipality() -> None:
    decision = run(tiny.instance(["Ahausen"]), alone=True)
    svg = drawing.svg(decision, "map")
    assert texts(svg).count("Ahausen") == 2  # the name, and the light around it
    assert areas(svg) == [ALONE_COLOUR]
    assert size(drawing.png(decision, "map"))[0] == 1920
    ElementTree.fromstring(drawing.svg(decision, "chart"))


# -- the chart -------------------------------------------------------------------------------------


def test_a_chart_speaks_its_language(front: Decision) -> None:
    english, german = (texts(drawing.svg(front, "chart", lang)) for lang in ("en", "de"))
    known = "today: all alone"  # nobody pools anything today
    assert {"cost (EUR a year)", "travel (person-hours a year)", known} <= set(english)
    assert {"Kosten (EUR im Jahr)", "heute: alle allein"} <= set(german)
    assert ("Tiny district" in english, "Kleiner Kreis" in german) == (True, True)
    numbers = [text for text in english if "," in text and text.replace(",", "").isdigit()]
    assert numbers
    assert {text.replace(",", ".") for text in numbers} <= set(german)
    assert not set(numbers) & set(german)


def test_a_chart_marks_the_plan_by_its_number(front: Decision) -> None:
    assert len(front.plans) > 2
    for number in (1, 3):
        shown = texts(drawing.svg(front.beginning_with(number), "chart"))
        assert shown.count(f"Plan {number}") == 2  # the words, and the light around them
    assert "the plan" in texts(drawing.svg(run(), "chart"))
    assert "Plan 2" in " ".join(texts(drawing.svg(front.beginning_with(2), "map")))


def test_a_chart_shows_every_plan_and_what_is_known(front: Decision) -> None:
    def marks(decision: Decision) -> tuple[int, list[str]]:
        root = ElementTree.fromstring(drawing.svg(decision, "chart"))
        group = next(e for e in root.iter() if "plans_marks" in e.get("class", ""))
        return len(group), texts(drawing.svg(decision, "chart"))

    assert marks(front)[0] == len(front.plans)
    count, shown = marks(run())
    assert count == 1
    assert shown.count("today: all alone") == 1  # one mark for both
    assert not {"all alone", "today"} & set(shown)
    today = (Partnership("water", ("02", "03"), "02", "association"),)
    shown = marks(run(tiny.instance(status_quo=today)))[1]
    assert (shown.count("all alone"), shown.count("today")) == (1, 1)
    assert "today: all alone" not in shown


def test_steps_bound_a_front_in_two_criteria_only(front: Decision) -> None:
    def steps(decision: Decision) -> bool:
        return "mark-line" in drawing.svg(decision, "chart")

    assert steps(front)
    assert not steps(run())
    of_three = hand.of_problem(
        Problem.of(tiny.instance(services=(tiny.service(),))), ("cost", "travel", "change")
    )
    assert not steps(Decision.of(of_three, DAY))


# -- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["chart", "map"])
def test_a_png_is_one_and_sharp(what: drawing.Kind) -> None:
    decision = run()
    width, height = size(drawing.png(decision, what))
    drawn = ElementTree.fromstring(drawing.svg(decision, what))
    assert width == 1920 == round(drawing.PNG_SCALE * float(drawn.get("width", 0)))
    assert height == round(drawing.PNG_SCALE * float(drawn.get("height", 0)))


def test_writing_replaces_the_whole_file(tmp_path: Path) -> None:
    decision = run()
    for name in ("picture.svg", "picture.SVG", "picture.png"):
        path = tmp_path / name
        path.write_bytes(b"x" * 10**6)
        drawing.write(decision, path, "de", "map", "housing")
        if name.endswith("png"):
            assert size(path.read_bytes())[0] == 1920
        else:
            assert "Wohnen" in texts(path.read_text(encoding="utf-8"))
        assert b"x" * 1000 not in path.read_bytes()
    assert len(list(tmp_path.iterdir())) == 3  # nothing beside is left


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        drawing.write(run(), tmp_path / "none" / "picture.svg", "en", "map")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(UsageError, match="cannot be written"):
        drawing.write(run(), tmp_path / "folder.svg", "en", "map")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.svg"]


# -- names that mean harm --------------------------------------------------------------------------

HARMFUL = [
    *tiny.HOSTILE,
    "nothing\x00here",
    "no\ufffe\uffffcharacter",
    "\x01\x02\x85\u2028",
    '");alert(1)//',
    "datum.x",
    "",
    "]]>&amp;<![CDATA[",
]

CHILD = """
import json
from dataclasses import replace
from report.pictures import test_drawing as t
drawn = []
for k in range(0, len(t.HARMFUL), 4):
    names = t.HARMFUL[k : k + 4]
    titles = {"en": " ".join(names) + "\\ud800"}
    base = t.tiny.instance([*names, "Celle"], title=titles)
    service = replace(base.services[0], title=titles)
    decision = t.run(replace(base, services=(service,)))
    drawn += [t.drawing.svg(decision, what) for what in ("map", "chart")]
    assert t.size(t.drawing.png(decision, "map"))
print(json.dumps(drawn))
"""


def test_harmful_names_are_drawn_as_text() -> None:
    """In a process of its own: the library that draws ends the one in which it fails."""
    path = os.pathsep.join([str(Path(tiny.__file__).parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", CHILD], capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "PYTHONPATH": path}, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-800:]
    drawn = json.loads(done.stdout)
    assert len(drawn) == 2 * -(-len(HARMFUL) // 4)
    for svg in drawn:
        assert {"Celle", "today: all alone"} & set(texts(svg))
        assert "<script" not in svg
        assert not set(svg) & set("\x00\x01\x02\x07\x1b\x85\u202e\ud800")
    known = {text for svg in drawn for text in texts(svg)}
    assert {'");alert(1)//', "datum.x", "שלום", "two lines", "@SUM(A1)"} <= known
    assert any("<script>alert(1)</script>" in text for text in known)


def test_the_plan_does_not_move_the_map() -> None:
    """Whoever walks along a front sees colours change, not places."""
    pooled, alone = run(), run(alone=True)
    shapes = []
    for decision in (pooled, alone):
        root = ElementTree.fromstring(drawing.svg(decision, "map", service="water"))
        group = next(e for e in root.iter() if "areas_marks" in e.get("class", ""))
        shapes.append([path.get("d") for path in group])
    assert shapes[0] == shapes[1]
