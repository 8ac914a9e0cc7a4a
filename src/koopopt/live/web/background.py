"""The room beside a program that goes on: a notebook shows its link, and reads what is decided."""

from __future__ import annotations

import secrets
import threading
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from koopopt.live.defaults import SECONDS
from koopopt.live.web import server
from koopopt.live.web.app import App, app

if TYPE_CHECKING:
    import socket

    from koopopt.case.instance import Instance
    from koopopt.case.plan import Plan
    from koopopt.evaluation import Evaluation
    from koopopt.live.room import Room


class Opened:
    """A decision room that is open on this machine until it is closed; see `open`.

    Attributes
    ----------
    url : str
        Opens the room once, in one browser.
    room : Room
        What it does can be done from here as well; the page shows it.
    """

    def __init__(self, served: App, listening: socket.socket, token: str) -> None:
        self.url = f"http://{server.HOST}:{listening.getsockname()[1]}/?token={token}"
        self.room: Room = served.room
        self._cancel = threading.Event()
        # Whoever forgets to close it is not kept from ending: every step is on disk by then.
        self._serving = threading.Thread(
            target=_serve, args=(served, listening, self._cancel), name="koopopt-live-web",
            daemon=True,
        )  # fmt: skip
        self._serving.start()

    @property
    def plan(self) -> Plan:
        """The plan that is shown now."""
        return self.evaluation.plan

    @property
    def evaluation(self) -> Evaluation:
        """The same, judged by what is asked now."""
        return self.room.shown()

    @property
    def instance(self) -> Instance:
        """The instance with all that is asked now and that its files can say."""
        return self.room.asked()

    def close(self) -> None:
        """Close the room; the page says so."""
        self._cancel.set()
        self._serving.join()

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<decision room {self.room.instance.name!r}: {self._where}>"

    def _repr_html_(self) -> str:
        """Return what notebooks show: a link, and no frame."""
        name = escape(self.room.instance.name)
        if not self._serving.is_alive():
            return f"<p>{name}: {self._where}</p>"
        link = f'<a href="{escape(self.url)}" target="_blank" rel="noopener">{escape(self.url)}</a>'
        return f"<p>{name}: {link}</p>"

    @property
    def _where(self) -> str:
        return self.url if self._serving.is_alive() else "closed"


def open(
    instance: Instance | str | Path,
    *,
    folder: str | Path | None = None,
    port: int = 0,
    time_limit: float = SECONDS,
    memory: int | None = None,
) -> Opened:
    """Open the decision room of a case, on this machine, while the program goes on.

    A notebook shows the link that opens it. The link is on the machine where Python runs.

    Parameters
    ----------
    instance : Instance, str or Path
        Also the name of a shipped one.
    folder : str or Path, optional
        Where every step is saved, and read again the next time. Without one nothing is saved.
    port : int
        0 is any that is free.
    time_limit : float
        Seconds for each question.
    memory : int, optional
        Bytes to take at the most; half of what is free unless said.

    Returns
    -------
    Opened
        With `url`, `plan`, `evaluation`, `instance` and `close()`.

    Raises
    ------
    DataError
        Where the instance is faulty.
    UsageError
        Where the folder or the port cannot be used.

    Examples
    --------
    >>> opened = koopopt.live.open("werra-meissner")  # doctest: +SKIP
    >>> opened  # the last line of a cell: click the link, then go on here  # doctest: +SKIP
    >>> koopopt.evaluate(opened.instance, opened.plan)  # doctest: +SKIP
    """
    token = secrets.token_urlsafe(32)
    listening = server.bound(port)
    try:
        made = app(instance, token=token, folder=folder, time_limit=time_limit, memory=memory)
    except BaseException:
        listening.close()
        raise
    return Opened(made, listening, token)


def _serve(served: App, listening: socket.socket, cancel: threading.Event) -> None:
    with listening:
        server.serve(served, listening, cancel)
