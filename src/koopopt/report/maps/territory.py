"""The lie of the land for the page's maps: areas, borders between them, today's cooperations."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from koopopt.linear import Floats
from koopopt.problem import Problem
from koopopt.report.shapes.areas import Shapes, outline, to_geojson
from koopopt.report.values.decision import Decision
from koopopt.report.values.large import MOST_AREAS

MAP_DECIMALS = 4
"""Decimals of degrees: some ten metres, finer than a pixel."""
FINENESS = 2000
"""Of a map of very many areas, lines nearer to each other than its size by this become one."""


def of(decision: Decision) -> dict[str, Any]:
    """Return what maps of any plan share; municipalities and services by their numbers."""
    return of_shapes(decision.problem, decision.shapes)


def of_shapes(problem: Problem, shapes: Shapes) -> dict[str, Any]:
    """Return the same of a problem and where its municipalities lie."""
    facts, places = problem.facts, shapes.drawable()
    areas = drawn([places.areas[id_] for id_ in facts.ids])
    return {
        "schematic": places.schematic,
        "proportion": proportion(shapely.total_bounds(areas)),
        "areas": [to_geojson(area) for area in areas],
        "borders": [[a, b, line(geometry)] for a, b, geometry in borders(areas)],
        "today": [
            [
                facts.service_index[p.service],
                to_geojson(outline(places, p.members)),
            ]
            for p in problem.instance.status_quo
            if p.pooled
        ],
    }


def drawn(areas: list[BaseGeometry]) -> list[BaseGeometry]:
    """Return the areas, simplified where they are very many: borders stay common to both sides."""
    if len(areas) <= MOST_AREAS:
        return areas
    west, south, east, north = shapely.total_bounds(areas).tolist()
    simple = shapely.coverage_simplify(areas, max(east - west, north - south) / FINENESS)
    return [s if s.area else area for s, area in zip(simple.tolist(), areas, strict=True)]


def borders(areas: list[BaseGeometry]) -> list[tuple[int, int, BaseGeometry]]:
    """Return the lines along which areas touch, each pair of numbers once."""
    first, second = shapely.STRtree(areas).query(areas, predicate="intersects")
    found: list[tuple[int, int, BaseGeometry]] = []
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        if a < b and (lines := _lines(areas[a].intersection(areas[b]))):
            found.append((a, b, shapely.line_merge(shapely.MultiLineString(lines))))
    return found


def line(geometry: BaseGeometry) -> dict[str, Any]:
    """Return lines as GeoJSON."""
    parts = [shapely.get_coordinates(part) for part in shapely.get_parts(geometry)]
    rounded = [np.round(part, MAP_DECIMALS).tolist() for part in parts]
    return {"type": "MultiLineString", "coordinates": rounded}


def _lines(touching: BaseGeometry) -> list[shapely.LineString]:
    """Return the lines in which two areas touch, none where they meet in points only."""
    lines: list[shapely.LineString] = []
    for part in shapely.get_parts(shapely.get_parts(touching)):
        if isinstance(part, shapely.LineString):
            lines.append(part)
        elif isinstance(part, shapely.Polygon):  # drawn a little across each other
            lines.append(shapely.LineString(part.exterior.coords))
    return lines


def proportion(bounds: Floats) -> float:
    """Return height by width of a map of these bounds (west, south, east, north)."""
    west, south, east, north = (float(v) for v in bounds)
    wide = (east - west) * float(np.cos(np.radians((south + north) / 2)))
    return float(np.clip((north - south) / wide, 0.4, 1.6)) if wide else 1.0
