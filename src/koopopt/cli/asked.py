"""`koopopt report --ask`: questions that are answered for a report, while a clock runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from koopopt.cli.command import option
from koopopt.cli.progress import Watch
from koopopt.cli.running import now, run
from koopopt.cli.sources import memory_option, quiet_option, time_option
from koopopt.cli.types import NumberOption, OneOf
from koopopt.errors import UsageError
from koopopt.text import T

if TYPE_CHECKING:
    from koopopt.report.values.decision import Decision

F = TypeVar("F", bound=Callable[..., Any])

QUESTIONS: Final = ("prices", "whatif", "ranges", "scenarios", "roadmap")
ENDINGS: Final = (".html", ".xlsx")
"""Reports that hold answers; a folder does, too."""


def ask_options(function: F) -> F:
    """Add --ask, and what holds for all questions together."""
    for add in (
        quiet_option, memory_option, time_option,
        option("--samples", type=NumberOption(1, whole=True), metavar="N",
               text=T("How many samples --ask ranges draws; 200 unless said.")),
        option("--ask", "asked", type=OneOf(*QUESTIONS), multiple=True,
               text=T("Answer a question in the page and the workbook: what each rule costs, what"
                      " if one municipality says no, how sure the plan is, what it is worth in"
                      " other futures, in which order to found it. Can be repeated.")),
    ):  # fmt: skip
        function = add(function)
    return function


def demand(asked: Sequence[str], targets: Sequence[Path], **others: object) -> None:
    """Raise `UsageError` where an option would have no effect."""
    from koopopt.report.write import is_folder

    name = next((name for name, value in others.items() if value is not None), None)
    if name is not None and not asked:
        raise UsageError(
            T("{option} means nothing without {other}.", option=f"--{name.replace('_', '-')}",
              other="--ask")
        )  # fmt: skip
    if asked and not any(path.suffix.lower() in ENDINGS or is_folder(path) for path in targets):
        raise UsageError(
            T("{option} means nothing without {other}.", option="--ask",
              other=f"-o FILE{ENDINGS[0]}")
        )  # fmt: skip


def answered(
    decision: Decision, asked: Sequence[str], samples: int | None, time_limit: float | None,
    memory: int | None, lang: str, quiet: bool,
) -> tuple[Decision, bool]:  # fmt: skip
    """Return the decision with the answers, and whether a stop was asked for."""
    if not asked:
        return decision, False
    from koopopt.report.values.asked import Limits
    from koopopt.savings.samples import SAMPLES

    with Watch(lang, quiet) as watch:

        def work(cancel: threading.Event) -> Decision:
            limits = Limits(now().began, time_limit, memory, samples=samples or SAMPLES,
                            cancel=cancel, tell=watch.phase)  # fmt: skip
            return decision.asking(asked, limits)

        return run(work, watch.show)
