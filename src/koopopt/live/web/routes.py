"""The JSON API: one entry a request, by which it is answered, checked and described."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from koopopt.errors import DataError, KoopoptError, UsageError
from koopopt.live.said import Said, said
from koopopt.live.web import answers, bodies, plan_files
from koopopt.live.web.refusing import as_json, refused
from koopopt.text import LANGUAGES, T

if TYPE_CHECKING:
    from starlette.requests import Request

    from koopopt.live.room import Room
    from koopopt.live.web.exports import Exports

_LOG: Final = logging.getLogger("koopopt.live")


@dataclass(frozen=True, slots=True)
class Desk:
    """What requests are answered from.

    Attributes
    ----------
    room : Room
    exports : Exports
    """

    room: Room
    exports: Exports


Answering = Callable[[Desk, Any], Any]
"""From the room and the checked body to what is answered."""


@dataclass(frozen=True, slots=True)
class Route:
    """A request of the API.

    Attributes
    ----------
    method, path : str
    summary : str
        What it does, for the document.
    answer : callable
    gives : type
        What is answered.
    takes : tuple of type
        What the body must be one of; none where there is none.
    status : int
        Of the answer.
    """

    method: str
    path: str
    summary: str
    answer: Answering
    gives: type
    takes: tuple[type, ...] = ()
    status: int = 200


def _act(desk: Desk, body: Any) -> Any:
    return desk.room.act(body["action"], body.get("note", ""))


def _look(desk: Desk, body: Any) -> Any:
    return desk.room.look(body["service"], body["town"], body["to"])


def _front(desk: Desk, body: Any) -> Any:
    desk.room.front(list(body["criteria"]))
    return desk.room.state()


def _plan(desk: Desk, body: Any) -> Any:
    partnerships = plan_files.partnerships(body, desk.room)
    return desk.room.act({"kind": "start", "from": "plan", "plan": partnerships}, "")


def _export(desk: Desk, body: Any) -> Any:
    name = desk.exports.make(body["what"], body.get("name", ""), body.get("lang", "en"))
    left_out = desk.exports.left_out(body["what"])
    return {"file": name, "url": f"api/exports/{quote(name)}", "left_out": left_out}


def _done(does: Callable[[Room], object]) -> Answering:
    """Return who has something done and answers with the state."""

    def answer(desk: Desk, _: Any) -> Any:
        does(desk.room)
        return desk.room.state()

    return answer


ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/api/case", "The case: what does not change.",
          lambda desk, _: desk.room.case(), answers.Case),
    Route("GET", "/api/state", "The state: question, plan, answer, variants, trail.",
          lambda desk, _: desk.room.state(), answers.State),
    Route("POST", "/api/actions", "Do something; every change of question and plan is an action.",
          _act, answers.State, (bodies.Act,)),
    Route("POST", "/api/look", "What a move would mean; nothing changes.",
          _look, answers.Looked, (bodies.Look,)),
    Route("POST", "/api/cancel", "Stop the optimiser; what it has stays.",
          _done(lambda room: room.cancel()), answers.State, (bodies.Nothing,)),
    Route("POST", "/api/resume", "Let the optimiser go on.",
          _done(lambda room: room.resume()), answers.State, (bodies.Nothing,)),
    Route("POST", "/api/front", "Compute the front of these criteria.",
          _front, answers.State, (bodies.FrontOf,)),
    Route("DELETE", "/api/front", "Stop the front; its points stay.",
          _done(lambda room: room.stop_front()), answers.State, (bodies.Nothing,)),
    Route("POST", "/api/prices", "Find out what each rule costs.",
          _done(lambda room: room.prices()), answers.State, (bodies.Nothing,)),
    Route("DELETE", "/api/prices", "Stop looking for prices.",
          _done(lambda room: room.stop_prices()), answers.State, (bodies.Nothing,)),
    Route("POST", "/api/plan", "Start from the plan in a file: plan.csv or run.json.",
          _plan, answers.State, (bodies.PlanFile, bodies.RunPlan)),
    Route("POST", "/api/exports", "Save something to take along.",
          _export, answers.Exported, (bodies.Export,), 201),
)  # fmt: skip
"""All requests but the stream of events, the files that were saved, and the document."""


def endpoint(route: Route, desk: Desk) -> Callable[[Request], Any]:
    """Return how Starlette has a request answered."""

    async def answered(request: Request) -> Response:
        body = await request.body() if route.takes else b""
        status, kind, content = await run_in_threadpool(_answer, route, desk, body)
        return Response(content, status, media_type=kind)

    return answered


def _answer(route: Route, desk: Desk, body: bytes) -> tuple[int, str, bytes]:
    """Return status, content type and content; what goes wrong is said in words."""
    try:
        given = _checked(route, body) if route.takes else None
        return route.status, "application/json", as_json(route.answer(desk, given))
    except (UsageError, DataError) as error:
        return refused(_words(error), 422)
    except KoopoptError as error:
        return refused(said(error.message), 500)
    except Exception as error:
        _LOG.exception("%s %s", route.method, route.path)
        what = f"{type(error).__name__}: {error}".rstrip(": ").splitlines()[0]
        defect = T("Unexpected: {what}. This is a defect of koopopt; please report it with what"
                   " KOOPOPT_DEBUG=1 shows.", what=what)  # fmt: skip
        return refused(said(defect), 500)


def _checked(route: Route, body: bytes) -> Any:
    """Return the body, which is one of what the request takes: told by its keys."""
    table: dict[str, Any] = bodies.parsed(body) if body.strip() else {}
    kind = next((k for k in route.takes[1:] if _fits(k, table)), route.takes[0])
    if kind is bodies.RunPlan:
        table = {"partnerships": table["partnerships"]}
    bodies.demand(kind, table)
    return table


def _fits(kind: type, table: Mapping[str, Any]) -> bool:
    return kind is bodies.RunPlan and "partnerships" in table


def _words(error: KoopoptError) -> Said:
    """Return what to say of an error; of several faults the first."""
    if isinstance(error, DataError) and error.faults:
        return {lang: error.faults[0].render(lang) for lang in LANGUAGES}
    return said(error.message)
