"""Values into files, and back from them: the public `save` and `load`."""

from __future__ import annotations

from pathlib import Path

from koopopt.case.instance import Instance
from koopopt.checking.typed import checked
from koopopt.linear import LinearModel
from koopopt.pareto.front import Front
from koopopt.reading.spreadsheets.kinds import ENDINGS
from koopopt.solving.optimise import Result
from koopopt.storage import front_writing as fronts
from koopopt.storage import reading
from koopopt.storage import run_writing as results
from koopopt.storage.files import prepare
from koopopt.storage.spared import spare
from koopopt.writing.instance import write, write_workbook


@checked
def save(what: Instance | Result | Front, path: str | Path) -> None:
    """Write a value into files from which it can be read again.

    Parameters
    ----------
    what : Instance, Result or Front
        An instance is read by `koopopt.read`, a result or a front by `koopopt.load`.
    path : str or Path
        A folder, made where there is none; an instance may also be a workbook, ``*.xlsx``. Results
        and fronts replace older ones there, each file as a whole, and leave other files alone.

    Raises
    ------
    UsageError
        If a file of an instance would be replaced, or nothing can be written there.
    """
    place = Path(path)
    if isinstance(what, Instance):
        (write_workbook if place.suffix.lower() in ENDINGS else write)(what, place)
        return
    of_result = isinstance(what, Result)
    spare([what.source], folders=[(place, results.RUN_FILES if of_result else fronts.FRONT_FILES)])
    prepare(place)
    if isinstance(what, Result):
        results.write(place, what)
    else:
        fronts.write(what, place)


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
    """
    return reading.any_of(path, instance=instance, model=model)
