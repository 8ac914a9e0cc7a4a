"""Write docs/rules.md from the criteria and the rule classes: `make docs`.

The page is of koopopt alone; `python docs/make_rules.py PACKAGE` prints the tables of a plug-in.
A test fails where the page is out of step.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, fields
from pathlib import Path

from koopopt.criteria import CRITERIA, Criterion
from koopopt.rules import DOOR, PARTNERSHIP_RULES, PLAN_RULES, Rule

PAGE = Path(__file__).with_name("rules.md")

KINDS = {
    "bool": "`true`",
    "NonNegative": "number, 0 or more",
    "Share": "number from 0 to 1",
    "Size": "whole number, 1 or more",
    "Count": "whole number, 0 or more",
    "BySeat": 'number, 0 or more, or a table by seat: `{ "06636003" = 40000, default = 15000 }`',
    "Counts": "whole number, or a table by service: `{ water = 3 }`",
    "Ids": "list of ids",
    "Annotated[Ids, MinLen(1)]": "list of ids, not empty",
    "bool | Ids": "`true` or a list of ids",
    "tuple[Pair, ...]": "list of pairs of ids: `[[a, b], ...]`",
    "Mapping[str, Number]": "table by criterion",
    "Literal['demand', 'population', 'equal']": '`"demand"`, `"population"` or `"equal"`',
    "Literal['individual', 'core', 'key'] | None": '`"individual"`, `"core"` or `"key"`',
    "KeyName | None": '`"population"`, `"demand"`, `"equal"`, `"alone"`, `"scrb"`, `"shapley"`,'
    ' `"nucleolus"`, or two parts, `"30%equal+population"`',
}
"""Types of the rules' keys in words; a new type needs new words."""

CRITERIA_TEXT = """\
# Criteria and rules

Generated from the code by `make docs`: the criteria stand in `koopopt/criteria.py`, the rules in
`koopopt/rules/`, each once. What all terms mean, to the cent: [semantics.md](semantics.md).

## Criteria

All are minimised. `--weight` and `[weights]` make a weighted sum of them, `--lexicographic` an
order, `--limit` and the rule `limit` an upper bound.

A partnership has a service s, members M, a seat h in M and a legal form f. Demand d is that of
`demand.csv`, else inhabitants × `per_inhabitant`; C is the service's cost curve, t are minutes.

* **cost**: Σ over partnerships of `fixed_cost` + `cost_per_extra_member` × (members − 1) +
  `cost_per_pair` × members × (members − 1) ÷ 2 + C(Σ d) − grant ÷ years + the annuity
  of one-off costs; for alone C(d), or `alone_cost.csv` where it has a row; and
  `office.cost` once for each municipality that seats a pooled partnership.
* **travel**: Σ over partnerships and members of inhabitants × `trips_per_inhabitant` × 2 × t ÷ 60.
* **identity**: Σ over members not at their own seat of the service's `identity.weight` ×
  inhabitants, counted twice where member and seat differ in `identity_area`.
* **bodies**: number of partnerships with two members or more.
* **farthest**: the largest t of any member, not a sum; 0 where everybody is alone.
* **change**: number of pairs of municipality and service whose seat differs from
  `status_quo.csv` (alone is one's own seat).
* **largest_loss**: the largest amount by which a municipality's shares of its services sum to
  more than its costs alone, or 0; not a sum. Shared by `key` where that is a weight or two parts,
  else by demand.

A partnership takes the cheapest legal form that is open to it.
"""

AMOUNTS_TEXT = """\
Amounts are whole numbers of their resolution. Each is rounded once, half to even: the cost of a
partnership, of staying alone and of an office; the travel, the identity and the minutes of one
member at one seat. Sums are exact, and a limit is rounded down and holds without tolerance.
"""

PARTNERSHIP_TEXT = """\
## Rules about one partnership

They stand in `[rules]` of `instance.toml` for every service, in the `[rules]` of a service model
for one service, or in `[service.X.rules]` of `instance.toml`, which wins over both; a service
model wins over `[rules]`. `key = false` lifts a rule that a lower layer sets. They bind pooled
partnerships; staying alone is always allowed unless `forbid_alone`, `viable_alone`, `together` or
`keep_existing` says otherwise. A name that the instance does not have is an error.

Besides these, the chosen legal form must be open to the service, the number of members, the
county and the state; where it has votes and there are three members or more, nobody has more
than `max_share` of base + floor(inhabitants ÷ `inhabitants_per_vote`).
"""

PLAN_TEXT = """\
## Rules about the whole plan

They stand in `[rules]` of `instance.toml`.
"""


def page() -> str:
    """Return the page."""
    parts = [
        CRITERIA_TEXT,
        _criteria(None),
        AMOUNTS_TEXT,
        PARTNERSHIP_TEXT,
        _rules(PARTNERSHIP_RULES, None),
        PLAN_TEXT,
        _rules(PLAN_RULES, None),
    ]
    return "\n".join(parts)


def tables(package: str) -> str:
    """Return the criteria and the rules that a package adds."""
    both = (*PARTNERSHIP_RULES, *PLAN_RULES)
    found = _criteria(package), _rules(both, package)
    if found == (_criteria(""), _rules(both, "")):
        sys.exit(f"No criterion and no rule is from {package}; see `koopopt plugins`.")
    return "\n".join(found)


def _criteria(package: str | None) -> str:
    def row(c: Criterion) -> tuple[str, str, str]:
        return c.name, str(c.unit), f"{c.resolution:g}"

    rows = (row(c) for c in CRITERIA.values() if next(iter(c.package), None) == package)
    return _table(("criterion", "unit", "resolution"), rows)


def _rules(kinds: Iterable[type[Rule]], package: str | None) -> str:
    chosen = (k for k in kinds if next(iter(DOOR.package(k.started_by()[0])), None) == package)
    rows = (("<br>".join(_keys(kind)), kind.summary) for kind in chosen)
    return _table(("keys and values", "holds if"), rows)


def _keys(kind: type[Rule]) -> Iterator[str]:
    for f in fields(kind):  # type: ignore[arg-type]
        extra = "" if f.name in kind.started_by() else f", optional, else {_shown(f)}"
        yield f"`{f.name}`: {_kind(f, kind)}{extra}"


def _kind(f: Field[object], rule: type[Rule]) -> str:
    """Return a type in words; that of a plug-in's key as it is, where it is a new one."""
    name = str(f.type)
    return KINDS.get(name, name) if rule in DOOR.things.values() else KINDS[name]


def _shown(f: Field[object]) -> str:
    value = None if f.default is MISSING else f.default
    return f"`{str(value).lower()}`"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [tuple(head), *rows]
    lines.insert(1, ("---",) * len(lines[0]))
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |\n" for row in lines)


if __name__ == "__main__":
    if sys.argv[1:]:
        print(tables(sys.argv[1]))
    else:
        PAGE.write_text(page(), encoding="utf-8")
