"""The certificate of `koopopt solve --certificate`: made, written, and checked at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koopopt.cli.output import page, say
from koopopt.cli.progress import Watch
from koopopt.cli.running import NotWorkedOutError, now, run
from koopopt.errors import KoopoptError
from koopopt.text import T

if TYPE_CHECKING:
    import threading

    from koopopt.certifying.checking import Confirmed
    from koopopt.certifying.document import Certificate
    from koopopt.solving.optimise import Result


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
    """Write the certificate of a result, and read it again as `koopopt verify` does."""
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
            return Certified(path, checked(path, result, watch))
        except KoopoptError as error:
            return Certified(path, error=error)


def checked(path: Path, given: Result | str | None, watch: Watch) -> Confirmed:
    """Return what a file proves of an instance, that of a result or a named one."""
    from koopopt.storage.certificates import confirm

    instance = given if given is None or isinstance(given, str) else given.problem.instance

    def work(cancel: threading.Event) -> Confirmed:
        return confirm(path, instance=instance, check=stopping(cancel))

    return run(work, watch.show)[0]


def stopping(cancel: threading.Event) -> Callable[[], None]:
    """Return what ends work that is of no use unless it is complete."""

    def check() -> None:
        if cancel.is_set():
            raise NotWorkedOutError(stopped=True)

    return check
