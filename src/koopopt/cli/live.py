"""`koopopt live`: the decision room, in the browser."""

from __future__ import annotations

import os
import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from koopopt.cli.command import command, option
from koopopt.cli.output import note, say
from koopopt.cli.progress import Watch
from koopopt.cli.running import INTERRUPTED, patient, read, run
from koopopt.cli.sources import instance_argument, memory_option, opened
from koopopt.cli.types import NumberOption, Target
from koopopt.errors import UsageError
from koopopt.live.defaults import SECONDS
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.live.web.app import App

SWITCH_SECONDS: Final = 0.0005
"""How long a thread that solves may keep others waiting that answer the page."""
NEEDED: Final = ("starlette", "uvicorn")
"""What the extra brings."""


@command("live", text=T("Open the decision room: change rules, see the map move, in the browser."))
@instance_argument
@option(
    "--port",
    type=NumberOption(0, whole=True),
    default=0,
    metavar="N",
    text=T("Port on this machine; any that is free unless said."),
)
@option(
    "--folder",
    type=Target(),
    metavar="DIR",
    text=T(
        "Where every step is saved; unless said, `live` in the folder of the instance, or a folder"
        " here by its name."
    ),
)
@option(
    "--time-limit",
    type=NumberOption(open_=True),
    metavar="SECONDS",
    default=SECONDS,
    text=T("Stop each question after so many seconds with the best plan so far; 60 unless said."),
)
@memory_option
@option("--no-browser", is_flag=True, text=T("Only show the address; open no browser."))
def live(
    lang: str,
    *,
    instance: str,
    port: int,
    folder: Path | None,
    time_limit: float,
    memory: int | None,
    no_browser: bool,
) -> int:
    """Take the port, read, serve until somebody stops it."""
    if any(find_spec(name) is None for name in NEEDED):
        raise UsageError(
            T("The decision room needs the extra {name}: pip install {what}.", name="'live'",
              what='"koopopt[live]"')
        )  # fmt: skip
    patient()  # what is imported now takes a moment, too
    sys.setswitchinterval(SWITCH_SECONDS)
    from koopopt.live.place import folder_of
    from koopopt.live.web import server

    place = folder_of(instance) if folder is None else folder
    token = _token()

    def ready() -> App:
        from koopopt.live.web.app import app

        return app(opened(instance, lang), token=token, folder=place, time_limit=time_limit,
                   memory=memory)  # fmt: skip

    with server.bound(port) as listening:
        with Watch(lang, quiet=False) as watch:
            watch.phase(T("reading"))
            room = read(ready, watch.show)
        address = f"http://{server.HOST}:{listening.getsockname()[1]}/?token={token}"
        note(T("The decision room is open for one browser at this address; Ctrl-C closes it. Every"
               " step is saved in {path}.", path=repr(str(place))).render(lang))  # fmt: skip
        say(f"{address}\n")
        if not no_browser and _screen():
            _open(address)
        run(lambda cancel: server.serve(room, listening, cancel), lambda _: None)
    note(T("The decision room is closed.").render(lang))
    return INTERRUPTED


def _token() -> str:
    """Return what nobody can guess."""
    import secrets

    return secrets.token_urlsafe(32)


def _screen() -> bool:
    """Whether a browser would open a window, and not take the terminal."""
    shown = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in shown)


def _open(address: str) -> None:
    """Open the browser; some do not return until they are closed."""
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
