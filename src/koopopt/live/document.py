"""The document: every step that was taken, where undo stands, and plans kept under a name.

A step holds all that was asked after it, so going back and forth needs no computing. Events are
plain values: the journal writes them and `Document.after` reads them, on the way and after a start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from koopopt.case.instance import Instance
from koopopt.case.plan import Plan
from koopopt.errors import UsageError
from koopopt.live import moving
from koopopt.live.figures import told
from koopopt.live.question import Question
from koopopt.live.said import Said
from koopopt.problem import Problem
from koopopt.text import T

Mode = Literal["follow", "hand"]
MODES: Final = ("follow", "hand")


@dataclass(frozen=True, slots=True)
class Step:
    """What holds after one action.

    Attributes
    ----------
    question : Question
    mode : {"follow", "hand"}
        Whether the best plan is shown, or the user's own.
    plan : Plan or None
        The user's own; None where the best one is shown.
    what : by language
        What was done, in words.
    """

    question: Question
    mode: Mode = "follow"
    plan: Plan | None = None
    what: Said = field(default_factory=dict)

    def alike(self, other: Step) -> bool:
        """Whether this is another step of the same plan to the same question but for ranges."""
        same = (self.mode, self.plan, self.question.certain)
        return self.question != other.question and same == (
            other.mode, other.plan, other.question.certain
        )  # fmt: skip

    @property
    def told(self) -> dict[str, Any]:
        """The step as plain values."""
        return {
            "question": self.question.told,
            "mode": self.mode,
            "plan": None if self.plan is None else told(self.plan),
            "what": self.what,
        }


@dataclass(frozen=True, slots=True)
class Variant:
    """A plan that is kept under a name, and the question that it answers.

    Attributes
    ----------
    id, name, note, when : str
    question : Question
    plan : Plan
    proven : bool
        Whether it was the proven best one of that question when it was kept.
    """

    id: str
    name: str
    note: str
    when: str
    question: Question
    plan: Plan
    proven: bool

    @property
    def told(self) -> dict[str, Any]:
        """The variant as plain values."""
        return {
            "id": self.id, "name": self.name, "note": self.note, "when": self.when,
            "question": self.question.told, "plan": told(self.plan), "proven": self.proven,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trailed:
    """One line of the decision trail: nothing that was done leaves it, undone or not."""

    number: int
    when: str
    what: Said
    note: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that was done to one case; immutable.

    Attributes
    ----------
    base : Problem
        The case as it is.
    steps : tuple of Step
        The first one is the case as it is.
    position : int
        The step that holds now; those behind it can be done again.
    variants : tuple of Variant
    trail : tuple of Trailed
    """

    base: Problem
    steps: tuple[Step, ...] = (Step(Question()),)
    position: int = 0
    variants: tuple[Variant, ...] = ()
    trail: tuple[Trailed, ...] = ()

    @property
    def now(self) -> Step:
        """The step that holds."""
        return self.steps[self.position]

    @property
    def can_undo(self) -> bool:
        """Whether there is a step before this one."""
        return self.position > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a step behind this one."""
        return self.position + 1 < len(self.steps)

    def variant(self, id_: Any) -> Variant:
        """Return a variant.

        Raises
        ------
        UsageError
            Where there is none of this id.
        """
        found = next((v for v in self.variants if v.id == id_), None)
        if found is None:
            raise UsageError(T("There is no variant {id}.", id=repr(id_)))
        return found

    def after(self, event: Mapping[str, Any]) -> Document:
        """Return the document after an event.

        Parameters
        ----------
        event : mapping
            One of ``{"step": …}``, ``{"undo": …}``, ``{"redo": …}``, ``{"keep": …}``,
            ``{"drop": id}``, ``{"rename": [id, name]}``, ``{"remark": [number, text]}``; with
            ``what`` (in words), ``when`` and ``note`` for the trail.

        Raises
        ------
        UsageError
            Where it cannot be done, or names what there is not.
        """
        kind = next((k for k in _DONE if k in event), None)
        if kind is None:
            raise UsageError(T("There is no such action."))
        changed = _DONE[kind](self, event[kind])
        if kind == "remark":
            return changed
        line = Trailed(
            len(self.trail) + 1, str(event.get("when", "")), dict(event.get("what") or {}),
            str(event.get("note", "")),
        )  # fmt: skip
        return replace(changed, trail=(*self.trail, line))

    # -- what events do ------------------------------------------------------------------------

    def _step(self, given: Any) -> Document:
        step = step_of(given, self.base)
        return replace(
            self, steps=(*self.steps[: self.position + 1], step), position=self.position + 1
        )

    def _undo(self, _: Any) -> Document:
        if not self.can_undo:
            raise UsageError(T("There is nothing to undo."))
        return replace(self, position=self.position - 1)

    def _redo(self, _: Any) -> Document:
        if not self.can_redo:
            raise UsageError(T("There is nothing to do again."))
        return replace(self, position=self.position + 1)

    def _keep(self, given: Any) -> Document:
        instance = self.base.instance
        kept = Variant(
            str(given["id"]), str(given["name"]), str(given.get("note", "")),
            str(given.get("when", "")), Question.of(given["question"], instance),
            moving.read(self.base, given["plan"]), bool(given.get("proven")),
        )  # fmt: skip
        return replace(self, variants=(*self.variants, kept))

    def _drop(self, id_: Any) -> Document:
        gone = self.variant(id_)
        return replace(self, variants=tuple(v for v in self.variants if v is not gone))

    def _rename(self, given: Any) -> Document:
        id_, name = given
        old = self.variant(id_)
        new = replace(old, name=str(name))
        return replace(self, variants=tuple(new if v is old else v for v in self.variants))

    def _remark(self, given: Any) -> Document:
        number, text = given
        if not isinstance(number, int) or not 0 < number <= len(self.trail):
            raise UsageError(T("There is no line {number} in the trail.", number=str(number)))
        line = replace(self.trail[number - 1], note=str(text))
        trail = (*self.trail[: number - 1], line, *self.trail[number:])
        return replace(self, trail=trail)


_DONE: Final = {
    "step": Document._step, "undo": Document._undo, "redo": Document._redo,
    "keep": Document._keep, "drop": Document._drop, "rename": Document._rename,
    "remark": Document._remark,
}  # fmt: skip


def step_of(given: Any, base: Problem) -> Step:
    """Read a step, as `Step.told` writes it.

    Raises
    ------
    UsageError
    """
    instance: Instance = base.instance
    if not isinstance(given, Mapping) or given.get("mode") not in MODES:
        raise UsageError(T("A step is a table of question, mode and plan."))
    plan = given.get("plan")
    return Step(
        Question.of(given.get("question"), instance), given["mode"],
        None if plan is None else moving.read(base, plan), dict(given.get("what") or {}),
    )  # fmt: skip
