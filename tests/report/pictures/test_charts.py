"""The charts: they compile and draw, names never become code, colours can be told apart."""

from __future__ import annotations

import copy
import json
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

import pytest
import vl_convert

from koopopt.report.pictures import charts
from koopopt.report.pictures.charts import (
    ALONE_COLOUR,
    CHOSEN_COLOUR,
    COMPARED_COLOUR,
    INK,
    TONES,
)

EVIL = [
    '");alert(1)//',
    "datum.x",
    "'+alert(1)+'",
    "</text><script>",
    "{{x}} ${x}",
    "__proto__",
    "signal('x')",
    "\\u0022 \\",
]
PLAIN = [f"Town {k}" for k in range(len(EVIL))]
COUNT = len(PLAIN)


def square(k: int) -> dict[str, Any]:
    """Return the k-th square of a row, clockwise."""
    ring = [[k, 50], [k, 51], [k + 1, 51], [k + 1, 50], [k, 50]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(k: int, id_: Any = None) -> dict[str, Any]:
    return {"type": "Feature", "id": k if id_ is None else id_, "geometry": square(k)}


def filled(kind: str, names: list[str]) -> charts.Spec:
    """Return a chart whose rows hold these names wherever a name can be."""
    rows: dict[str, list[dict[str, Any]]]
    if kind == "tradeoffs":
        spec = charts.tradeoffs(("cost (EUR a year)", "travel", "bodies"), steps=True)
        rows = {
            "plans": [{"x": k, "y": -k, "c": k, "plan": n} for k, n in enumerate(names)],
            "references": [{"x": k, "y": k, "label": n} for k, n in enumerate(names)],
            "marked": [
                {"x": 1, "y": 1, "label": names[0], "role": "first"},
                {"x": 2, "y": 2, "label": names[1], "role": "second"},
            ],
        }
    elif kind == "territory":
        spec = charts.territory()
        at = [{"lon": k + 0.5, "lat": 50.5} for k in range(len(names))]
        rows = {
            "areas": [feature(k, n) for k, n in enumerate(names)],
            "state": [{"id": n, "tone": k - 1} for k, n in enumerate(names)],
            "borders": [feature(0)],
            "today": [feature(1)],
            "picked": [feature(2)],
            "ways": [at[0] | {"lon2": 3.5, "lat2": 50.5}],
            "seats": [{"id": n, **at[k]} for k, n in enumerate(names)],
            "names": [{"id": n, "name": n, "from": 100, **at[k]} for k, n in enumerate(names)],
        }
        spec["params"] = [{"name": "across", "value": 800}, {"name": "grain", "value": 0.5}]
    else:
        spec = charts.pairs("share of plans")
        spec["params"] = [{"name": "labels", "value": names}]
        rows = {
            "pairs": [
                {"a": a, "b": b, "share": (a + b) / 2 / COUNT, "shown": f"{names[a]} – {names[b]}"}
                for a in range(COUNT)
                for b in range(COUNT)
            ]
        }
    return charts.filled(spec, rows, 800, 500)


KINDS = ("tradeoffs", "territory", "pairs")


def texts(svg: str) -> list[str]:
    return [e.text or "" for e in ElementTree.fromstring(svg).iter() if e.tag.endswith("}text")]


@pytest.mark.parametrize("kind", KINDS)
def test_charts_compile_and_draw_without_a_warning(
    kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    spec = filled(kind, PLAIN)
    before = copy.deepcopy(spec)
    vl_convert.vegalite_to_vega(spec, show_warnings=True)
    svg = vl_convert.vegalite_to_svg(spec, show_warnings=True)
    assert capfd.readouterr() == ("", "")
    assert spec == before
    drawn = texts(svg)
    shown = PLAIN[:2] if kind == "tradeoffs" else PLAIN
    assert set(shown) <= set(drawn)


@pytest.mark.parametrize("kind", KINDS)
def test_empty_charts_draw_too(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A plan in which everyone is alone has no seats, no ways, no borders."""
    spec = charts.filled({**filled(kind, PLAIN)}, {}, 300, 200)
    assert not any(spec["datasets"].values())
    ElementTree.fromstring(vl_convert.vegalite_to_svg(spec, show_warnings=True))
    assert capfd.readouterr() == ("", "")


def without_data(spec: charts.Spec) -> str:
    """Return a Vega specification as text, its rows and the names of municipalities left out."""
    bare = copy.deepcopy(spec)
    for table in bare["data"]:
        table.pop("values", None)
    for signal in bare.get("signals", []):
        if signal["name"] == "labels":
            signal.pop("value")
    return json.dumps(bare, sort_keys=True)


@pytest.mark.parametrize("kind", KINDS)
def test_names_never_enter_an_expression(kind: str) -> None:
    """What is compiled from harmful names is, beside the rows, the same as from harmless ones."""
    evil, plain = (vl_convert.vegalite_to_vega(filled(kind, names)) for names in (EVIL, PLAIN))
    assert without_data(evil) == without_data(plain)
    assert json.dumps(EVIL[0]) in json.dumps(evil)  # in the rows, then


@pytest.mark.parametrize("kind", KINDS)
def test_names_are_drawn_as_they_are(kind: str) -> None:
    svg = vl_convert.vegalite_to_svg(filled(kind, EVIL))
    assert "<script" not in svg
    shown = EVIL[:2] if kind == "tradeoffs" else EVIL
    assert set(shown) <= set(texts(svg))


# -- what is drawn -------------------------------------------------------------------------------


def lines(spec: charts.Spec) -> list[Any]:
    marks = [layer["mark"] for layer in spec["layer"]]
    return [mark for mark in marks if mark["type"] == "line"]


def test_steps_only_where_asked() -> None:
    titles = ("x", "y", "c")
    assert not lines(charts.tradeoffs(titles))
    (line,) = lines(charts.tradeoffs(titles, steps=True))
    assert line["interpolate"] == "step-after"  # a front in two criteria bounds what is possible


def test_a_third_criterion_only_where_it_has_a_title() -> None:
    def colour(third: str) -> Any:
        layers = charts.tradeoffs(("x", "y", third))["layer"]
        (plans,) = [layer for layer in layers if layer.get("name") == "plans"]
        return plans["encoding"].get("color")

    assert colour("") is None
    assert colour("bodies")["legend"]["title"] == "bodies"


def test_areas_have_the_colour_of_their_partnership() -> None:
    names = [f"{k}" for k in range(len(TONES) + 1)]
    svg = vl_convert.vegalite_to_svg(filled("territory", names))
    group = next(
        e for e in ElementTree.fromstring(svg).iter() if "areas_marks" in e.get("class", "")
    )
    assert [path.get("fill") for path in group] == [ALONE_COLOUR, *TONES]


def test_names_are_drawn_where_the_map_is_wide_enough() -> None:
    spec = filled("territory", PLAIN)
    for row in spec["datasets"]["names"]:
        row["from"] = 320 if row["name"] == PLAIN[0] else 900
    drawn = texts(vl_convert.vegalite_to_svg(spec))
    assert PLAIN[0] in drawn
    assert PLAIN[1] not in drawn


def test_shares_are_written_where_there_is_room() -> None:
    spec = filled("pairs", PLAIN)
    assert "50%" in texts(vl_convert.vegalite_to_svg(spec))
    cells = texts(vl_convert.vegalite_to_svg(spec | {"width": 400}))
    assert not [text for text in cells if text == "44%"]


def test_filled_has_just_the_data_that_are_named() -> None:
    spec = charts.territory()
    done = charts.filled(spec, {"names": [{"name": "A"}], "else": [1]}, 320, 240)
    assert (done["width"], done["height"]) == (320, 240)
    assert done["datasets"]["names"] == [{"name": "A"}]
    assert set(done["datasets"]) == set(spec["datasets"])
    assert not spec["datasets"]["names"]
    used = {layer["data"]["name"] for layer in spec["layer"]} | {"state"}
    assert used == set(spec["datasets"])


def test_maps_of_many_are_drawn_finer() -> None:
    assert charts.grain(1) == charts.grain(60) == 1
    assert charts.grain(240) == pytest.approx(0.5)
    assert charts.grain(0) == 1


# -- colours -------------------------------------------------------------------------------------


def channels(colour: str) -> list[float]:
    values = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def contrast(a: str, b: str) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    light = [
        sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), channels(x), strict=True))
        for x in (a, b)
    ]
    return (max(light) + 0.05) / (min(light) + 0.05)


def test_the_formula_of_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("tone", [*TONES, ALONE_COLOUR, "#ffffff"])
def test_text_can_be_read_on_every_tone(tone: str) -> None:
    assert contrast(INK, tone) >= 4.5


def test_the_chosen_and_the_compared_plan_can_be_read() -> None:
    assert contrast(CHOSEN_COLOUR, "#ffffff") >= 4.5
    assert contrast(COMPARED_COLOUR, "#ffffff") >= 4.5


def test_tones_are_told_apart() -> None:
    for a, b in combinations([*TONES, ALONE_COLOUR], 2):
        away = sum((int(a[k : k + 2], 16) - int(b[k : k + 2], 16)) ** 2 for k in (1, 3, 5)) ** 0.5
        assert away > 40, (a, b)
