"""What notebooks show: right figures, harmless HTML, tables also where nothing can be drawn."""

from __future__ import annotations

import base64
import os
import pickle
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import numpy as np
import pytest

import koopopt
import random_instances
import tiny
from koopopt.case.plan import Partnership, Plan
from koopopt.evaluation import all_alone, evaluate
from koopopt.problem import Problem
from koopopt.report.notebook import MAX_NOTEBOOK_ROWS, html
from koopopt.report.pictures import charts
from koopopt.report.values import paying
from koopopt.sharing.allocation import allocations
from koopopt.sharing.keys import KEYS, Key
from koopopt.solving.optimise import Status
from koopopt.text import number
from pareto import hand
from report import decided

ALLOWED = {"p", "strong", "table", "thead", "tbody", "tr", "th", "td", "img"}
VOID = {"img"}


class Page(HTMLParser):
    """Tables and paragraphs of HTML; that tags are closed in order is checked on the way."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tables: list[list[list[str]]] = []
        self.tones: dict[tuple[str, str], str] = {}
        self.paragraphs: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert {name for name, _ in attrs} <= {"style", "alt", "src"}
        if tag == "img":
            self.images.append(dict(attrs))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")
        if tag == "p":
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1] in ("td", "th"):
            self.tables[-1][-1][-1] += data
        else:
            self.paragraphs[-1] += data


def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("koopopt.report.pictures.drawing", raising=False)
    monkeypatch.setitem(sys.modules, "koopopt.report.pictures.drawing", None)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    without_pictures(monkeypatch)


PROBLEM = Problem.of(tiny.instance(rules={"contiguous": True, "apart": [["01", "03"]]}))
EVERY = {
    "instance": PROBLEM.instance,
    "plan": tiny.pooled_plan(PROBLEM),
    "evaluation": evaluate(PROBLEM, tiny.pooled_plan(PROBLEM)),
    "result": tiny.result(PROBLEM),
    "front": hand.of_problem(PROBLEM),
}


def picture(page: Page) -> str:
    (image,) = page.images
    source = image["src"]
    assert source is not None
    begin, data = source.split(",", 1)
    assert begin == "data:image/svg+xml;base64"
    return base64.b64decode(data).decode()


# -- figures -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("name", EVERY)
def test_everything_has_a_table_and_is_well_formed(name: str, lang: str, plain: None) -> None:
    page = Page(html(EVERY[name], lang))
    assert page.tables
    assert not page.images
    if lang == "en":
        assert EVERY[name]._repr_html_() == html(EVERY[name])


def test_an_instance_in_a_few_lines(plain: None) -> None:
    page = Page(html(PROBLEM.instance))
    (facts,) = page.tables
    assert facts == [
        ["Municipalities", "3"],
        ["Inhabitants", "6,000"],
        ["Services", "Water, Housing"],
        ["Legal forms", "Special-purpose association"],
        ["Rules", "contiguous = true; apart = [[01, 03]]"],
    ]
    assert page.paragraphs == ["Tiny district"]


def test_a_plan_knows_ids_only(plain: None) -> None:
    (table,) = Page(html(EVERY["plan"])).tables
    assert table == [
        ["Municipality", "housing", "water"],
        ["01", "alone", "02"],
        ["02", "alone", "02"],
        ["03", "alone", "alone"],
    ]


@pytest.mark.parametrize("name", ["result", "evaluation"])
def test_a_result_beside_all_alone(name: str, plain: None) -> None:
    page = Page(html(EVERY[name]))
    criteria, matrix = page.tables
    assert ["cost (EUR a year)", "959,111", "989,597", "-30,486"] in criteria
    assert ["travel (person-hours a year)", "43", "0", "+43"] in criteria
    assert matrix == [
        ["Municipality", "Water", "Housing"],
        ["Ahausen", "Bühl an der Weißen Werra", "alone"],
        ["Bühl an der Weißen Werra", "Bühl an der Weißen Werra", "alone"],
        ["Celle", "alone", "alone"],
    ]
    first = {"result": "Proven: no better plan", "evaluation": "The plan keeps all rules."}[name]
    assert page.paragraphs[1].startswith(first)
    # No saving without its range.
    assert any("if size brought no advantage" in said for said in page.paragraphs)


def test_a_saving_over_samples_where_numbers_have_ranges(plain: None) -> None:
    problem = Problem.of(tiny.uncertain())
    page = Page(html(tiny.result(problem)))
    assert any("in 80 of 100 cases" in said for said in page.paragraphs)
    (table,) = Page(html(decided.walk(3))).tables
    assert table[0][-1] == "A year against all alone, in 80 of 100 cases"
    assert all(re.match("(saves|costs) ", row[-1]) for row in table[1:])


def test_partnerships_have_colours_and_alone_has_none() -> None:
    rng = np.random.default_rng(3)
    problem = random_instances.problem_of_size(random_instances.Dice(rng), 6, 2)
    ids = problem.facts.ids
    pools = [Partnership("s0", ids[:3], ids[1], "f0"), Partnership("s0", ids[3:], ids[4], "f0")]
    service = problem.facts.services[0].id
    form = problem.instance.legal_forms[0].id
    pools = [replace(p, service=service, legal_form=form) for p in pools]
    others = [p for p in all_alone(problem).partnerships if p.service != service]
    evaluation = evaluate(problem, Plan([*pools, *others]))
    matrix = html(evaluation).split("<table>")[2]
    found = re.findall(r"background:(#\w+);color:#\w+\">([^<]*)</td>", matrix)
    names = {m.id: m.name for m in problem.instance.municipalities}
    tones = {seat: {tone for tone, shown in found if shown == names[seat]} for seat in ids}
    one, two = (tones[p.seat] for p in pools)
    assert len(one) == len(two) == 1
    assert one != two
    assert one | two <= set(charts.TONES)
    assert {tone for tone, shown in found if shown == "alone"} == {charts.ALONE_COLOUR}


def test_a_front_counts_its_plans_as_everywhere(plain: None) -> None:
    front = koopopt.front(koopopt.read("three-villages"))
    page = Page(html(front))
    (table,) = page.tables
    assert table == [
        ["Plan", "cost", "travel", "identity", "bodies", "farthest", "change", "largest_loss"],
        ["1", "110,000", "650", "2,500", "1", "15", "2", "0"],
        ["2", "130,000", "200", "1,000", "1", "10", "1", "3,333.33"],
        ["3", "135,000", "0", "0", "0", "0", "0", "0"],
    ]
    assert page.paragraphs[0].startswith("Proven: no plan is missing.")


def test_what_is_not_there_is_said(plain: None) -> None:
    page = Page(html(tiny.nothing(PROBLEM, Status.INFEASIBLE)))
    assert page.paragraphs == ["Tiny district", "Proven: no plan keeps all rules."]
    assert not page.tables
    empty = hand.of_problem(Problem.of(tiny.instance(rules={"max_bodies": 0, "min_bodies": 1})))
    assert "no plan keeps all rules" in html(empty)
    assert Page(html(Plan([]))).tables == [[["Municipality"]]]
    of_model = Page(html(hand.of_model(hand.knapsack())))
    assert of_model.tables[0][0] == ["No.", "profit0", "profit1"]


def test_broken_rules_are_told(plain: None) -> None:
    both = Plan([Partnership(s, ("01", "03"), "01", "association") for s in ("water", "housing")])
    page = Page(html(evaluate(PROBLEM, both)))
    assert any("Bühl an der Weißen Werra has no partnership" in said for said in page.paragraphs)
    assert not page.tables  # malformed: no figures
    whole = Plan(
        [*both.partnerships, *(Partnership(s, ("02",), "02") for s in ("water", "housing"))]
    )
    page = Page(html(evaluate(PROBLEM, whole)))
    assert any(said.startswith("apart: ") for said in page.paragraphs)
    assert len(page.tables) == 2


def test_many_municipalities_are_thinned(plain: None) -> None:
    names = [f"Town {k}" for k in range(300)]
    problem = Problem.of(tiny.instance(names, [f"{k:03}" for k in range(300)]))
    for what in (tiny.pooled_plan(problem), tiny.result(problem)):
        page = Page(html(what))
        assert len(page.tables[-1]) == MAX_NOTEBOOK_ROWS + 1
        assert page.tables[-1][1][0] in ("000", "Town 0")
        assert page.tables[-1][-1][0] in ("299", "Town 299")
        assert any("Shown are 20 of 300" in said for said in page.paragraphs)
    nobody = evaluate(problem, Plan([]))
    assert html(nobody).count("<p>") < 2 * MAX_NOTEBOOK_ROWS


def test_nothing_else_is_shown() -> None:
    with pytest.raises(TypeError, match="int has no HTML"):
        html(3)


# -- harmless ----------------------------------------------------------------------------------


def test_hostile_names_are_text(plain: None) -> None:
    ids = [f"<i>{k}" for k in range(len(tiny.HOSTILE))]
    titles = {"en": "</p><script>alert(2)</script>", "de": "<b>"}
    problem = Problem.of(tiny.instance(tiny.HOSTILE, ids, title=titles))
    values = (problem.instance, tiny.pooled_plan(problem), tiny.result(problem))
    for what in values:
        text = html(what)
        Page(text)
        assert "<script" not in text
        assert "<i>" not in text
        assert not set(text) & set("\x1b\x07\u202e\x00")
    assert "&lt;script&gt;" in html(values[2])


def test_hostile_names_can_be_drawn() -> None:
    """In a process of its own: the library that draws ends the one in which it fails."""
    code = (
        "import tiny\n"
        "from koopopt.problem import Problem\n"
        "from koopopt.report.notebook import html\n"
        "problem = Problem.of(tiny.instance(tiny.HOSTILE))\n"
        "print(html(tiny.result(problem)))\n"
    )
    path = os.pathsep.join([str(Path(tiny.__file__).parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[:500]
    drawn = picture(Page(done.stdout.rstrip("\n")))
    Xml.fromstring(drawn)
    assert "&lt;script" in drawn


# -- pictures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["instance", "result", "evaluation"])
def test_maps_show_the_municipalities(name: str) -> None:
    page = Page(EVERY[name]._repr_html_())
    text = picture(page)
    assert "Celle" in text
    assert "<script" not in text
    assert page.images[0]["alt"] == "Tiny district"


def test_fronts_show_a_chart() -> None:
    text = picture(Page(html(EVERY["front"], "de")))
    assert "EUR" in text
    assert not Page(html(hand.of_model(hand.knapsack()))).images


@pytest.mark.parametrize("name", EVERY)
def test_a_failure_to_draw_costs_the_picture_only(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from koopopt.report.pictures import drawing

    def failing(*_: object, **__: object) -> str:
        raise RuntimeError("out of ink")

    monkeypatch.setattr(drawing, "svg", failing)
    broken = html(EVERY[name])
    without_pictures(monkeypatch)
    assert broken == html(EVERY[name])
    assert "<img" not in broken


# -- values stay values ------------------------------------------------------------------------


def test_values_do_not_know_reports() -> None:
    code = (
        "import sys, koopopt.case.plan, koopopt.solving.optimise, koopopt.pareto.front\n"
        "sys.exit(str([m for m in sys.modules if m.startswith('koopopt.report')] or 0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() in ("", "0")


@pytest.mark.parametrize("name", EVERY)
def test_values_stay_closed_and_can_be_sent(name: str) -> None:
    value: Any = EVERY[name]
    assert not hasattr(value, "__dict__")
    if name in ("instance", "plan"):
        assert pickle.loads(pickle.dumps(value)) == value
    with pytest.raises((AttributeError, TypeError)):
        value.surprise = 1


@pytest.mark.parametrize("lang", ["en", "de"])
def test_an_allocation_shows_every_share(lang: str) -> None:
    problem = Problem.of(tiny.instance())
    (a,) = allocations(problem, tiny.pooled_plan(problem), list(map(Key, KEYS)))
    page = Page(html(a, lang))
    ((head, *rows),) = page.tables
    assert len(head) == 2 + len(KEYS)
    for k, (row, id_) in enumerate(zip(rows, a.members, strict=True)):
        cents = [a.alone[k], *(payment.cents[k] for payment in a.payments.values())]
        assert row == [id_, *(number(c / 100, lang, 2) for c in cents)]
    said = [text for payment in a.payments.values() for text in paying.sentences(a, payment, str)]
    for text in (*said, *paying.whole(a, str)):
        assert any(text.render(lang) in shown for shown in page.paragraphs)
    assert a._repr_html_() == html(a)


def test_an_allocation_with_hostile_names_is_harmless() -> None:
    ids = ["<b>1</b>", "</table>", "&amp;\u202e"]
    problem = Problem.of(tiny.instance(tiny.HOSTILE[:3], ids))
    plan = Plan([Partnership("water", tuple(ids), ids[0], "association")])
    (a,) = allocations(problem, plan, list(map(Key, KEYS)))
    page = Page(html(a))
    assert [row[0] for row in page.tables[0][1:]][:2] == ids[:2]
    assert repr(a).isprintable()
    assert len(repr(a)) <= 120
