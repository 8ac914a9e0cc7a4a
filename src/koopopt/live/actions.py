"""Actions: what a user does, made into events of the document.

An action may speak of what is shown ("move this town there"); the event that comes of it does not,
so that a trail can be read again without solving anything.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from koopopt.case.plan import Plan
from koopopt.errors import UsageError
from koopopt.evaluation import all_alone, status_quo
from koopopt.inquiry.in_words import form_titles, place_names, service_titles
from koopopt.live import moving, uncertain
from koopopt.live.document import MODES, Document, Step
from koopopt.live.figures import told
from koopopt.live.question import Question, futures
from koopopt.live.said import Said, said, whole
from koopopt.live.wishes import Wish
from koopopt.problem import Problem
from koopopt.text import T, Text

LONGEST: Final = 2_000
"""Characters of a name or a note."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What an action is taken in.

    Attributes
    ----------
    document : Document
    shown : Plan
        What is shown.
    problem : Problem
        Of the question that holds.
    proven : bool
        Whether what is shown is the proven best plan.
    points : sequence of Plan
        Those of the front.
    titles : mapping place -> title
        Of the controls.
    """

    document: Document
    shown: Plan
    problem: Problem
    proven: bool
    points: Sequence[Plan]
    titles: Mapping[str, Said]


def event(action: Any, note: str, scene: Scene) -> tuple[dict[str, Any], Plan | None]:
    """Return the event of an action, and the plan to show until there is an answer.

    Raises
    ------
    UsageError
        Where there is no such action, or it names what there is not.
    """
    if not isinstance(action, Mapping):
        raise UsageError(T("An action is a table with a kind."))
    kind = action.get("kind")
    make = _MADE.get(kind) if isinstance(kind, str) else None
    if make is None:
        raise UsageError(
            T("There is no action {kind}. Known are {kinds}.", kind=repr(kind),
              kinds=", ".join(_MADE))
        )  # fmt: skip
    try:
        made, what, draft = make(action, scene)
    except KeyError as error:
        raise UsageError(
            T("The action {kind} needs {key}.", kind=repr(kind), key=str(error))
        ) from error
    when = datetime.now(UTC).isoformat(timespec="seconds")
    words = said(what) if isinstance(what, Text) else what
    if "step" in made:
        made["step"] |= {"what": words}
    if "keep" in made:
        made["keep"] |= {"when": when}
    return {**made, "what": words, "when": when, "note": _text(note)}, draft


Made = tuple[dict[str, Any], Text | Said, Plan | None]


def _step(step: Step, what: Text | Said, draft: Plan | None = None) -> Made:
    return {"step": step.told}, what, draft


def _asking(scene: Scene, question: Question, what: Text | Said, draft: Plan | None = None) -> Made:
    """Return the step to another question; a plan by hand stays."""
    return _step(replace(scene.document.now, question=question), what, draft)


def _set(action: Mapping[str, Any], scene: Scene) -> Made:
    place, value = action["place"], action.get("value")
    if not isinstance(place, str):
        raise UsageError(T("A place is a text such as rules.max_members."))
    question = scene.document.now.question.setting(place, value)
    title = scene.titles.get(place, said(place))
    if value is None:
        what = T("{title}: as in the instance", title=title)
    elif value is False:
        what = T("{title}: lifted", title=title)
    elif value is True:
        what = T("{title}: in force", title=title)
    elif isinstance(value, list) and place.startswith(uncertain.PREFIX):
        what = T("{title}: {low} to {high}", title=title, low=value[0], high=value[-1])
    elif isinstance(value, list):
        what = T("{title}: {value}", title=title, value=", ".join(map(str, value)))
    else:
        what = T("{title}: {value}", title=title, value=value)
    return _asking(scene, question, what)


def _wish(action: Mapping[str, Any], scene: Scene) -> Made:
    instance = scene.document.base.instance
    wish = Wish.of(action["wish"], instance)
    question = scene.document.now.question.wishing(wish)
    return _asking(scene, question, wish.text(instance))


def _unwish(action: Mapping[str, Any], scene: Scene) -> Made:
    instance = scene.document.base.instance
    wish = Wish.of(action["wish"], instance)
    if wish not in scene.document.now.question.wishes:
        raise UsageError(T("There is no such wish."))
    question = scene.document.now.question.without(wish)
    return _asking(scene, question, T("No longer: {wish}", wish=wish.text(instance)))


def _scenario(action: Mapping[str, Any], scene: Scene) -> Made:
    instance, value = scene.document.base.instance, action.get("value")
    question = scene.document.now.question.in_scenario(value, instance)
    title: Any = T("none") if value is None else futures(instance)[value]
    return _asking(scene, question, T("Scenario: {title}", title=title))


def _move(action: Mapping[str, Any], scene: Scene) -> Made:
    service, town, to = action["service"], action["town"], action.get("to")
    base, now = scene.document.base, scene.document.now
    plan = moving.moved(scene.problem, scene.shown, service, town, to)
    _demand_free(scene, service, [town, *(to or [])])
    own = moving.of_town(plan, service, town)
    title = service_titles(base.instance)[service]
    named = place_names(base.instance)
    others = ", ".join(named[t] for t in own.members if t != town)
    what = (
        T("{service}: {town} with {others}", service=title, town=named[town], others=others)
        if others
        else T("{service}: {town} alone", service=title, town=named[town])
    )
    if now.mode == "hand":
        return _step(replace(now, plan=plan), what)
    gone = [
        w for w in now.question.wishes
        if w.service == service and town in w.towns and w.kind in ("together", "alone")
    ]  # fmt: skip
    question = now.question.without(*gone)
    if own.pooled:
        partner = _partner(scene.problem, own.members, town, own.seat)
        wish = Wish.of(
            {"kind": "together", "service": service, "towns": [town, partner]}, base.instance
        )
    else:
        wish = Wish.of({"kind": "alone", "service": service, "towns": [town]}, base.instance)
    return _asking(scene, question.wishing(wish), what, plan)


def _demand_free(scene: Scene, service: str, towns: Sequence[str]) -> None:
    """Raise `UsageError` where one of these partnerships is locked."""
    for wish in scene.document.now.question.wishes:
        if wish.kind == "lock" and wish.service == service and set(wish.towns) & set(towns):
            raise UsageError(
                T("{wish}: this is locked. Unlock it first.",
                  wish=wish.text(scene.document.base.instance))
            )  # fmt: skip


def _partner(problem: Problem, members: Sequence[str], town: str, seat: str) -> str:
    """Return with whom one is to stay: the seat, or the largest of the others."""
    facts = problem.facts
    others = [t for t in members if t != town]
    return seat if seat in others else max(others, key=lambda t: facts.population[facts.index[t]])


def _seat(action: Mapping[str, Any], scene: Scene) -> Made:
    service, town, seat = action["service"], action["town"], action["seat"]
    base, now = scene.document.base, scene.document.now
    plan = moving.seated(scene.problem, scene.shown, service, town, seat)
    own = moving.of_town(plan, service, town)
    title = service_titles(base.instance)[service]
    what = T("{service}: seat in {seat}", service=title, seat=base.facts.seat_name(seat))
    if now.mode == "hand":
        return _step(replace(now, plan=plan), what)
    gone = [
        w for w in now.question.wishes
        if w.service == service and w.kind == "lock" and set(w.towns) & set(own.members)
    ]  # fmt: skip
    wish = Wish.of(
        {"kind": "lock", "service": service, "towns": list(own.members), "seat": seat},
        base.instance,
    )
    return _asking(scene, now.question.without(*gone).wishing(wish), what, plan)


def _form(action: Mapping[str, Any], scene: Scene) -> Made:
    forms = form_titles(scene.document.base.instance)
    plan = moving.formed(scene.shown, action["service"], action["town"], action["form"], forms)
    what = T("Legal form: {form}", form=forms[action["form"]])
    return _step(replace(scene.document.now, mode="hand", plan=plan), what)


def _start(action: Mapping[str, Any], scene: Scene) -> Made:
    base, now = scene.document.base, scene.document.now
    plan: Plan | None
    match action["from"]:
        case "today":
            plan, what = status_quo(base), T("Start from today")
        case "alone":
            plan, what = all_alone(base), T("Start from all alone")
        case "best":
            plan, what = None, T("Start from the best plan")
        case "variant":
            variant = scene.document.variant(action["id"])
            now = replace(now, question=variant.question)
            plan, what = variant.plan, T("Start from {name}", name=variant.name)
        case "point":
            number = action["number"]
            if not isinstance(number, int) or not 0 <= number < len(scene.points):
                raise UsageError(T("The front has no point {number}.", number=str(number)))
            plan, what = scene.points[number], T("Start from point {number} of the front",
                                                 number=number + 1)  # fmt: skip
        case "plan":
            plan, what = moving.read(base, action["plan"]), T("Start from a plan of one's own")
        case other:
            raise UsageError(T("There is no start from {start}.", start=repr(other)))
    return _step(replace(now, mode="follow" if plan is None else "hand", plan=plan), what)


def _mode(action: Mapping[str, Any], scene: Scene) -> Made:
    value = action["value"]
    if value not in MODES:
        raise UsageError(T("There is no mode {mode}.", mode=repr(value)))
    hand = value == "hand"
    what = T("By hand") if hand else T("Show the best plan")
    plan = scene.shown if hand else None
    return _step(replace(scene.document.now, mode=value, plan=plan), what, scene.shown)


def _undo(_: Mapping[str, Any], scene: Scene) -> Made:
    return {"undo": True}, T("Undone: {what}", what=scene.document.now.what), None


def _redo(_: Mapping[str, Any], scene: Scene) -> Made:
    document = scene.document
    what = document.steps[document.position + 1].what if document.can_redo else said("")
    return {"redo": True}, T("Done again: {what}", what=what), None


def _reset(_: Mapping[str, Any], scene: Scene) -> Made:
    return _step(Step(Question()), T("Everything as in the instance"))


def _keep(action: Mapping[str, Any], scene: Scene) -> Made:
    name = _text(action["name"]).strip()
    if not name:
        raise UsageError(T("A variant needs a name."))
    kept = {
        "id": uuid.uuid4().hex[:12], "name": name, "note": _text(action.get("note", "")),
        "question": scene.document.now.question.told, "plan": told(scene.shown),
        "proven": scene.proven,
    }  # fmt: skip
    return {"keep": kept}, T("Kept as {name}", name=name), None


def _drop(action: Mapping[str, Any], scene: Scene) -> Made:
    variant = scene.document.variant(action["id"])
    return {"drop": variant.id}, T("{name} dropped", name=variant.name), None


def _rename(action: Mapping[str, Any], scene: Scene) -> Made:
    variant, name = scene.document.variant(action["id"]), _text(action["name"]).strip()
    if not name:
        raise UsageError(T("A variant needs a name."))
    what = T("{name} is now called {new}", name=variant.name, new=name)
    return {"rename": [variant.id, name]}, what, None


def _note(action: Mapping[str, Any], scene: Scene) -> Made:
    return {"remark": [action["number"], _text(action["text"])]}, said(""), None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise UsageError(T("Names and notes are texts."))
    if len(value) > LONGEST:
        raise UsageError(T("Names and notes have {most} characters at most.", most=LONGEST))
    return whole(value)


_MADE: Final[dict[str, Callable[[Mapping[str, Any], Scene], Made]]] = {
    "set": _set, "wish": _wish, "unwish": _unwish, "scenario": _scenario, "move": _move,
    "seat": _seat, "form": _form, "start": _start, "mode": _mode, "undo": _undo, "redo": _redo,
    "reset": _reset, "keep": _keep, "drop": _drop, "rename": _rename, "note": _note,
}  # fmt: skip
