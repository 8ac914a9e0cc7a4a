"""Values into files, and back from them: the public `save` and `load`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from koopopt.case.instance import Instance
from koopopt.certifying.document import Certificate
from koopopt.checking.typed import checked
from koopopt.errors import UsageError
from koopopt.linear import LinearModel
from koopopt.pareto.front import Front
from koopopt.reading.spreadsheets.kinds import ENDINGS
from koopopt.solving.optimise import Result
from koopopt.storage import certificates, reading
from koopopt.storage import front_writing as fronts
from koopopt.storage import run_writing as results
from koopopt.storage.files import gone_if_empty, prepare
from koopopt.storage.spared import spare
from koopopt.text import T
from koopopt.writing.instance import write, write_workbook

WORKBOOK_ENDING: Final = ".xlsx"


@checked
def save(what: Instance | Result | Front | Certificate, path: str | Path) -> None:
    """Write a value into files from which it can be read again.

    Parameters
    ----------
    what : Instance, Result, Front or Certificate
        An instance is read by `koopopt.read`, a result or a front by `koopopt.load`, a certificate
        by `koopopt.confirm`.
    path : str or Path
        A folder, made where there is none; an instance may also be a workbook, ``*.xlsx``. Results
        and fronts replace older ones there, with all their files, and leave other files alone. A
        certificate is one file.

    Raises
    ------
    UsageError
        If a file of an instance would be replaced, nothing can be written there, or a workbook has
        another ending.
    """
    place = Path(path)
    if isinstance(what, Instance):
        _save_instance(what, place)
        return
    if isinstance(what, Certificate):
        spare([what.source], files=[place])
        certificates.write(what, place)
        return
    names = results.RUN_FILES if isinstance(what, Result) else fronts.FRONT_FILES
    spare([what.source], folders=[(place, names)])
    with gone_if_empty(place):
        prepare(place, names)
        if isinstance(what, Result):
            results.write(place, what)
        else:
            fronts.write(what, place)


def _save_instance(instance: Instance, place: Path) -> None:
    ending = place.suffix.lower()
    if ending == WORKBOOK_ENDING:
        write_workbook(instance, place)
    elif ending in ENDINGS:
        raise UsageError(
            T("{path}: workbooks are written with the ending {ending} only.",
              path=repr(str(place)), ending=WORKBOOK_ENDING)
        )  # fmt: skip
    else:
        write(instance, place)


@checked
def load(
    path: str | Path,
    *,
    instance: Instance | str | Path | None = None,
    model: LinearModel | str | Path | None = None,
) -> Result | Front:
    """Read a result or a front again that was saved, also by ``--out`` on the command line.

    The data it was computed from are read again, too, and must be the same; plans are evaluated
    anew.

    Parameters
    ----------
    path : str or Path
        The folder, or its run.json or front.json.
    instance : Instance, str or Path, optional
        What it was computed from, where its files do not say so: an instance made or read in Python
        and given as a value has no place of its own.
    model : LinearModel, str or Path, optional
        The same for a front of a linear model.

    Raises
    ------
    DataError
        With every fault found.
    UsageError
        Where a folder holds both, or the other of instance and model is given.

    Examples
    --------
    >>> import tempfile
    >>> import koopopt
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     koopopt.solve("three-villages").save(f"{folder}/plan")
    ...     koopopt.load(f"{folder}/plan").objective
    116500.0
    """
    return reading.any_of(path, instance=instance, model=model)
