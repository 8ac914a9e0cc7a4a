"""Certificates that are wrong in one thing, by name: each is a change of the object of a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

Table = dict[str, Any]
Change = Callable[[Table], None]

KINDS = (
    "cover", "office", "max_pooled", "max_memberships", "max_hosted", "host", "max_partner_seats",
    "count", "limit", "number", "rank1",
)  # fmt: skip
NUMBERS: dict[str, Any] = {
    "minus": lambda y: -y,
    "double": lambda y: 2 * y,
    "half": lambda y: y // 2,
    "thousandfold": lambda y: 1000 * y,
    "one more": lambda y: y + 1,
    "one less": lambda y: y - 1,
    "astronomic": lambda y: 2**127 if y > 0 else -(2**127),
    "beyond": lambda y: 2**200,
}
VALUES: dict[str, Any] = {
    "text": "1", "broken": 1.5, "none": None, "true": True, "list": [], "object": {},
    "nan": float("nan"), "inf": float("inf"), "huge": 10**400,
}  # fmt: skip


def changes() -> Iterator[tuple[str, Change]]:
    """Yield the changes by name."""
    yield from _duals()
    yield from _rows()
    yield from _nodes()
    yield from _question()


def _of(kind: str, change: Callable[[int], int]) -> Change:
    """Change the duals of all rows of a kind."""

    def changed(table: Table) -> None:
        for node in table["nodes"]:
            for pair in node["duals"] or ():
                if kind in ("every", table["rows"][pair[0]]["kind"]):
                    pair[1] = change(pair[1])

    return changed


def _duals() -> Iterator[tuple[str, Change]]:
    for kind in ("every", *KINDS):
        for name, change in NUMBERS.items():
            yield f"dual of {kind} row: {name}", _of(kind, change)
    for name, value in VALUES.items():
        yield f"dual: {name}", lambda t, v=value: _first(t).__setitem__(1, v)
        yield f"row of a dual: {name}", lambda t, v=value: _first(t).__setitem__(0, v)
        yield f"duals: {name}", lambda t, v=value: t["nodes"][0].update(duals=v)
    yield "row of a dual: -1", lambda t: _first(t).__setitem__(0, -1)
    yield "row of a dual: behind the last", lambda t: _first(t).__setitem__(0, len(t["rows"]))
    yield "dual twice", lambda t: t["nodes"][0]["duals"].append(list(_first(t)))
    yield "dual missing", lambda t: t["nodes"][0]["duals"].pop()
    yield "dual without a value", lambda t: _first(t).pop()
    yield "dual with two values", lambda t: _first(t).append(1)
    yield "duals of rows in another order", _turned
    yield "dual of a row that has none", _everywhere


def _first(table: Table) -> list[Any]:
    first: list[Any] = table["nodes"][0]["duals"][0]
    return first


def _turned(table: Table) -> None:
    for node in table["nodes"]:
        pairs = node["duals"] or []
        values = [value for _, value in pairs]
        for pair, value in zip(pairs, values[1:] + values[:1], strict=True):
            pair[1] = value


def _everywhere(table: Table) -> None:
    """Give each row in each node a dual that only its kind may have."""
    for node in table["nodes"]:
        known = {row for row, _ in node["duals"] or ()}
        node["duals"] = [
            *(node["duals"] or []),
            *([k, -(2**20)] for k in range(len(table["rows"])) if k not in known),
        ]


def _each_row(key: str, value: Any) -> Change:
    def changed(table: Table) -> None:
        for row in table["rows"]:
            if key in row:
                row[key] = value(row[key]) if callable(value) else value

    return changed


def _rows() -> Iterator[tuple[str, Change]]:
    yield "row: first missing", lambda t: t["rows"].pop(0)
    yield "row: last missing", lambda t: t["rows"].pop()
    yield "rows: none", lambda t: t.update(rows=[])
    yield "rows: turned round", lambda t: t["rows"].reverse()
    yield "rows: each twice", lambda t: t["rows"].extend(json.loads(json.dumps(t["rows"])))
    for key in ("kind", "service", "municipality", "services", "picked", "weights", "divisor",
                "criterion", "rule"):  # fmt: skip
        yield f"row: {key} missing", lambda t, k=key: [row.pop(k, None) for row in t["rows"]]
        for name in ("text", "none", "list", "nan"):
            yield f"row: {key} {name}", _each_row(key, VALUES[name])
    for kind in KINDS:
        yield f"row: all are {kind}", _each_row("kind", kind)
    yield "row: one more key", lambda t: t["rows"][0].update(more=1)
    yield "row: other municipality", _shifted("municipality")
    yield "row: other service", _shifted("service")
    yield "row: other criterion", _each_row("criterion", "cost")
    yield "row: criterion that is no sum", _each_row("criterion", "farthest")
    yield "row: other rule", _each_row("rule", "min_partnerships")
    yield "row: rule of all services", lambda t: _only(t, "count", service=None)
    yield "row: hosts of no service", _each_row("services", [])
    yield "row: hosts of one service twice", _each_row("services", lambda s: s[:1] * 2)
    yield "row: no seats", _each_row("picked", {})
    yield (
        "row: seats of one service",
        _each_row("picked", lambda p: dict.fromkeys(p, next(iter(p.values()), "s0"))),
    )
    for name, change in {**NUMBERS, "zero": lambda _: 0}.items():
        yield (
            f"cut: multipliers {name}",
            _each_row("weights", lambda w, c=change: {i: c(v) for i, v in w.items()}),
        )
        yield f"cut: one multiplier {name}", _each_row("weights", lambda w, c=change: _one(w, c))
        yield f"cut: divisor {name}", _each_row("divisor", change)
    yield (
        "cut: of all municipalities",
        lambda t: _only(
            t,
            "rank1",
            weights={row["municipality"]: 1 for row in t["rows"] if row["kind"] == "cover"},
        ),
    )


def _one(weights: dict[str, int], change: Callable[[int], int]) -> dict[str, int]:
    first = next(iter(weights))
    return {**weights, first: change(weights[first])}


def _astronomic(table: Table, dual: int) -> None:
    first = next(row for row in table["rows"] if row["kind"] == "cover")
    cut = {"kind": "rank1", "service": first["service"], "divisor": 2**120}
    table["rows"].append({**cut, "weights": {first["municipality"]: 2**127}})
    for node in table["nodes"]:
        node["duals"] = [*(node["duals"] or []), [len(table["rows"]) - 1, dual]]


def _only(table: Table, kind: str, **values: Any) -> None:
    for row in table["rows"]:
        if row["kind"] == kind:
            row.update(values)


def _shifted(key: str) -> Change:
    """Give each row what the one before it names."""

    def changed(table: Table) -> None:
        rows = [row for row in table["rows"] if key in row]
        values = [row[key] for row in rows]
        for row, value in zip(rows, values[-1:] + values[:-1], strict=True):
            row[key] = value

    return changed


def _nodes() -> Iterator[tuple[str, Change]]:
    yield "tree: last node missing", lambda t: t["nodes"].pop()
    yield "tree: root missing", lambda t: t["nodes"].pop(0)
    yield "tree: only the root", lambda t: t.update(nodes=t["nodes"][:1])
    yield "tree: no nodes", lambda t: t.update(nodes=[])
    yield "tree: a leaf twice", lambda t: t["nodes"].append(t["nodes"][-1])
    yield "tree: another leaf", lambda t: t["nodes"].append({"duals": [], "split": None})
    yield "tree: turned round", lambda t: t["nodes"].reverse()
    yield (
        "tree: halves exchanged",
        lambda t: t.update(nodes=t["nodes"][:1] + t["nodes"][2:] + t["nodes"][1:2]),
    )
    yield "tree: no splits", lambda t: [node.update(split=None) for node in t["nodes"]]
    yield "tree: root split by nothing", lambda t: t["nodes"][0].update(split=None)
    yield (
        "tree: leaf split",
        lambda t: t["nodes"][-1].update(
            split={"kind": "office", "municipality": t["rows"][0]["municipality"]}
        ),
    )
    yield "tree: no duals", lambda t: [node.update(duals=None) for node in t["nodes"]]
    yield (
        "tree: all duals are the last",
        lambda t: [node.update(duals=t["nodes"][-1]["duals"]) for node in t["nodes"]],
    )
    for name, value in VALUES.items():
        yield f"tree: a node is {name}", lambda t, v=value: t["nodes"].__setitem__(0, v)
        yield f"split: {name}", lambda t, v=value: t["nodes"][0].update(split=v)
    for key, value in {
        "municipality": "nobody", "service": "nothing", "most": -1, "alone": "yes", "seats": ["x"],
        "kind": "none",
    }.items():  # fmt: skip
        yield f"split: {key} wrong", _split(lambda s, k=key, v=value: s.update({k: v}))
        yield f"split: {key} missing", _split(lambda s, k=key: s.pop(k, None))
    yield "split: kind office", _split(lambda s: s.update(kind="office"))
    yield "split: alone turned", _split(lambda s: s.update(alone=not s.get("alone")))
    yield "split: no seats", _split(lambda s: s.update(seats=[]) if "seats" in s else None)
    yield "split: seats twice", _split(lambda s: s.update(seats=2 * s["seats"]) if "seats" in s
                                       else None)  # fmt: skip
    for most in (-(10**6), -1, 0, 1, 10**6, 2**127):
        yield f"split: most {most}", _split(lambda s, m=most: s.update(most=m) if "most" in s
                                            else None)  # fmt: skip


def _split(change: Callable[[dict[str, Any]], Any]) -> Change:
    """Change every split; where there is none, a leaf is split by a number that says nothing."""

    def changed(table: Table) -> None:
        splits = [node["split"] for node in table["nodes"] if node["split"]]
        if not splits:
            split = {"kind": "number", "service": table["rows"][0]["service"], "most": 0}
            table["nodes"][0]["split"] = split
            table["nodes"] += [{"duals": None, "split": None}] * 2
            splits = [split]
        for split in splits:
            change(split)

    return changed


def _question() -> Iterator[tuple[str, Change]]:
    for key in ("format", "instance", "fingerprint", "weights", "limits", "digits", "aim", "rows",
                "nodes"):  # fmt: skip
        yield f"{key} missing", lambda t, k=key: t.pop(k)
        for name, value in VALUES.items():
            yield f"{key} is {name}", lambda t, k=key, v=value: t.update({k: v})
    yield "one more key", lambda t: t.update(more=1)
    yield "format 2", lambda t: t.update(format=2)
    yield "fingerprint of another", lambda t: t.update(fingerprint="0" * 64)
    for digits in (-1, 0, 1, 64, 65):
        yield f"digits {digits}", lambda t, d=digits: t.update(digits=d)
    for more in (-8, -1, 1, 8):
        yield f"digits {more:+}", lambda t, m=more: t.update(digits=t["digits"] + m)
    for name, change in NUMBERS.items():
        yield f"aim {name}", lambda t, c=change: t.update(aim=c(t["aim"]))
    for name, value in {**VALUES, "negative": -1.0, "other": 3.0, "tiny": 1e-12}.items():
        yield f"weight of cost {name}", lambda t, v=value: t["weights"].update(cost=v)
        yield f"limit of travel {name}", lambda t, v=value: t["limits"].update(travel=v)
    yield "weights 0", lambda t: t.update(weights=dict.fromkeys(t["weights"], 0.0))
    yield (
        "weights doubled",
        lambda t: t.update(weights={name: 2 * w for name, w in t["weights"].items()}),
    )
    yield "weight of nothing known", lambda t: t["weights"].update(nothing=1.0)
    yield "weight of the farthest", lambda t: t["weights"].update(farthest=1000.0)
    yield "limit on nothing known", lambda t: t["limits"].update(nothing=1.0)
    yield "no limits", lambda t: t.update(limits={})
    yield "generous limits", lambda t: t.update(limits={"cost": 1e12, "travel": 1e9})
