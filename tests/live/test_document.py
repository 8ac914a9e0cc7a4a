"""The document against a list of all that was ever shown, and what a journal makes of it again."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import sited
from koopopt.errors import UsageError
from koopopt.evaluation import all_alone
from koopopt.live.document import Document, Step
from koopopt.live.journal import NAME, Journal, replayed
from koopopt.live.question import Question
from koopopt.problem import Problem
from nightly import NIGHTLY

BASE = sited.problem()
SETTINGS = {"weights.travel": [0.0, 2.5], "rules.max_members": [2, 3, False], "limits.bodies": [1]}
WISHES: list[dict[str, Any]] = [
    {"kind": "apart", "service": "water", "towns": ["01", "02"]},
    {"kind": "alone", "service": "housing", "towns": ["03"]},
    {"kind": "lock", "service": "water", "towns": ["01", "02"], "seat": "S1"},
    {"kind": "forbid", "service": "water", "towns": ["02", "03"]},
    {"kind": "no_seat", "service": "housing", "seat": "S2"},
]
PLANS: list[list[dict[str, Any]]] = [
    [],
    [{"service": "water", "members": ["01", "02"], "seat": "S1", "legal_form": "operator"}],
    [{"service": "housing", "members": ["02", "03"], "seat": "03", "legal_form": "association"}],
]
words = st.text(st.characters(codec="utf-8"), max_size=12)

questions = st.builds(
    lambda places, wishes: {
        "settings": places,
        "wishes": [wish for k, wish in enumerate(WISHES) if k in wishes],
        "scenario": None,
    },
    st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in SETTINGS.items()}),
    st.sets(st.integers(0, len(WISHES) - 1), max_size=2),
)
steps = st.builds(
    lambda question, plan, what, note: {
        "question": question,
        "mode": "follow" if plan is None else "hand",
        "plan": plan,
        "what": {"en": what, "de": what},
        "when": "2026-11-28T03:00:00Z",
        "note": note,
    },
    questions, st.sampled_from([None, *PLANS]), words, words,
)  # fmt: skip


class Life(RuleBasedStateMachine):
    """A room's document under random events, a plain model of it, and its journal."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="koopopt-live-"))
        self.document = Document(BASE)
        self.past: list[Step] = [self.document.now]
        self.at = 0
        self.names: dict[str, str] = {}
        self.lines = 0
        self.journal, _ = Journal.open(self.folder, "data", "1.0")

    def do(self, event: dict[str, Any]) -> None:
        event = json.loads(json.dumps(event))
        self.document = self.document.after(event)
        self.journal.write(event)
        assert self.journal.problem is None

    @rule(step=steps)
    def take(self, step: dict[str, Any]) -> None:
        self.do({"step": step, "what": step["what"], "when": step["when"], "note": step["note"]})
        self.past = [*self.past[: self.at + 1], self.document.now]
        self.at, self.lines = self.at + 1, self.lines + 1
        assert self.document.now.question == Question.of(step["question"], BASE.instance)
        assert (self.document.now.plan is None) == (step["plan"] is None)

    @precondition(lambda self: self.at > 0)
    @rule()
    def undo(self) -> None:
        self.do({"undo": True, "what": {"en": "undone", "de": "zurück"}})
        self.at, self.lines = self.at - 1, self.lines + 1

    @precondition(lambda self: self.at + 1 < len(self.past))
    @rule()
    def redo(self) -> None:
        self.do({"redo": True, "what": {"en": "again", "de": "wieder"}})
        self.at, self.lines = self.at + 1, self.lines + 1

    @rule(name=words, plan=st.sampled_from(PLANS), question=questions, proven=st.booleans())
    def keep(self, name: str, plan: list[Any], question: dict[str, Any], proven: bool) -> None:
        id_ = f"v{len(self.names) + 1}"
        while id_ in self.names:
            id_ += "x"
        self.do({"keep": {"id": id_, "name": name, "note": "", "when": "", "plan": plan,
                          "question": question, "proven": proven}})  # fmt: skip
        self.names[id_], self.lines = name, self.lines + 1

    @precondition(lambda self: self.names)
    @rule(data=st.data(), name=words)
    def rename(self, data: st.DataObject, name: str) -> None:
        id_ = data.draw(st.sampled_from(sorted(self.names)))
        self.do({"rename": [id_, name]})
        self.names[id_], self.lines = name, self.lines + 1

    @precondition(lambda self: self.names)
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        id_ = data.draw(st.sampled_from(sorted(self.names)))
        self.do({"drop": id_})
        del self.names[id_]
        self.lines += 1

    @precondition(lambda self: self.lines > 0)
    @rule(data=st.data(), text=words)
    def note(self, data: st.DataObject, text: str) -> None:
        number = data.draw(st.integers(1, self.lines))
        self.do({"remark": [number, text]})
        assert self.document.trail[number - 1].note == text

    @rule(event=st.sampled_from([
        {}, {"step": {}}, {"step": None}, {"drop": "nobody"}, {"rename": ["nobody", "x"]},
        {"remark": [0, "x"]}, {"remark": [10**6, "x"]}, {"remark": ["1", "x"]}, {"burn": True},
        {"step": {"question": {"settings": [1], "wishes": []}, "mode": "follow"}},
        {"step": {"question": {}, "mode": "hand", "plan": [{"service": "fire"}]}},
    ]))  # fmt: skip
    def refuse(self, event: dict[str, Any]) -> None:
        with pytest.raises(UsageError):
            self.document.after(event)

    @rule()
    def start_again(self) -> None:
        self.journal.close()
        self.journal, opened = Journal.open(self.folder, "data", "1.0")
        again, notices = replayed(opened.events, Document(BASE), Document.after)
        assert not opened.notices
        assert not notices
        assert again == self.document
        self.document = again

    @invariant()
    def it_is_as_the_model_has_it(self) -> None:
        if hasattr(self, "past"):
            assert self.document.now == self.past[self.at]
            assert self.document.can_undo == (self.at > 0)
            assert self.document.can_redo == (self.at + 1 < len(self.past))
            assert {v.id: v.name for v in self.document.variants} == self.names
            assert [t.number for t in self.document.trail] == list(range(1, self.lines + 1))

    def teardown(self) -> None:
        if hasattr(self, "journal"):
            self.journal.close()
            shutil.rmtree(self.folder)


Life.TestCase.settings = settings(max_examples=15 * NIGHTLY, stateful_step_count=20, deadline=None)
TestLife = Life.TestCase


def test_undoing_then_doing_another_thing_forgets_what_was_undone() -> None:
    document = Document(Problem.of(sited.instance()))
    for travel in (1.0, 2.0):
        document = document.after({"step": Step(Question({"weights.travel": travel})).told})
    document = document.after({"undo": True})
    assert document.now.question.settings == {"weights.travel": 1.0}
    document = document.after({"step": Step(Question({"weights.travel": 9.0})).told})
    assert not document.can_redo
    with pytest.raises(UsageError):
        document.after({"redo": True})
    assert len(document.trail) == 4  # nothing that was done leaves the trail


def test_a_step_is_read_as_it_was_written() -> None:
    plan = sited.plan(sited.at_plant("01", "02"))
    step = Step(Question({"rules.max_members": 2}), "hand", plan, {"en": "a", "de": "b"})
    document = Document(BASE).after({"step": json.loads(json.dumps(step.told))})
    assert document.now == step
    alone = Step(Question(), "hand", all_alone(BASE))
    assert Document(BASE).after({"step": alone.told}).now == alone


def test_a_line_that_cannot_be_done_is_told_and_left_out(tmp_path: Path) -> None:
    journal, _ = Journal.open(tmp_path, "data", "1.0")
    step = Step(Question({"weights.travel": 3.0})).told
    lines: list[Any] = [{"undo": True}, {"step": step}, {"step": 7}, {"keep": {}}, {"remark": 5}]
    for event in lines:
        journal.write(event)
    journal.close()
    assert (tmp_path / NAME).read_bytes().count(b"\n") == 6
    journal, opened = Journal.open(tmp_path, "data", "1.0")
    document, notices = replayed(opened.events, Document(BASE), Document.after)
    journal.close()
    assert document.now.question.settings == {"weights.travel": 3.0}
    assert len(notices) == 4
    assert all(notice.render("de") for notice in notices)
