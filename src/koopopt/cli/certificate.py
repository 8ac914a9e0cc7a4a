"""The certificate of `koopopt solve --certificate`: made, written, and checked at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koopopt.cli.output import page, say
from koopopt.cli.progress import Watch
from koopopt.cli.running import NothingYetError, NotWorkedOutError, going_on, now, run
from koopopt.errors import KoopoptError
from koopopt.text import T

if TYPE_CHECKING:
    import threading

    from koopopt.case.instance import Instance
    from koopopt.certifying.checking import Confirmed
    from koopopt.certifying.document import Certificate
    from koopopt.solving.optimise import Result


class NotBegunError(NothingYetError):
    """The search was stopped before the certificate."""

    by_signal = T("The search was stopped, so no certificate was begun.")


class UncheckedError(NothingYetError):
    """A certificate is written, and it is not known what it proves."""

    by_signal = T("Stopped before the certificate was checked: it is written, and `koopopt verify`"
                  " says what it proves.")  # fmt: skip
    by_clock = T("The time limit was over before the certificate was checked: it is written, and"
                 " `koopopt verify` says what it proves.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Certified:
    """What the file proves, by the checker; or why there is none."""

    path: Path
    found: Confirmed | None = None
    error: KoopoptError | None = None

    def table(self) -> dict[str, Any]:
        """Return what is added to the JSON object of a result."""
        if self.found is None:
            return {}
        return {"certificate": {"file": str(self.path), "bound": self.found.bound}}

    def end(self, lang: str, as_json: bool) -> None:
        """Say behind the result what is proven; raise where there is no certificate."""
        if self.error is not None:
            raise self.error
        if self.found is not None and not as_json:
            from koopopt.report.terminal import certificates

            say("\n" + certificates.confirmed(self.found, page(lang)))


def certified(
    path: Path, result: Result, source: str, memory: int | None, lang: str, quiet: bool
) -> Certified:
    """Write the certificate of a result, and read it again as `koopopt verify` does.

    Nothing is begun where the search was stopped. To check it there is a moment (`going_on`) all
    the same where time is over by then.
    """
    if now().cancel.is_set() or result.interrupted:
        return Certified(path, error=NotBegunError(stopped=True))
    from koopopt.solving.certificate import certify
    from koopopt.storage import certificates

    left = None if result.time_limit is None else max(1e-3, result.time_limit - now().seconds)

    def work(cancel: threading.Event) -> Certificate:
        return certify(
            result, time_limit=left, threads=result.threads, memory=memory, cancel=cancel,
            on_progress=watch.take,
        )  # fmt: skip

    with Watch(lang, quiet) as watch:
        watch.phase(T("proving the bound once more, for the certificate"))
        try:
            made, _ = run(work, watch.show)
            certificates.write(replace(made, source=source), path)
            watch.phase(T("checking the certificate"))
            check = stopping(going_on(result.time_limit), UncheckedError)
            case = result.problem.instance
            written = certificates.read(path)
            return Certified(path, checked(written, case, path.name, watch, check, memory))
        except KoopoptError as error:
            return Certified(path, error=error)


def checked(
    certificate: Certificate, case: Instance, name: str, watch: Watch, check: Callable[[], None],
    memory: int | None = None,
) -> Confirmed:  # fmt: skip
    """Return what a certificate in a file of this name proves of an instance."""
    from koopopt.certifying.checking import confirm

    def work(_: threading.Event) -> Confirmed:
        return confirm(certificate, case, file=name, check=check, memory=memory)

    return run(work, watch.show)[0]


def stopping(
    go_on: Callable[[], bool], nothing: type[NothingYetError] = NotWorkedOutError
) -> Callable[[], None]:
    """Return what ends work that is of no use unless it is complete."""

    def check() -> None:
        if not go_on():
            raise nothing(stopped=now().cancel.is_set())

    return check
