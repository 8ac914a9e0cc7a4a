"""A certificate that is wrong is refused in words, or what it proves is true all the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certifying import made
from certifying.mutants import KINDS, VALUES, changes
from koopopt.errors import DataError
from koopopt.storage.certificates import confirm
from nightly import NIGHTLY

CHANGES = dict(changes())


def write(path: Path, table: Any) -> Path:
    path.write_text(json.dumps(table), "utf-8")
    return path


def outcome(name: str, path: Path) -> str:
    """Return whether it was refused; that it is true is made sure of where it was not."""
    instance = made.problem(name).instance
    refused: DataError | None = None
    try:
        found = confirm(path, instance=instance)
    except DataError as error:
        refused = error
    if refused is not None:
        assert refused.faults
        assert path.name in refused.render()
        return "refused"
    table = json.loads(path.read_text("utf-8"))
    weights = {k: w for k, w in table["weights"].items() if k not in found.left_out}
    best = made.optimum(instance, weights, table["limits"])
    proven = made.exact(found)
    if best is None:
        return "nothing to prove"
    assert proven is not None, "proven that there is no plan, and there is one"
    assert proven <= best
    return "true"


@pytest.mark.parametrize("change", CHANGES)
def test_wrong_certificates(change: str, tmp_path: Path) -> None:
    for name in made.RICH:
        table = made.table(name)
        try:
            CHANGES[change](table)
        except (KeyError, IndexError, TypeError, StopIteration):
            continue  # it does not have what is changed
        outcome(name, write(tmp_path / "bound.json", table))


def test_there_are_more_than_300_kinds() -> None:
    assert len(CHANGES) > 300


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("tree", "tree: last node missing"),
        ("tree", "tree: only the root"),
        ("tree", "tree: a leaf twice"),
        ("tree", "tree: no splits"),
        ("tree", "split: municipality wrong"),
        ("tree", "dual of office row: minus"),
        ("seats", "dual of rank1 row: minus"),
        ("seats", "dual of max_partner_seats row: minus"),
        ("host", "dual of host row: minus"),
        ("seats", "dual of every row: beyond"),
        ("seats", "dual: nan"),
        ("seats", "dual: broken"),
        ("seats", "dual twice"),
        ("seats", "row of a dual: -1"),
        ("seats", "row of a dual: behind the last"),
        ("seats", "cut: divisor zero"),
        ("seats", "cut: divisor minus"),
        ("seats", "cut: multipliers beyond"),
        ("seats", "row: criterion that is no sum"),
        ("tree", "row: criterion that is no sum"),
        ("seats", "row: all are max_hosted"),
        ("seats", "fingerprint of another"),
        ("seats", "format 2"),
        ("seats", "weights 0"),
        ("seats", "weight of cost negative"),
        ("seats", "weight of cost nan"),
        ("seats", "weight of nothing known"),
        ("seats", "limit on nothing known"),
        ("seats", "digits 65"),
        ("seats", "aim is text"),
        ("seats", "nodes is list"),
    ],
)
def test_what_is_refused(name: str, change: str, tmp_path: Path) -> None:
    table = made.table(name)
    before = json.dumps(table)
    CHANGES[change](table)
    if json.dumps(table) == before:
        assert change == "row: criterion that is no sum"
        return
    assert outcome(name, write(tmp_path / "bound.json", table)) == "refused"


@pytest.mark.parametrize("name", made.RICH)
@pytest.mark.parametrize("factor", [1.0001, 1.01, 2.0])
def test_duals_that_claim_more_prove_less(name: str, factor: float, tmp_path: Path) -> None:
    """The honest ones are the best there are, up to rounding: no tree is below the optimum."""
    table = made.table(name)
    for node in table["nodes"]:
        for pair in node["duals"] or ():
            pair[1] = int(pair[1] * factor)
    table["aim"] = 10 * abs(table["aim"]) + 1000
    assert outcome(name, write(tmp_path / "bound.json", table)) in ("true", "nothing to prove")


@pytest.mark.parametrize("name", made.RICH)
def test_a_higher_aim_proves_no_more_than_the_optimum(name: str, tmp_path: Path) -> None:
    for more in (1, 2, 1000, 10**9):
        table = made.table(name)
        table["aim"] += more
        assert outcome(name, write(tmp_path / "bound.json", table)) == "true"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"1", b'{"rows": [], "nodes": []}', b'{"rows": 1, "rows": 2}',
     b"\xff\xfe", b"[" * 100_000, b'{"nodes":' * 5000, b'{"format": 1' + b"0" * 5000 + b"}"],
)  # fmt: skip
def test_files_that_are_no_certificate(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bound.json"
    path.write_bytes(content)
    with pytest.raises(DataError):
        confirm(path, instance=made.problem("seats").instance)


@pytest.mark.parametrize("share", [k / 20 for k in range(1, 20)])
def test_files_that_were_cut_off(share: float, tmp_path: Path) -> None:
    whole = json.dumps(made.table("tree")).encode()
    path = tmp_path / "bound.json"
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(DataError, match="no valid JSON"):
        confirm(path, instance=made.problem("tree").instance)


@pytest.mark.parametrize("name", made.RICH)
@pytest.mark.parametrize(
    "rules",
    [{"max_members": 2}, {"contiguous": True}, {"max_pooled": 0}, {"max_partner_seats": 1}, {}],
    ids=str,
)
def test_certificates_of_other_rules(name: str, rules: dict[str, Any], tmp_path: Path) -> None:
    """Refused; with the fingerprint of the case that it is not of, what it proves is true there."""
    problem = made.problem(name)
    own = {} if not rules else {**problem.instance.rules, **rules}
    other = replace(problem.instance, rules=own)
    path = write(tmp_path / "bound.json", made.table(name))
    if other.fingerprint != problem.instance.fingerprint:
        with pytest.raises(DataError, match="computed for other data"):
            confirm(path, instance=other)
    table = made.table(name) | {"fingerprint": other.fingerprint}
    try:
        found = confirm(write(path, table), instance=other)
    except DataError:  # a row of a rule that is not there
        return
    best = made.optimum(other, table["weights"], table["limits"])
    proven = made.exact(found)
    assert best is None or (proven is not None and proven <= best)


ANYTHING = st.one_of(
    st.integers(-3, 12), st.integers(-(2**60), 2**60), st.sampled_from(list(VALUES.values())),
    st.sampled_from([*KINDS, "s0", "s1", "s2", "m0", "m1", "m2"]), st.booleans(),
)  # fmt: skip


@settings(
    max_examples=150 * NIGHTLY, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(st.data())
def test_any_places_changed(tmp_path: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(made.RICH)))
    table = made.table(name)
    for _ in range(data.draw(st.integers(1, 4))):
        places = [p for p in _places(table) if p[0] not in (("fingerprint",), ("weights",))]
        path = data.draw(st.sampled_from(places))
        here: Any = table
        for part in path[:-1]:
            here = here[part]
        old = here[path[-1]]
        if isinstance(old, int) and data.draw(st.booleans()):
            here[path[-1]] = old + data.draw(st.integers(-(2**40), 2**40))
        else:
            here[path[-1]] = data.draw(ANYTHING)
    outcome(name, write(tmp_path / "bound.json", table))


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the places of all values in a file but those of the question."""
    if not isinstance(value, (dict, list)):
        return [path]
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    asked = ("fingerprint", "weights", "limits")
    return [
        place
        for key, part in parts
        if not (path == () and key in asked)
        for place in _places(part, (*path, key))
    ]
