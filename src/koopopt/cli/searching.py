"""Live progress of a search for a front: each new point, and how much is left."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from koopopt.cli.progress import Watch
from koopopt.language.inert import on_line
from koopopt.text import T, Text, number

if TYPE_CHECKING:
    from koopopt.pareto.find import FrontProgress
    from koopopt.pareto.oracle import Point


class FrontWatch(Watch):
    """A `Watch` that hears a search: pass `hear` to it instead of `take`."""

    def __init__(self, lang: str, quiet: bool, criteria: tuple[Text, ...]) -> None:
        super().__init__(lang, quiet)
        self._criteria = criteria
        self._now: FrontProgress | None = None
        self._new: deque[Point] = deque()

    def __enter__(self) -> FrontWatch:
        super().__enter__()
        return self

    def hear(self, progress: FrontProgress) -> None:
        """Remember where the search stands (called from any thread)."""
        self._now = progress
        if progress.newest is not None and not self.quiet:
            self._new.append(progress.newest)

    def show(self, stopping: bool) -> None:
        """Show the points found since the last time, and where the search stands."""
        while self._new:
            values = self._new.popleft().values
            parts = [
                f"{on_line(name.render(self.lang))} {number(value, self.lang, 2)}"
                for name, value in zip(self._criteria, values, strict=True)
            ]
            self._say(Text("+ {point}", {"point": "  ".join(parts)}))
        super().show(stopping)

    def _what(self) -> str:
        """Return points, questions and the share that is unexplored."""
        now = self._now
        if now is None:
            return super()._what()
        share = number(100 * now.unexplored, self.lang, 2)
        text = T("{points} points  {solves} questions  {share} % unexplored",
                 points=now.points, solves=now.solves, share=share)  # fmt: skip
        return text.render(self.lang)
