"""What a certificate of a bound proves, on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from koopopt.certifying.checking import Confirmed
from koopopt.report.terminal.page import Page
from koopopt.text import T


def confirmed(found: Confirmed, page: Page) -> str:
    """Return what a certificate proves as text, with the question that it answers."""
    if found.bound is None:
        page.line(T("Confirmed: no plan keeps all rules."), "bold green")
    else:
        page.line(T("Confirmed: no plan has a weighted sum below {bound}.",
                    bound=page.any_figure(found.bound)), "bold green")  # fmt: skip
    weights = {name: float(w) for name, w in found.problem.weights.items() if w}
    page.line(T("Asked was for the weights {weights}.", weights=_named(weights, page)))
    if limits := found.problem.limits:
        page.line(T("Within the limits {limits}.", limits=_named(limits, page)))
    page.line(T("{partnerships} possible partnerships were enumerated anew, and priced in {leaves}"
                " part(s) that together cover all plans.",
                partnerships=page.figure(found.partnerships), leaves=found.leaves))  # fmt: skip
    if found.left_out:
        page.line(T("What is no sum over partnerships is left out, so the bound is lower:"
                    " {names}.", names=", ".join(found.left_out)))  # fmt: skip
    return page.text()


def _named(values: Mapping[str, float], page: Page) -> str:
    return ", ".join(f"{name} {page.any_figure(value)}" for name, value in values.items())


def table(found: Confirmed) -> dict[str, Any]:
    """Return the object of `koopopt verify --json` for a certificate."""
    return {
        "ok": True,
        "instance": found.problem.instance.name,
        "bound": found.bound,
        "infeasible": found.bound is None,
        "weights": {name: float(w) for name, w in found.problem.weights.items()},
        "limits": found.problem.limits,
        "partnerships": found.partnerships,
        "nodes": found.nodes,
        "leaves": found.leaves,
        "left_out": list(found.left_out),
    }
