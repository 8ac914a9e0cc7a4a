"""The live decision room: one case in which rules, weights and partnerships are changed and solved.

    action ─▶ Document ─▶ Journal            what was asked for, step by step
                  │
                  ▼
              Question ─▶ Problem ─▶ Optimiser    what is asked (`question`, `answers`)
                  │                    │
                  ▼                    ▼
               draft ─▶ evaluator    Answer       what is shown, by its revision (`room`)

`Room` knows no web; `web` serves it to a page and to other programs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from koopopt.live.room import Room
    from koopopt.live.web.app import app

__all__ = ["Room", "app"]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for; `app` needs the extra ``live``."""
    if name == "Room":
        from koopopt.live.room import Room

        return Room
    if name == "app":
        from koopopt.live.web.app import app

        return app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
