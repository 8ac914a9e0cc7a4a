"""The live decision room: one case in which rules, weights and partnerships are changed and solved.

    action ─▶ Document ─▶ Journal            what was asked for, step by step
                  │
                  ▼
              Question ─▶ Problem ─▶ Optimiser    what is asked (`question`, `answers`)
                  │                    │
                  ▼                    ▼
               draft ─▶ evaluator    Answer       what is shown, by its revision (`room`)

`Room` knows no web; `web` serves it to a page and to other programs. `open` opens one beside a
program that goes on, such as a notebook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from koopopt.live.room import Room
    from koopopt.live.web.app import app
    from koopopt.live.web.background import open

__all__ = ["Room", "app", "open"]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for; all but `Room` need the extra ``live``."""
    if name == "Room":
        from koopopt.live.room import Room

        return Room
    if name == "app":
        from koopopt.live.web.app import app

        return app
    if name == "open":
        from koopopt.live.web.background import open

        return open
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
