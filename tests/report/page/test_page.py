"""The page's file, without a browser: whole, closed to every network, small, always the same."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

import koopopt
import tiny
from browser.scenes import HOSTILE, hostile, hostile_front
from koopopt.criteria import CRITERIA
from koopopt.errors import UsageError
from koopopt.grants.criteria import VERDICTS, Given
from koopopt.grants.evidence import evidence
from koopopt.grants.reading import library_programme
from koopopt.problem import Problem
from koopopt.report import page
from koopopt.report.page import data
from koopopt.report.page.encode import Encoder
from koopopt.report.page.html import html
from koopopt.report.values import paying, savings
from koopopt.report.values.decision import Decision
from koopopt.report.values.grants import MARKS
from koopopt.report.words.labels import WORDS
from koopopt.savings.saving import Savings
from koopopt.sharing.allocation import allocations
from koopopt.sharing.keys import KEYS, Key
from koopopt.text import LANGUAGES
from report.decided import DAY, walk
from report.page.reading import Reader

KNOWN = {
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/2000/xmlns/",
    "https://vega.github.io/schema/vega-lite/v6.json",
    "https://vega.github.io/schema/vega/v6.json",
    # Of the chart library: a menu that the page does not have, and words of an error.
    "https://vega.github.io/editor/",
    "https://github.com/vega/vega-lite/issues/2415",
}
"""Names of formats and the like; nothing is loaded from them."""


class Page(HTMLParser):
    """Tags, contents of scripts, and the visible text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": [], "title": [], "h1": []}
        self.open = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open = tag
        if tag in self.inside:
            self.inside[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self.open = ""

    def handle_data(self, text: str) -> None:
        if self.open in self.inside:
            self.inside[self.open][-1] += text

    @property
    def data(self) -> Any:
        return json.loads(self.inside["script"][0])


@cache
def run() -> Decision:
    return Decision.of(tiny.result(Problem.of(tiny.instance())), DAY)


@cache
def harmful() -> str:
    return html(Decision.of(hostile_front(), DAY), "de")


@cache
def large() -> Decision:
    """Sixty plans for 16 municipalities and four services."""
    return Decision.of(walk(60), DAY)


@cache
def html_of_large() -> str:
    return html(large())


# -- one file --------------------------------------------------------------------------------------


def policy(found: Page) -> dict[str, list[str]]:
    (content,) = [
        attrs["content"]
        for tag, attrs in found.tags
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    assert content is not None
    return {rule.split()[0]: rule.split()[1:] for rule in content.split(";")}


def test_nothing_is_loaded() -> None:
    text = html(run())
    found = Page(text)
    for tag, attrs in found.tags:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form")
        assert (attrs.get("href") or "#").startswith("#")
        assert "src" not in attrs
    assert not re.search(r"url\(|@import|@font-face", found.inside["style"][0])
    assert set(re.findall(r"\bhttps?://[^\s\"'<>`)\\]+", text)) <= KNOWN
    own = found.inside["script"][2]
    assert not re.search(r"\b(fetch|XMLHttpRequest|WebSocket|import)\b|innerHTML|\beval\b", own)


def test_only_the_two_scripts_may_run() -> None:
    text = html(run())
    found = Page(text)
    rules = policy(found)
    assert rules["default-src"] == ["'none'"]
    scripts = found.inside["script"]
    assert len(scripts) == 3
    kinds = [attrs.get("type") for tag, attrs in found.tags if tag == "script"]
    assert kinds == ["application/json", None, None]
    digests = {
        f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'"
        for s in scripts[1:]
    }
    assert {rule for rule in rules["script-src"] if rule.startswith("'sha256")} == digests
    assert set(rules["script-src"]) - digests == {"'unsafe-eval'"}
    # A browser reads these as something else, and the digests would no longer be right.
    assert not set(text) & {"\r", "\0", "\ufeff"}


def test_the_page_begins_in_its_language() -> None:
    for lang, title, print_ in (("en", "Tiny district", "Print"), ("de", "Kleiner Kreis", "Druck")):
        text = html(run(), lang)
        found = Page(text)
        assert found.inside["title"] == found.inside["h1"] == [title]
        assert ("html", {"lang": lang}) in found.tags
        assert found.data["lang"] == lang
        assert f">{print_}" in text
        assert WORDS["no_script"].render(lang) in text


def test_sections_of_a_front_only_where_there_is_one() -> None:
    one, many = (
        {attrs.get("id") for _, attrs in Page(text).tags} for text in (html(run()), html_of_large())
    )
    assert {"tradeoffs", "heat", "slider"} <= many
    assert not {"tradeoffs", "heat", "slider"} & one
    assert one < many


def test_every_word_that_the_scripts_say_is_there() -> None:
    folder = files("koopopt.report.page") / "script"
    script = "\n".join(part.read_text(encoding="utf-8") for part in folder.iterdir())
    said = set(re.findall(r"\bword\(\"(\w+)\"", script)) | set(
        re.findall(r"\bwords\.(\w+)", script)
    )
    assert len(said) > 30
    assert said <= set(WORDS)


def test_writing_replaces_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("x" * 3_000_000, encoding="utf-8")
    page.write(run(), path, "de")
    assert path.read_bytes() == html(run(), "de").encode()
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    with pytest.raises(UsageError, match="cannot be written"):
        page.write(run(), tmp_path / "none" / "report.html")


# -- what the data say -----------------------------------------------------------------------------


def test_the_data_are_those_of_the_decision() -> None:
    decision = large().beginning_with(17)
    found = Page(html(decision)).data
    assert (found["chosen"], found["made"]) == (16, "2026-03-01")
    assert found["origin"]["fingerprint"] == decision.fingerprint
    assert found["origin"]["koopopt"] == koopopt.__version__
    names = [c["name"] for c in found["criteria"]]
    assert names == list(CRITERIA)
    assert len(found["plans"]) == len(decision.plans) == 60
    for plan, e in zip(found["plans"], decision.plans, strict=True):
        assert plan["criteria"] == [pytest.approx(e.criteria[name]) for name in names]
        bodies = [found["bodies"][number] for number, _ in plan["bodies"]]
        assert len(bodies) == e.criteria["bodies"]
        towns = [m.id for m in decision.problem.instance.municipalities]
        services = [s.id for s in decision.problem.facts.services]
        pools = {
            (
                services[b["service"]],
                tuple(sorted(towns[i] for i in b["members"])),
                towns[b["seat"]],
            )
            for b in bodies
        }
        assert pools == {(p.service, p.members, p.seat) for p in e.plan.pooled}


def test_savings_over_samples_stand_beside_every_plan() -> None:
    what = Decision.of(walk(3))
    found = data.of(what, "en")
    tables = [*found["plans"], *map(found["others"].get, ("alone", "today"))]
    for shown, evaluation in zip(tables, [*what.plans, what.alone, what.today], strict=True):
        saving = Savings(what.problem).of(evaluation.plan)
        assert saving is not None
        assert shown["saving"] == savings.difference(saving)
    certain = data.of(Decision.of(tiny.result(Problem.of(tiny.instance()))), "en")
    assert certain["plans"][0]["saving"] is None


def test_a_partnership_of_many_plans_stands_once() -> None:
    found = Page(html_of_large()).data
    rows = [json.dumps(body, sort_keys=True) for body in found["bodies"]]
    assert len(set(rows)) == len(rows)
    pooled = {p for e in (*large().plans, large().today) for p in e.plan.pooled}
    assert len(rows) == len(pooled)


# -- harmless --------------------------------------------------------------------------------------


def test_every_name_is_inert() -> None:
    found = Page(harmful())
    assert len(found.inside["script"]) == 3
    block, *scripts = found.inside["script"]
    assert set("<>&").isdisjoint(block)
    assert block.isascii()
    tame = Page(html(Decision.of(walk(2), DAY)))  # nobody pools: its still map has no seats
    assert {tag for tag, _ in found.tags} - {"rect"} <= {tag for tag, _ in tame.tags}
    assert not [attrs for _, attrs in found.tags if "alert(" in str(attrs)]
    assert not [attr for _, attrs in found.tags for attr in attrs if attr.startswith("on")]
    # Data do not enter a script.
    assert scripts == Page(html(run())).inside["script"][1:]
    assert "alert" not in scripts[1]


def test_what_is_said_before_the_script_runs_is_what_the_data_say() -> None:
    decision = large().beginning_with(17)
    text = html(decision, "de").replace("\u2068", "").replace("\u2069", "")
    whole = data.of(decision, "de")
    plan = whole["plans"][16]
    sentences = [*decision.verdict, *(s for said in plan["words"].values() for s in said)]
    assert len(sentences) > 20
    for sentence in (*sentences, *(part for tile in plan["tiles"] for part in tile)):
        assert escape(sentence.render("de")) in text
    assert " – Plan 17<" in text
    assert "Bericht vom 2026-03-01" in text


def test_nothing_else_is_said_before_the_script_runs() -> None:
    """Sections that the script fills are hidden, and sentences about the plan are not there."""
    text = html(large())
    found = Page(text)
    hidden = [attrs.get("id") for _, attrs in found.tags if "data-live" in attrs]
    assert {"partnerships", "matrix", "compare", "towns", "heat", "sources"} <= set(hidden)
    assert all("hidden" in attrs for _, attrs in found.tags if "data-live" in attrs)
    outside = text.replace(found.inside["script"][0], "")
    for key in ("everyone_alone", "map_today", "map_schematic"):
        assert WORDS[key].render("en") not in outside
    for lang in ("en", "de"):
        assert WORDS["no_script"].render(lang) in outside


def test_every_name_arrives() -> None:
    found = Page(harmful()).data
    assert [town["name"] for town in found["towns"]] == HOSTILE
    assert found["title"] == hostile().title
    assert found["services"] == [s.title for s in hostile().services]


@pytest.mark.parametrize("title", ["</title><script>alert(1)</script>", "{{ 7*7 }}", "&amp;\"'"])
def test_the_title_is_text(title: str) -> None:
    instance = tiny.instance(title={"en": title})
    found = Page(html(Decision.of(tiny.result(Problem.of(instance)), DAY)))
    assert found.inside["h1"] == [title]
    assert len(found.inside["script"]) == 3


def test_without_a_title_the_name_stands() -> None:
    instance = tiny.instance(title={})
    found = Page(html(Decision.of(tiny.result(Problem.of(instance)), DAY)))
    assert found.inside["title"] == found.inside["h1"] == ["tiny"]


# -- small, and always the same --------------------------------------------------------------------


def test_the_report_of_a_front_is_small() -> None:
    assert len(html_of_large().encode()) < 2_000_000
    two = html(replace(large(), plans=large().plans[:2], chosen=0))
    sizes = [len(Page(text).inside["script"][0]) for text in (two, html_of_large())]
    assert (sizes[1] - sizes[0]) / 58 < 6000


def test_the_same_decision_gives_the_same_page() -> None:
    first, second = (html(Decision.of(walk(5), DAY), "de") for _ in range(2))
    assert first == second
    later = html(replace(Decision.of(walk(5), DAY), made=date(2027, 1, 1)), "de")
    assert later != first
    assert later.replace("2027-01-01", "2026-03-01") == first


def test_no_data_hold_what_is_no_number() -> None:
    empty = tuple(replace(m, population=0.0) for m in tiny.instance().municipalities)
    decision = Decision.of(tiny.result(Problem.of(tiny.instance(municipalities=empty))), DAY)
    text = Page(html(decision)).inside["script"][0]
    assert not re.search(r"\b(NaN|Infinity)\b", text)
    assert Encoder()(float("nan")) is None


def test_sources_may_hold_lists() -> None:
    """What an instance says of its sources is free: nothing in it is taken for a sentence."""
    source = {"what": "all", "from": ["A", "B"], "year": 2024, "licence": [1, 2]}
    decision = Decision.of(tiny.result(Problem.of(tiny.instance(sources=(source,)))), DAY)
    found = json.loads(Page(html(decision)).inside["script"][0])
    assert found["sources"] == [["all", "A, B", "2024", "1, 2"]]


# -- who pays what ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_holds_who_pays_what(lang: str) -> None:
    decision = large().beginning_with(30)
    held, problem = Page(html(decision, lang)).data, decision.problem
    read = Reader(held["templates"], held["parts"], lang)
    pools, name = held["payments"]["pools"], problem.facts.seat_name
    found = allocations(problem, decision.plan.plan, list(map(Key, KEYS)))
    assert list(map(read, held["payments"]["keys"].values())) == [
        Key(key).title.render(lang) for key in KEYS
    ]
    for pool, a in zip(pools, found, strict=True):
        assert [held["towns"][i]["id"] for i in pool["members"]] == list(a.members)
        assert pool["alone"] == list(a.alone)
        assert set(pool["keys"]) == set(a.payments)
        for key, payment in a.payments.items():
            shown = pool["keys"][key]
            assert shown["pays"] == list(payment.cents)
            assert sum(shown["pays"]) == a.cost
            assert shown["today"] == list(payment.today or ())
            assert (shown["office"], sum(shown["office"])) == (list(payment.office), a.office)
            told = paying.sentences(a, payment, name)
            assert list(map(read, shown["words"])) == [text.render(lang) for text in told]
        assert list(map(read, pool["words"])) == [
            text.render(lang) for text in paying.whole(a, name)
        ]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("land", ["hessen", "nrw"])
def test_the_page_holds_how_partnerships_stand_before_a_programme(lang: str, land: str) -> None:
    programme, given = library_programme(land), Given(5, 1_000_00)
    decision = large().beginning_with(30).before(programme, given)
    held = Page(html(decision, lang)).data
    read = Reader(held["templates"], held["parts"], lang)
    found = evidence(decision.problem, decision.plan.plan, programme, Key("demand"), given)
    assert found
    for pool, e in zip(held["payments"]["pools"], found, strict=True):
        told = pool["grant"]
        assert [held["towns"][i]["id"] for i in pool["members"]] == list(e.comparison.members)
        for one, j in zip(told["criteria"], e.criteria, strict=True):
            assert read(one["verdict"]) == VERDICTS[j.verdict].render(lang)
            assert one["mark"] == MARKS[j.verdict]
            figures = [text.render(lang) for text in j.found]
            assert list(map(read, one["words"]))[: len(figures)] == figures
            if j.note:
                assert read(one["words"][-1]) == j.note[lang]
        assert len(told["amounts"]) == len(e.eligible)
    assert read(held["payments"]["programme"]["title"]) == programme.title[lang]
    assert 'id="payments-programme"' in html(decision, lang)


def test_without_a_programme_the_page_says_nothing_of_grants() -> None:
    text = html(large())
    held = Page(text).data
    assert held["payments"]["programme"] is None
    assert all(pool["grant"] is None for pool in held["payments"]["pools"])
    assert "payments-programme" not in text.partition("<script")[0]
