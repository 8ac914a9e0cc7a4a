"""Live progress on standard error: one line that changes on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections import deque
from typing import TYPE_CHECKING, Final

from koopopt.cli.output import dumb, note
from koopopt.cli.running import now
from koopopt.language.inert import on_line
from koopopt.language.spelling import spelled
from koopopt.text import T, Text, number

if TYPE_CHECKING:
    from types import TracebackType

    from rich.live import Live

    from koopopt.solvers.base import Progress

_EVERY: Final = 1.0
"""Least seconds between two plain lines."""
_AT_LEAST_EVERY: Final = 30.0
"""Seconds after which a plain line is written though nothing is new."""


PHASES: Final = {
    "bound": T("bound"),
    "columns": T("columns"),
    "counting": T("counting coalitions"),
    "evaluating": T("evaluating coalitions"),
    "exchange": T("improving the plan by exchange"),
    "hubs": T("hubs"),
    "plan": T("plan"),
    "search": T("search"),
    "writing": T("writing the model"),
}
"""The words of formulations for what they do, to be translated."""


class Watch:
    """Takes the solver's progress from any thread, shows it from the main one.

    Use it as a context: `with Watch(lang, quiet) as watch`, pass `watch.take` to the solver and
    call `watch.show` often.
    """

    def __init__(self, lang: str, quiet: bool) -> None:
        self.lang, self.quiet = lang, quiet
        self._latest: Progress | None = None
        self._shown_at = time.monotonic()
        self._shown = ""
        self._told_to_stop = False
        self._phase = T("starting")
        self._notes: deque[Text] = deque()
        self._live: Live | None = None

    def __enter__(self) -> Watch:
        if not self.quiet and sys.stderr is not None and sys.stderr.isatty() and not dumb():
            from rich.console import Console
            from rich.live import Live

            console = Console(stderr=True, highlight=False, markup=False, emoji=False)
            self._live = Live(console=console, auto_refresh=False, transient=True)
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def take(self, progress: Progress) -> None:
        """Remember where the solve stands (called from any thread)."""
        if progress.note is not None:
            self.tell(progress.note)
        else:
            self._latest = progress

    def tell(self, note: Text) -> None:
        """Have a line said that stays (called from any thread)."""
        self._notes.append(note)

    def phase(self, text: Text) -> None:
        """Say what is being done now, where the solver is done."""
        self._latest, self._phase = None, text

    def show(self, stopping: bool) -> None:
        """Show where the solve stands; `stopping` says that it was asked to stop."""
        if stopping and not self._told_to_stop:
            self._told_to_stop = True
            self._say(T("Stopping with the best plan so far; Ctrl-C again leaves at once."))
        if self.quiet:
            return
        while self._notes:
            self._say(self._notes.popleft())
        since = time.monotonic() - self._shown_at
        if self._live is None and since < _EVERY:
            return
        seconds = now().seconds
        what = self._what()
        if self._live is not None:
            from rich.text import Text as Styled

            line = f"{_seconds(seconds, self.lang)}  {what}"
            self._live.update(
                Styled(self._spelled(line), no_wrap=True, overflow="crop"), refresh=True
            )
            return
        if what != self._shown or since >= _AT_LEAST_EVERY:
            self._shown, self._shown_at = what, time.monotonic()
            note(f"{_seconds(seconds, self.lang)}  {what}")

    def _say(self, text: Text) -> None:
        if self._live is not None:
            self._live.console.print(self._spelled(text.render(self.lang)))
        else:
            note(text.render(self.lang))

    def _spelled(self, line: str) -> str:
        """Return a line in the terminal's characters, before it is cut to the terminal's width."""
        return spelled(line, self._live.console.encoding) if self._live else line

    def _what(self) -> str:
        """Return phase, best plan, bound and gap, as far as they are known."""
        latest = self._latest
        if latest is None:
            return self._phase.render(self.lang)
        phase = PHASES.get(latest.phase)
        parts = (
            [phase.render(self.lang) if phase else on_line(latest.phase)] if latest.phase else []
        )
        if latest.incumbent is not None:
            best = number(latest.incumbent, self.lang, 0)
            parts.append(T("best {value}", value=best).render(self.lang))
        if latest.bound is not None:
            parts.append(
                T("bound {value}", value=number(latest.bound, self.lang, 0)).render(self.lang)
            )
        if latest.gap is not None:
            gap = number(100 * latest.gap, self.lang, 2)
            parts.append(T("gap {value} %", value=gap).render(self.lang))
        return "  ".join(parts)


def _seconds(seconds: float, lang: str) -> str:
    return f"{number(seconds, lang, 1):>7} s"
