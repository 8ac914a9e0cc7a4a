"""Signals while the command line itself is being imported: before `running` can hear them.

Only what Python has loaded anyway is imported up here.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


def interrupts(error: BaseException | None) -> bool:
    """Whether an error is a signal; Python tells one that hits an import as another error's cause.

    click does so too.
    """
    return error is not None and (
        isinstance(error, KeyboardInterrupt) or interrupts(error.__cause__)
    )


@contextmanager
def heard() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the process with a sentence, as they do later on."""
    before: dict[int, Any] = {}
    came: list[int] = []

    def handle(number: int, _: FrameType | None) -> None:
        came.append(number)
        raise KeyboardInterrupt

    try:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                before[number] = signal.signal(number, handle)
        yield
        if came:  # Python swallows what is raised in a callback, and imports have some
            raise KeyboardInterrupt
    except BaseException as error:
        if not interrupts(error):
            raise
        for again in before:
            signal.signal(again, signal.SIG_IGN)
        from koopopt.cli.output import chosen_language, stopped
        from koopopt.cli.running import INTERRUPTED

        stopped(chosen_language(sys.argv[1:], os.environ))
        sys.exit(INTERRUPTED)
    finally:
        for known, handler in before.items():
            signal.signal(known, handler)
