"""Certificates of bounds on disk, and the bound that a file proves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from koopopt.case.instance import Instance
from koopopt.certifying.checking import Confirmed
from koopopt.certifying.checking import confirm as confirmed_by
from koopopt.certifying.document import CERTIFICATE_FORMAT, CERTIFICATE_KEYS, Certificate
from koopopt.checking.schema import faults_of, validate
from koopopt.checking.typed import checked
from koopopt.errors import DataError, Fault
from koopopt.reading.faults import condensed
from koopopt.reading.instance import read as read_instance
from koopopt.storage import stored
from koopopt.storage.files import replace
from koopopt.text import T


def write(certificate: Certificate, path: Path) -> None:
    """Write a certificate into a file; raise `UsageError` where it cannot be written."""
    replace(path, json.dumps(asdict(certificate), separators=(",", ":"), allow_nan=False) + "\n")


def is_one(table: dict[str, Any]) -> bool:
    """Whether the object in a file is a certificate, whole or damaged."""
    return table.keys() >= CERTIFICATE_KEYS


def read(path: Path) -> Certificate:
    """Read a certificate, which may say anything; raise `DataError` where it is none."""
    return of_table(path.name, stored.parsed(path))


def of_table(name: str, table: dict[str, Any]) -> Certificate:
    """Return the certificate in the object of a file; raise `DataError` where it is none."""
    if not is_one(table):
        remedy = T("Give the file that `koopopt solve --certificate FILE` wrote.")
        raise DataError([Fault(name, T("This is no certificate."), remedy)])
    stored.check_format(name, table.get("format"), CERTIFICATE_FORMAT)
    if faults := list(faults_of(Certificate, table, file=name)):
        raise DataError(condensed(faults))
    return validate(Certificate, table)


def case_of(
    certificate: Certificate, name: str, instance: Instance | str | Path | None = None
) -> Instance:
    """Return the instance of a certificate in a file of this name, unless one is given."""
    what = certificate.source if instance is None else instance

    def opened(given: Instance | str | Path) -> Instance:
        return given if isinstance(given, Instance) else read_instance(given)

    return stored.opened(what, opened, "--instance", stored.noting(name))


@checked
def confirm(
    path: str | Path,
    *,
    instance: Instance | str | Path | None = None,
    check: Callable[[], None] | None = None,
    memory: int | None = None,
) -> Confirmed:
    """Return the bound that a certificate proves, whoever made it.

    All coalitions are enumerated anew and priced with its duals, in whole numbers: no search, no
    solver; costs and terms are the evaluator's. Whatever the file says, no plan is better than the
    bound returned.

    Parameters
    ----------
    path : str or Path
        What `koopopt.certify` or ``koopopt solve --certificate`` wrote.
    instance : Instance, str or Path, optional
        Instead of the instance that the file names; it must mean the same.
    check : callable, optional
        Called now and then; may raise what ends the work.
    memory : int, optional
        Bytes that it may take; half of what is free unless said.

    Raises
    ------
    DataError
        Where the file is no certificate, one of another instance, or damaged.
    UsageError
        Where the instance has sites or more coalitions than can be held.
    """
    name = Path(path).name
    certificate = read(Path(path))
    case = case_of(certificate, name, instance)
    return confirmed_by(certificate, case, file=name, check=check, memory=memory)
