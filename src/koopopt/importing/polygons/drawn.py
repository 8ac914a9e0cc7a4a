"""Areas as maps need them: fewer corners, borders still common, degrees with five decimals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from koopopt.importing.polygons.areas import Areas
from koopopt.reading.boundaries.areas import to_json

if TYPE_CHECKING:
    from numpy.typing import NDArray

CORNERS: Final = 60
"""Corners an area on average that a map of a county needs at most."""
DECIMALS: Final = 5
"""Of degrees: about a metre."""
_COARSEST: Final = 500.0
"""Metres; what is drawn may be off by no more."""


def drawn(areas: Areas) -> dict[str, Any]:
    """Return the areas as GeoJSON geometries by key, simplified together."""
    import shapely

    shapes = _simplified(areas.metres)
    degrees = shapely.transform(shapes, lambda xy: np.round(areas.degrees(xy), DECIMALS))
    broken = ~shapely.is_valid(degrees)
    degrees[broken] = shapely.make_valid(degrees[broken], method="structure", keep_collapsed=False)
    return {
        key: to_json(shape)
        for key, shape in zip(areas.keys, degrees, strict=True)
        if not shapely.is_empty(shape)
    }


def _simplified(shapes: NDArray[Any]) -> NDArray[Any]:
    """Return areas with as many corners as are wanted, or those of the coarsest drawing."""
    import shapely

    metres = 10.0
    simple = shapes
    while _corners(simple) > CORNERS and metres <= _COARSEST:
        simple = np.asarray(shapely.coverage_simplify(shapes, metres))
        metres *= 2
    return simple


def _corners(shapes: NDArray[Any]) -> float:
    import shapely

    return float(shapely.get_num_coordinates(shapes).sum()) / max(len(shapes), 1)
