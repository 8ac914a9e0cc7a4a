"""A layer of polygons from a shapefile, GeoPackage, GeoJSON, or a ZIP archive of them.

GDAL reads what `opening` lets it see; here it is said which layer and which columns are meant.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from koopopt.errors import DataError, Fault, UsageError
from koopopt.importing.polygons.opening import municipal_name, openable
from koopopt.text import T, Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

KEYS: Final = ("AGS", "AGS_0", "ID", "INSEE_COM", "CODE_INSEE", "CODE", "COM", "GISCO_ID",
               "LAU_ID", "RS", "ARS")  # fmt: skip
"""Columns that are known to hold the key of a municipality, the likeliest first."""
NAMES: Final = ("GEN", "NAME", "NOM", "NOM_COM", "LIBELLE", "LAU_NAME", "GEMEINDE")
"""Columns that are known to hold its name, in the same way."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Features as a file has them.

    Attributes
    ----------
    file : str
        As the user knows it; of an archive with the file in it.
    name : str
        Of the layer.
    columns : mapping column -> (n,) array
    shapes : (n,) array of shapely geometries or None
    system : str or None
        The coordinates' system, as the file names it.
    notes : tuple of Fault
        What the reading library had to say.
    """

    file: str
    name: str
    columns: Mapping[str, NDArray[Any]]
    shapes: NDArray[Any]
    system: str | None
    notes: tuple[Fault, ...] = ()

    def column(self, wanted: str | None, usual: Sequence[str], what: Text) -> str | None:
        """Return the column of this name, else the first usual one; None where there is none.

        Raises
        ------
        UsageError
            Where a wanted one is not there.
        """
        by_name = {name.casefold(): name for name in self.columns}
        if wanted is not None:
            if wanted in self.columns:
                return wanted
            if (found := by_name.get(wanted.casefold())) is not None:
                return found
            raise UsageError(
                T("{file} has no column {name} for {what}. There are {known}.",
                  file=self.file, name=repr(wanted), what=what, known=", ".join(self.columns))
            )  # fmt: skip
        return next((by_name[n.casefold()] for n in usual if n.casefold() in by_name), None)

    def keys(self, wanted: str | None = None) -> list[str]:
        """Return the keys of municipalities, one a feature.

        Raises
        ------
        DataError
            Where no column is known to hold them, and none is named.
        """
        column = self.column(wanted, KEYS, T("the keys of municipalities"))
        if column is None:
            rule = T("No column is known to hold the keys of municipalities; there are {known}.",
                     known=", ".join(self.columns))  # fmt: skip
            raise DataError([Fault(self.file, rule, T("Name it with --id COLUMN."))])
        return self.texts(column)

    def only(self, rows: NDArray[np.bool_]) -> Layer:
        """Return some of the features, (n,)."""
        columns = {name: cells[rows] for name, cells in self.columns.items()}
        return replace(self, columns=columns, shapes=self.shapes[rows])

    def texts(self, column: str) -> list[str]:
        """Return a column as text; whole numbers without decimals, nothing as an empty text."""
        return [_text(value) for value in self.columns[column]]


def _text(value: Any) -> str:
    if value is None or (isinstance(value, (float, np.floating)) and np.isnan(value)):
        return ""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def open_layer(path: Path, name: str | None = None) -> Layer:
    """Return a layer of polygons.

    Parameters
    ----------
    path : Path
    name : str, optional
        Of the layer; needed where several have a key of municipalities.

    Raises
    ------
    DataError
        Where the file cannot be read, or holds no polygons.
    UsageError
        Where it is not said which layer is meant, or the package that reads is not installed.
    """
    pyogrio = _pyogrio()
    place, shown = openable(path)
    told: list[warnings.WarningMessage] = []
    try:
        layers = [(str(n), kind) for n, kind in pyogrio.list_layers(place)]
        chosen = _chosen(layers, name, shown, lambda n: _fields(pyogrio, place, n))
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            about, _, shapes, cells = pyogrio.raw.read(place, layer=chosen, force_2d=True)
    except UnicodeDecodeError:
        rule = T("Its texts are in another encoding than the file says.")
        remedy = T("Export it as UTF-8; of a shapefile, correct the .cpg file, or delete it.")
        raise DataError([Fault(shown, rule, remedy)]) from None
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
        pyogrio.errors.GeometryError,
        ValueError,
    ) as error:
        raise _unreadable(shown, error) from None
    if shapes is None or not len(shapes):
        raise DataError([Fault(shown, T("There are no features."), T("Give another file."))])
    columns = dict(zip(map(str, about["fields"]), cells, strict=True))
    notes = tuple(_notes(shown, told))
    return Layer(shown, chosen, columns, _geometries(shapes), about["crs"], notes)


def _notes(file: str, told: Sequence[warnings.WarningMessage]) -> Iterator[Fault]:
    said = [" ".join(str(warning.message).split()).rstrip(".")[:160] for warning in told]
    for message in dict.fromkeys(said):
        rule = T("The library that reads it says: {message}.", message=message)
        yield Fault(file, rule, T("Export the file anew if something is missing."))


def _pyogrio() -> Any:
    try:
        import pyogrio
        import pyogrio.raw
        import pyproj  # noqa: F401
    except ModuleNotFoundError:
        raise UsageError(
            T("Reading polygons needs the extra {name}: pip install {what}.", name="'gis'",
              what='"koopopt[gis]"')
        ) from None  # fmt: skip
    return pyogrio


def _geometries(shapes: NDArray[Any]) -> NDArray[Any]:
    import shapely

    with np.errstate(invalid="ignore"):  # of coordinates that are no numbers: told by `areas`
        return np.asarray(shapely.from_wkb(shapes, on_invalid="ignore"))


def _fields(pyogrio: Any, place: str, name: str) -> list[str]:
    return [str(field) for field in pyogrio.read_info(place, layer=name)["fields"]]


def _chosen(layers: list[tuple[str, Any]], name: str | None, file: str, fields: Any) -> str:
    """Return the layer that is meant: the named one, else the only one that can be."""
    polygons = [n for n, kind in layers if kind is not None and "Polygon" in str(kind)]
    polygons = polygons or [n for n, kind in layers if kind is not None]
    known = [n for n, _ in layers]
    if name is not None:
        if name in known:
            return name
        raise UsageError(
            T("{file} has no layer {name}. There are {known}.",
              file=file, name=repr(name), known=", ".join(known))
        )  # fmt: skip
    for found in _narrowed(polygons, fields):
        if len(found) == 1:
            return found[0]
    if not polygons:
        raise DataError([Fault(file, T("There are no polygons in it."), T("Give another file."))])
    raise UsageError(
        T("{file} has several layers: {names}. Say which with --layer.",
          file=file, names=", ".join(polygons))
    )  # fmt: skip


def _narrowed(polygons: list[str], fields: Any) -> Iterator[list[str]]:
    yield polygons
    yield [n for n in polygons if municipal_name(n)]
    usual = {key.casefold() for key in KEYS[:2]}
    yield [n for n in polygons if usual & {field.casefold() for field in fields(n)}]


def _unreadable(file: str, error: Exception) -> DataError:
    said = " ".join(str(error).split())[:160]
    rule = T("The polygons cannot be read ({reason}).", reason=said)
    return DataError([Fault(file, rule, T("Download the file again, or export it anew."))])
