"""What is written reads back as the same instance; no file breaks the reader."""

from __future__ import annotations

import pickle
import tempfile
import tomllib
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koopopt.case import instance as values
from koopopt.case import resources
from koopopt.case.facts import Facts
from koopopt.case.fingerprint import fingerprint
from koopopt.case.instance import Instance, Municipality, Neighbours
from koopopt.case.plan import Partnership
from koopopt.criteria import CRITERIA
from koopopt.errors import UsageError
from koopopt.reading.instance import check, read
from koopopt.reading.labels import clean, undamaged
from koopopt.writing.instance import write, write_workbook
from koopopt.writing.toml import literal, toml_text
from reading.valid import FILES, lay_out


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    return read(lay_out(FILES, tmp_path_factory.mktemp("small")))


def copies(instance: Instance, folder: Path) -> list[Instance]:
    write(instance, folder / "copy")
    write_workbook(instance, folder / "copy.xlsx")
    assert check(folder / "copy") == []
    assert check(folder / "copy.xlsx") == []
    return [read(folder / "copy"), read(folder / "copy.xlsx")]


def test_the_small_one(small: Instance, tmp_path: Path) -> None:
    assert copies(small, tmp_path) == [small, small]


@pytest.mark.parametrize("name", list(resources.instances()))
def test_shipped_ones(name: str, tmp_path: Path) -> None:
    shipped = read(name)
    assert shipped.name == name
    assert copies(shipped, tmp_path) == [shipped, shipped]


def test_fingerprint_follows_the_content(small: Instance) -> None:
    assert len(small.fingerprint) == 64
    assert fingerprint(replace(small)) == small.fingerprint
    assert fingerprint(replace(small, office_cost=1.0)) != small.fingerprint
    backwards = dict(reversed(small.travel.items()))
    assert fingerprint(replace(small, travel=backwards)) == small.fingerprint


def test_a_changed_copy_has_a_fingerprint_of_its_own(small: Instance) -> None:
    before = small.fingerprint
    changed = replace(small, office_cost=small.office_cost + 1)
    assert changed.fingerprint == fingerprint(changed) != before
    assert (
        replace(changed, office_cost=small.office_cost).fingerprint == before == small.fingerprint
    )
    assert pickle.loads(pickle.dumps(changed)).fingerprint == changed.fingerprint


def test_a_fingerprint_is_computed_once(small: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(values, "fingerprint", lambda instance: asked.append(instance) or "cafe")
    fresh = replace(small)
    assert not asked  # not before it is needed
    assert [fresh.fingerprint, fresh.fingerprint] == ["cafe", "cafe"]
    assert len(asked) == 1


def test_changed_facts_remember_nothing_of_their_original(small: Instance) -> None:
    facts = Facts.of(small)
    travel = CRITERIA["travel"]
    before = travel.terms(facts, 0)
    slow = replace(facts, minutes=2 * facts.minutes)
    assert travel.terms(slow, 0).sum() > travel.terms(facts, 0).sum() == before.sum()


def test_nothing_is_overwritten(small: Instance, tmp_path: Path) -> None:
    (tmp_path / "neighbours.csv").write_text("mine")
    with pytest.raises(UsageError, match=r"neighbours\.csv"):
        write(small, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["neighbours.csv"]
    with pytest.raises(UsageError, match=r"neighbours\.csv"):
        write_workbook(small, tmp_path / "neighbours.csv")


def test_cannot_be_written(small: Instance, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        write(small, tmp_path / "file" / "folder")
    with pytest.raises(UsageError, match="cannot be written"):
        write_workbook(small, tmp_path / "missing" / "book.xlsx")


def test_too_much_for_a_workbook(small: Instance, tmp_path: Path) -> None:
    long_rule = replace(small, sources=({"what": "x" * 40_000},))
    with pytest.raises(UsageError, match="32,767"):
        write_workbook(long_rule, tmp_path / "a.xlsx")
    bell = replace(small, municipalities=(replace(small.municipalities[0], name="\x07"),))
    with pytest.raises(UsageError, match="cannot hold"):
        write_workbook(bell, tmp_path / "b.xlsx")
    service = replace(small.services[0], id="s" * 40)
    with pytest.raises(UsageError, match="too long"):
        write_workbook(replace(small, services=(service,)), tmp_path / "c.xlsx")


def test_long_boundaries_fit_into_a_workbook(small: Instance, tmp_path: Path) -> None:
    ring = [[9 + k / 1e4, 51.123456] for k in range(5000)]
    shape = {"type": "MultiPolygon", "coordinates": [[[*ring, [9.2, 51.2], ring[0]]]]}
    large = replace(small, boundaries={"06636002": shape})
    assert copies(large, tmp_path) == [large, large]


_TOML = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.sampled_from([1e16, 0.1, 1.234, -123.456, 1e-7, -0.0])
    | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(data=st.dictionaries(st.text(st.characters(exclude_categories=("Cs",))), _TOML))
def test_toml_is_read_back_exactly(data: dict[str, Any]) -> None:
    text = toml_text(data)
    assert repr(sort(tomllib.loads(text))) == repr(sort(data))  # -0.0 and True are not 0.0 and 1
    assert tomllib.loads(f"value = {literal(data)}")["value"] == data


def sort(value: Any) -> Any:
    """Return a value with the keys of its tables in order: headings come after other keys."""
    if isinstance(value, dict):
        return {key: sort(value[key]) for key in sorted(value)}
    return [sort(part) for part in value] if isinstance(value, list) else value


def test_toml_as_people_write_it() -> None:
    data = {
        "name": "a\x01\x7f",
        "title": {"de": "Dörfer", "x y": ""},
        "rules": {"apart": [["a", "b"]], "least": {"of": 1.234}, "max": 4},
        "form": [{"id": "x", "cost": {"range": [1.0, 1e16]}}, {"id": "y"}],
    }
    assert toml_text(data) == (
        'name = "a\\u0001\\u007f"\ntitle = {de = "Dörfer", "x y" = ""}\n\n'
        '[rules]\napart = [["a", "b"]]\nleast = {of = 1.2340}\nmax = 4\n\n'
        '[[form]]\nid = "x"\ncost = {range = [1.0, 1e+16]}\n\n[[form]]\nid = "y"\n'
    )


_CHARACTERS = st.characters(
    exclude_categories=("Cs", "Cc"), exclude_characters="\ufffd\ufffe\uffff"
)
HOSTILE_NAMES = [
    "=1+1",
    "@SUM(A1)",
    "+49",
    "-1",
    "'=x",
    "''=x",
    '"',
    'say "hi"; go, now',
    "two\nlines",
    "a\ttab",
    "<b>&amp;</b>",
    "[table]",
    "{key}",
    "1e5",
    "007",
    "true",
    "NaN",
    "2024-01-01",
    "#REF",
    "\\u0041",
    "שלום",
    "\u202egnp",
    "e\u0301",
    "👩‍👧",
]
names = st.sampled_from(HOSTILE_NAMES) | st.text(_CHARACTERS, min_size=1, max_size=30).filter(
    lambda text: text == text.strip() and undamaged(text) is None
)
labels = names.map(clean).filter(bool)
ids = st.sampled_from(["=1+1", "-1", "007", "7", "1.0", "true", "é", "'x", "a,b;c"]) | st.text(
    st.characters(categories=("Lu", "Ll", "Nd"), max_codepoint=0x17F), min_size=1, max_size=12
).filter(lambda text: text.isascii() or (text.isalpha() and undamaged(text) is None))
numbers = st.floats(0, 1e4, allow_subnormal=False) | st.just(1.234)


@st.composite
def instances(draw: st.DrawFn, base: Instance) -> Instance:
    keys = draw(st.lists(ids, min_size=2, max_size=4, unique=True))
    towns = tuple(
        Municipality(
            id=key,
            name=draw(names),
            population=draw(numbers),
            lat=draw(st.floats(50, 52)),
            lon=draw(st.floats(9, 11)),
            county=draw(labels),
            state=draw(labels),
            identity_area=draw(labels),
            kind=draw(st.just("") | labels),
            area_km2=draw(st.none() | st.floats(0.1, 1e5)),
            population_by_year=draw(st.dictionaries(st.sampled_from([1990, 2040]), numbers)),
        )
        for key in keys
    )
    return replace(
        base,
        title={"de": draw(names), "x-y": draw(names)},
        municipalities=towns,
        neighbours=(Neighbours(keys[0], keys[1], draw(st.none() | st.floats(0, 1000))),),
        travel={pair: draw(st.floats(0, 10_080)) for pair in permutations(keys[:2])}
        if len(keys) > 2
        else {},
        demand={(keys[0], "fire"): draw(numbers)},
        alone_cost={(keys[1], "water"): draw(numbers)},
        status_quo=(Partnership("fire", tuple(keys[:2]), keys[1], "agreement"),),
        rules={"max_members": 4, "apart": [[keys[0], keys[1]]], "max_minutes": draw(numbers)},
        sources=({"what": draw(names), draw(names): [draw(names), True, 1.5]},),
        boundaries={},
    )


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_hostile_names(small: Instance, data: st.DataObject) -> None:
    instance = data.draw(instances(small))
    with tempfile.TemporaryDirectory() as folder:
        for copy in copies(instance, Path(folder)):
            assert copy == instance


@settings(max_examples=150, deadline=None)
@given(
    file=st.sampled_from(sorted(FILES)),
    at=st.integers(0, 400),
    length=st.integers(0, 20),
    inserted=st.binary(max_size=6) | st.sampled_from([b'"', b",", b"[", b"\n", b"=", b"\r", b"."]),
)
def test_damaged_bytes(file: str, at: int, length: int, inserted: bytes) -> None:
    content = str(FILES[file]).encode()
    damaged = content[:at] + inserted + content[at + length :]
    with tempfile.TemporaryDirectory() as folder:
        for fault in check(lay_out({**FILES, file: damaged}, Path(folder))):
            assert fault.render("en")
            assert fault.render("de")


@pytest.mark.parametrize("name", ["copy", "copy.xlsx"])
def test_a_failure_leaves_nothing_half_written(
    name: str, small: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wholly = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        wholly(path, content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UsageError, match="No space left"):
        small.save(tmp_path / name)
    monkeypatch.undo()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    small.save(tmp_path / name)
    assert read(tmp_path / name) == small
