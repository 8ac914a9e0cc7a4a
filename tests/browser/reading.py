"""What a page shows, read as a person would: texts, numbers in a language, colours."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from koopopt.text import number

ISOLATES = str.maketrans("", "", "\u2068\u2069")
"""They keep names written from right to left from turning a sentence around; nobody sees them."""

READY = "html[data-ready=yes]"
"""Every chart shows what is chosen."""

SHOWN = """() => {
    const all = (what, home = document) => [...home.querySelectorAll(what)];
    const text = (one) => one.textContent;
    const rows = (table, read) =>
        Object.fromEntries(all(`#${table} tbody tr`).map((row) => [row.dataset.town, read(row)]));
    const columns = (row) => Object.fromEntries(
        all("td[data-column]:not([data-column=votes])", row)
            .map((cell) => [cell.dataset.column, text(cell)]));
    const swatch = (cell) => cell.querySelector(".swatch")?.style.background ?? null;
    return {
        current: text(document.querySelector("#current")),
        matrix: rows("matrix-table", (row) => all("td", row).map((c) => [c.dataset.seat, text(c)])),
        swatches: rows("matrix-table", (row) => all("td", row).map(swatch)),
        towns: rows("towns-table", columns),
        votes: rows("towns-table", (row) => text(
            row.querySelector("[data-column=votes]") ?? { textContent: "–" })),
        sums: Object.fromEntries(all("#towns-table thead [data-sort]").slice(1).map(
            (button, k) => [button.dataset.sort, text(all("#towns-table tfoot td")[k])])),
        compare: Object.fromEntries(all("#compare-criteria tbody tr").map(
            (row) => [row.dataset.criterion, all("td", row).map(text)])),
        areas: all("#map-chart .areas_marks path").map((mark) => getComputedStyle(mark).fill),
        seats: all("#map-chart .mark-symbol path").length,
        pools: all("#pools tbody tr").length,
    };
}"""


def settled(page: Page) -> Page:
    """Return the page once its charts have followed."""
    page.wait_for_selector(READY)
    return page


def unfolded(page: Page) -> Page:
    """Return the page with every part open that is folded when a reader comes."""
    page.evaluate("document.querySelectorAll('details.fold').forEach((d) => { d.open = true; })")
    return page


def shown(page: Page) -> dict[str, Any]:
    """Return what the page shows."""
    return dict(settled(page).evaluate(SHOWN))


def plain(text: str) -> str:
    """Return a text without what nobody sees."""
    return text.translate(ISOLATES)


def texts(page: Page, what: str) -> list[str]:
    """Return the texts of elements, in order."""
    return [plain(text) for text in page.locator(what).all_text_contents()]


def figure(text: str, lang: str, digits: int = 0) -> float:
    """Return the number that a text shows; its form must be that of the language."""
    sign, rest = (text[0], text[1:]) if text[:1] == "-" else ("", text)
    decimal, thousands = (",", ".") if lang == "de" else (".", ",")
    value = float(rest.replace(thousands, "").replace(decimal, "."))
    assert rest == number(value, lang, digits), (text, lang)
    return -value if sign == "-" else value


def close(text: str, value: float, lang: str, digits: int = 0) -> bool:
    """Whether a text shows the value, rounded; the page's values are whole cents."""
    return abs(figure(text, lang, digits) - value) <= 0.5 * 10**-digits + 0.03


DEARER = {"en": ("saves {}", "costs {} more"), "de": ("spart {}", "kostet {} mehr")}
LARGER = {"en": ("{} less", "{} more"), "de": ("{} weniger", "{} mehr")}
Ways = dict[str, tuple[str, str]]


def in_words(text: str, lang: str, digits: int = 0, ways: Ways = DEARER) -> float:
    """Return by how much something is said to be less or more, in words and without a sign."""
    text = plain(text)
    for sign, way in zip((-1, 1), ways[lang], strict=True):
        before, after = way.split("{}")
        if text.startswith(before) and text.endswith(after):
            size = figure(text.removeprefix(before).removesuffix(after), lang, digits)
            assert size > 0, text
            return sign * size
    assert figure(text, lang, digits) == 0, text
    return 0.0


def differs(text: str, by: float, lang: str, digits: int = 0, ways: Ways = DEARER) -> bool:
    """Whether a text says a difference in words, rounded."""
    return abs(in_words(text, lang, digits, ways) - by) <= 0.5 * 10**-digits + 0.03


def at(page: Page, what: str, number: int = 0) -> tuple[float, float]:
    """Return the middle of a mark on the screen."""
    mark = page.locator(what).nth(number)
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
