"""The room: one case, what is asked of it, what is shown, and who listens.

Every accepted action begins a new revision. All that is computed carries the revision it was asked
in, and is dropped where another one has begun: no answer is ever shown under another question.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import koopopt
from koopopt.case.instance import Instance
from koopopt.case.plan import Plan
from koopopt.errors import UsageError
from koopopt.evaluation import Evaluation, evaluate
from koopopt.live import actions, figures, moving, telling
from koopopt.live.answers import Answer, Optimiser
from koopopt.live.controls import controls
from koopopt.live.defaults import SECONDS
from koopopt.live.document import Document
from koopopt.live.newest import Newest
from koopopt.live.said import Said, said
from koopopt.live.side import Front, Prices, Side
from koopopt.live.subscription import Listeners, Subscription
from koopopt.live.writer import Writer
from koopopt.problem import Problem
from koopopt.solving.optimise import Result
from koopopt.text import T


class Room:
    """One case to play with; threads may share it.

    Parameters
    ----------
    instance : Instance or what `koopopt.read` takes
    folder : path, optional
        Where the trail is saved; nothing is saved without one.
    time_limit : float
        Seconds for one question.
    memory : int, optional
        Bytes for solving; half of what is free, some GB at the most, unless said.

    Raises
    ------
    DataError
        Where the instance is faulty, or another process has the folder open.
    """

    def __init__(
        self,
        instance: Instance | str | Path,
        *,
        folder: Path | str | None = None,
        time_limit: float = SECONDS,
        memory: int | None = None,
    ) -> None:
        self.instance = instance if isinstance(instance, Instance) else koopopt.read(instance)
        self.folder = None if folder is None else Path(folder)
        self._base = Problem.of(self.instance)
        self._book = figures.Book(self._base)
        listed = controls(self._base)
        self._titles: dict[str, Said] = {one["place"]: one["title"] for one in listed}
        self._case = figures.case(self._book, listed, self.instance.fingerprint)
        self._lock = threading.RLock()
        self._listeners = Listeners()
        journal, self._document, self._notices = telling.opened(
            self.folder, Document(self._base), self.instance.fingerprint
        )
        self._revision = self._turn = self._fronts = 0
        self._optimiser = Optimiser(time_limit, memory)
        self._solver, self._slow = Newest("koopopt-live"), Newest("koopopt-live-slow")
        self._side = Side(self._optimiser.memory)
        self._closed = False
        with self._lock:
            self._problem = self._document.now.question.problem(self.instance)
            self._begin(self._document.now.plan or self._book.first(self._problem))
            self._writer = Writer(journal, self.folder, self._lock, self._tell_state)  # may tell

    # -- what is asked of it -------------------------------------------------------------------

    def case(self) -> dict[str, Any]:
        """Return what never changes; see `live.figures.case`."""
        return self._case

    def state(self) -> dict[str, Any]:
        """Return all that holds now, as plain values."""
        with self._lock:
            return self._state()

    def act(self, action: Any, note: str = "") -> dict[str, Any]:
        """Do an action, and return the state after it.

        Raises
        ------
        UsageError
            Where it cannot be done; nothing has changed then.
        DataError
            Where what it asks for contradicts itself as it is written; the same.
        """
        with self._lock:
            self._demand_open()
            event, draft = actions.event(action, note, self._scene())
            document = self._document.after(event)
            problem = self._problem
            if document.now.question != self._document.now.question:
                problem = document.now.question.problem(self.instance)
            self._writer.write(event)
            before = self._document.now
            same = document.now == before
            self._document, self._problem = document, problem
            self._revision += 1
            if document.now.alike(before):  # other ranges: what is searched for stays the same
                self._judge_again()
            elif not same:  # after a name or a note what is shown and being asked stays
                self._begin(document.now.plan or draft or self._shown.plan)
            state = self._publish_state()
        self._listeners.wake()
        return state

    def look(self, service: str, town: str, to: Sequence[str] | None) -> dict[str, Any]:
        """Return what a move would mean, by the evaluator only; nothing changes.

        Raises
        ------
        UsageError
            Where there is no such municipality or partnership.
        """
        with self._lock:
            problem, shown = self._problem, self._shown
        plan = moving.moved(problem, shown.plan, service, town, to)
        view = self._book.look(evaluate(problem, plan))
        pairs = zip(view["criteria"], shown.criteria.values(), strict=True)
        return {"plan": view, "difference": [after - before for after, before in pairs]}

    def cancel(self) -> None:
        """Stop solving; what was found by then is the answer."""
        with self._lock:
            if not self._solver.stop() or self._answer.final:
                return  # who works hears of it, and answers
            self._take(Answer("cancelled"))
            self._publish("answer", {"answer": self._answer_told, "draft": self._draft})
        self._listeners.wake()

    def resume(self) -> None:
        """Solve the question that holds once more."""
        with self._lock:
            self._demand_open()
            self._ask()
        self._tell_state()

    def front(self, criteria: Sequence[str] = ("cost", "travel")) -> None:
        """Compute the efficient compromises of the question that holds, as a thing of low priority.

        Raises
        ------
        UsageError
            For unknown criteria, or a question in a scenario.
        """
        with self._lock:
            self._demand_open()
            self._side.front = self._side.asked_front(
                self._document.now.question, self._problem, criteria, self._revision
            )
            self._fronts += 1
            tell, problem = self._told_front(self._fronts), self._problem
        self._slow.put(lambda cancel: self._side.explore(problem, criteria, cancel, tell))
        self._tell("front", self._front_told)

    def stop_front(self) -> None:
        """Stop what takes long, front or prices: what is known of both stays."""
        with self._lock:
            if not self._slow.stop():
                return  # who works hears of it, and tells
            self._side.front = replace(self._side.front, status=self._side.front.ended)
            self._publish("front", {"front": self._front_told})
        self._listeners.wake()

    def stop_prices(self) -> None:
        """Stop what takes long; see `stop_front`."""
        self.stop_front()

    def prices(self) -> None:
        """Find out what each rule costs; it begins by itself once an answer is proven."""
        with self._lock:
            self._demand_open()
            self._price()

    def subscribe(self, wake: Callable[[], None] | None = None) -> Subscription:
        """Listen: the first event is the whole state."""
        with self._lock:
            self._demand_open()
            made = self._listeners.add(wake, ("state", self._state()))
        made.woken()
        return made

    def shown(self) -> Evaluation:
        """Return the plan that is shown, judged by the problem of the question that holds."""
        with self._lock:
            return self._shown

    def asked(self) -> Instance:
        """Return the instance with all of the question that its files can say."""
        with self._lock:
            return self._document.now.question.instance(self.instance)

    def trail(self) -> list[dict[str, Any]]:
        """Return all lines of the decision trail."""
        with self._lock:
            return telling.of_trail(self._document)

    def result(self) -> Result | None:
        """Return the result of the question, None unless its plan is the one shown."""
        with self._lock:
            found = self._answer.result
            return found if found is not None and found.plan == self._shown.plan else None

    def close(self) -> None:
        """Stop all work, save what waits, and end all subscriptions."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._solver.close()
        self._slow.close()
        self._listeners.close()
        self._writer.close()

    def __enter__(self) -> Room:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- solving -------------------------------------------------------------------------------

    def _begin(self, draft: Plan) -> None:
        """Show a plan under the question that holds, and ask for the best one."""
        self._slow.stop()
        self._side.prices = Prices()
        self._side.front = replace(self._side.front, status=self._side.front.ended)
        self._shown = evaluate(self._problem, draft)
        self._ask()

    def _ask(self) -> None:
        question = self._document.now.question
        self._turn += 1
        self._answer = Answer("waiting")
        known = self._optimiser.known(question)
        if known is not None:
            self._solver.stop()
            self._take(known)
            return
        turn, problem, start = self._turn, self._problem, self._shown
        plan = start.plan if start.feasible else None

        def solve(cancel: threading.Event) -> None:
            self._heard(turn, Answer("solving"))
            try:
                found = self._optimiser.answer(
                    question, problem, plan, cancel, lambda now: self._heard(turn, now)
                )
            except Exception as error:
                why = T("This is a defect: {error}", error=type(error).__name__)
                self._heard(turn, Answer("failed", reasons=(why,)))
                raise
            self._heard(turn, found)

        self._solver.put(solve)

    def _judge_again(self) -> None:
        """Judge what is shown, and what was answered, by the problem that holds."""
        self._shown = evaluate(self._problem, self._shown.plan)
        self._answer = self._answer.under(self._problem)

    def _heard(self, turn: int, answer: Answer) -> None:
        """Take what is known of a question, unless another one holds by now."""
        with self._lock:
            if self._closed or turn != self._turn or self._answer.final:
                return
            before = self._shown
            self._take(answer)
            event: dict[str, Any] = {"answer": self._answer_told}
            if self._shown is not before:
                event["plan"] = self._book.view(self._shown)
                event["draft"] = self._draft
            self._publish("answer", event)
        self._listeners.wake()

    def _take(self, answer: Answer) -> None:
        answer = self._answer = answer.under(self._problem)
        if not answer.final:
            return
        if answer.evaluation is not None and self._document.now.mode == "follow":
            self._shown = answer.evaluation
        if answer.status == "optimal" and self._side.front.status != "running":
            self._price()  # after a front that was asked for meanwhile

    # -- what takes long -----------------------------------------------------------------------

    def _price(self) -> None:
        answer, problem, tell = self._answer, self._problem, self._told_prices(self._turn)
        question = self._document.now.question
        if answer.evaluation is None or question.scenario is not None:
            return
        self._slow.put(lambda cancel: self._side.price(problem, question, answer, cancel, tell))

    def _told_prices(self, turn: int) -> Callable[[Prices], None]:
        def tell(prices: Prices) -> None:
            with self._lock:
                if turn != self._turn or self._closed:
                    return
                self._side.prices = prices
            self._tell("prices", prices.told)

        return tell

    def _told_front(self, number: int) -> Callable[[Front], None]:
        def tell(front: Front) -> None:
            with self._lock:
                if number != self._fronts or self._closed:
                    return
                self._side.front = front
                if front.status == "done" and self._answer.status == "optimal":
                    self._price()
            self._tell("front", self._front_told)

        return tell

    # -- what is told --------------------------------------------------------------------------

    def _scene(self) -> actions.Scene:
        return actions.Scene(
            self._document, self._shown.plan, self._problem, self._proven,
            [plan for _, plan in self._side.front.points], self._titles,
        )  # fmt: skip

    @property
    def _proven(self) -> bool:
        """Whether what is shown is the best plan, and that is proven."""
        best = self._answer.evaluation if self._answer.status == "optimal" else None
        return best is not None and best.plan == self._shown.plan

    @property
    def _answer_told(self) -> dict[str, Any]:
        return telling.of_answer(self._answer, self._revision, self._book)

    @property
    def _front_told(self) -> dict[str, Any]:
        return self._side.front.told(self._document.now.question)

    @property
    def _draft(self) -> bool:
        """Whether what is shown only waits for the answer."""
        return self._document.now.mode == "follow" and not self._answer.final

    def _state(self) -> dict[str, Any]:
        document = self._document
        return {
            "revision": self._revision,
            "question": document.now.question.told,
            "mode": document.now.mode,
            "plan": self._book.view(self._shown),
            "draft": self._draft,
            "answer": self._answer_told,
            "undo": document.can_undo,
            "redo": document.can_redo,
            "variants": [self._book.variant(v) for v in document.variants],
            "trail": telling.of_trail(document)[-telling.TRAIL_SHOWN :],
            "front": self._front_told,
            "prices": self._side.prices.told,
            "saved": self._writer.told,
            "notices": [said(notice) for notice in self._notices],
        }

    def _tell_state(self) -> None:
        with self._lock:
            self._publish_state()
        self._listeners.wake()

    def _publish_state(self) -> dict[str, Any]:
        state = self._state()
        self._publish("state", state)
        return state

    def _tell(self, name: str, told: dict[str, Any]) -> None:
        with self._lock:
            self._publish(name, {name: told})
        self._listeners.wake()

    def _publish(self, name: str, data: dict[str, Any]) -> None:
        self._listeners.put(name, {"revision": self._revision, **data})

    def _demand_open(self) -> None:
        if self._closed:
            raise UsageError(T("The room is closed."))
