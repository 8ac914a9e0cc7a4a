"""Plans from files that somebody opens in the page: plan.csv or run.json, by what is in them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koopopt.errors import UsageError
from koopopt.live.figures import told
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.live.room import Room


def partnerships(body: Mapping[str, Any], room: Room) -> list[dict[str, Any]]:
    """Return the partnerships of a plan as actions have them.

    Parameters
    ----------
    body : mapping
        A `bodies.PlanFile` or a `bodies.RunPlan`.
    room : Room

    Raises
    ------
    DataError, UsageError
        Where the file holds no plan of this case.
    """
    if "partnerships" in body:
        return _plain(body["partnerships"])
    text = body["text"]
    if text.lstrip().startswith("{"):
        return _plain(_of_run(text))
    return _of_table(text, room)


def _of_run(text: str) -> list[Mapping[str, Any]]:
    from koopopt.live.web import bodies

    table = bodies.parsed(text.encode("utf-8", "replace"))
    if "partnerships" not in table:
        raise UsageError(T("The file holds no plan: neither a plan.csv nor a run.json."))
    wanted = {"partnerships": table["partnerships"]}
    bodies.demand(bodies.RunPlan, wanted)
    found: list[Mapping[str, Any]] = wanted["partnerships"]
    return found


def _of_table(text: str, room: Room) -> list[dict[str, Any]]:
    from koopopt.reading.plans import read_plan

    with tempfile.TemporaryDirectory(prefix="koopopt-") as folder:
        path = Path(folder) / "plan.csv"
        path.write_text(text, encoding="utf-8", newline="")
        plan = read_plan(path, room.instance)
    return told(plan)


def _plain(found: Any) -> list[dict[str, Any]]:
    """Return partnerships with the keys that matter."""
    keys = ("service", "members", "seat", "legal_form")
    return [{key: p.get(key) for key in keys} for p in found]
