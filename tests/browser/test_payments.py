"""Who pays what: the shares of the plan that the page begins with, under the key that is chosen."""

from __future__ import annotations

import pytest

from browser.conftest import Show
from browser.reading import DEARER, plain, texts
from koopopt.grants.criteria import VERDICTS
from koopopt.grants.reading import library_programme
from koopopt.report.values import paying
from koopopt.report.values.decision import Decision
from koopopt.report.values.grants import MARKS, to_be_known
from koopopt.sharing.allocation import Allocation
from koopopt.sharing.keys import KEYS
from koopopt.text import number


def cells(a: Allocation, key: str, lang: str) -> list[list[str]]:
    """Return the figures of each member, then their sums, as the page is to write them."""
    paid = a.payments[key]
    assert paid.today is not None
    columns = [a.alone, paid.today, paid.cents, paid.losses(a.alone), paid.losses(paid.today),
               paid.office]  # fmt: skip
    differences = [False, False, False, True, True, False]

    def cell(cents: int, difference: bool) -> str:
        amount = number(abs(cents) / 100, lang, 2)
        way = DEARER[lang][cents > 0] if difference and cents else "{}"
        return way.format(amount)

    def shown(row: list[int]) -> list[str]:
        return list(map(cell, row, differences))

    rows = [shown([column[k] for column in columns]) for k in range(len(a.members))]
    return [*rows, shown([sum(column) for column in columns])]


@pytest.mark.parametrize("lang", ["en", "de"])
def test_every_key_of_every_service(lang: str, show: Show, county: Decision) -> None:
    page, facts = show(county, lang=lang), county.problem.facts
    seen = 0
    for s, service in enumerate(facts.services):
        page.select_option("#service", str(s))
        found = [a for a in county.payments if a.partnership.service == service.id]
        for key in KEYS:
            page.select_option("#by", key)
            articles = page.locator("#payments-pools article")
            assert articles.count() == len(found)
            for k, a in enumerate(found):
                rows = articles.nth(k).locator("tbody tr, tfoot tr").all()
                found_cells = [map(plain, r.locator("td").all_text_contents()) for r in rows]
                assert list(map(list, found_cells)) == cells(a, key, lang)
                names = [plain(r.locator("th").inner_text()) for r in rows[:-1]]
                assert names == [facts.seat_name(i) for i in a.members]
                told = [*paying.sentences(a, a.payments[key], facts.seat_name),
                        *paying.whole(a, facts.seat_name)]  # fmt: skip
                said = articles.nth(k).locator("li").all_text_contents()
                assert list(map(plain, said)) == [text.render(lang) for text in told]
                seen += 1
        if not found:
            assert articles.count() == 0
            assert page.locator("#payments-pools p").count() == 1
    assert seen >= 2 * len(KEYS)


def test_the_plan_stays_and_the_page_says_so(show: Show, county: Decision) -> None:
    page = show(county)
    before = texts(page, "#payments-pools")
    page.focus("#slider")
    page.keyboard.press("Home")
    assert texts(page, "#payments-pools") == before
    assert texts(page, "#payments-title")[0].endswith(f" – Plan {county.chosen + 1}")
    assert f"plan {county.chosen + 1} only" in texts(page, "#payments-plan")[0]


def test_on_paper_nothing_is_cut(show: Show, county: Decision) -> None:
    page = show(county)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 900})
    parts = page.locator("#payments-pools .scroll")
    assert parts.count()
    assert all(parts.evaluate_all("all => all.map((a) => a.scrollWidth <= a.clientWidth + 1)"))


@pytest.mark.parametrize("lang", ["en", "de"])
def test_verdicts_on_a_grant_stand_below_the_shares(
    lang: str, show: Show, county: Decision
) -> None:
    asked = county.before(library_programme("hessen"))
    page, facts = show(asked, lang=lang), asked.problem.facts
    assert asked.application is not None
    seen = 0
    for s, service in enumerate(facts.services):
        page.select_option("#service", str(s))
        found = [e for e in asked.application.found if e.partnership.service == service.id]
        for k, e in enumerate(found):
            table = page.locator("#payments-pools article").nth(k).locator(".grant tbody tr")
            shown = [r.locator("td").first.inner_text() for r in table.all()]
            assert shown == [
                f"{MARKS[j.verdict]} {VERDICTS[j.verdict].render(lang)}" for j in e.criteria
            ]
            seen += 1
        known = len(list(to_be_known(asked.application))) - 1  # a heading
        assert page.locator("#payments-programme li").count() == (known if found else 0)
    assert seen
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 900})
    parts = page.locator("#payments-pools .grant .scroll")
    assert all(parts.evaluate_all("all => all.map((a) => a.scrollWidth <= a.clientWidth + 1)"))
