"""A map that needs no script: one service of one plan as SVG, from what the page's maps show.

It is drawn plainly, without a chart library, so that it costs a page a few ten kilobytes once. The
page's script draws the small maps of all services in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from markupsafe import Markup

from koopopt.report.colours import ALONE_COLOUR, INK, TONES

WIDTH: Final = 620
"""Units across; a page shows it as wide as there is room."""

Place = tuple[float, float]


def still(whole: Mapping[str, Any], plan: Mapping[str, Any], service: int, label: str) -> Markup:
    """Return the map of one service as markup; names in it are text.

    Parameters
    ----------
    whole : the data of the page (`report.page.data`)
    plan : one of its plans
    service : int
        Number of the service.
    label : str
        What the map is, for readers who cannot see it.
    """
    frame = _Frame(whole["areas"])
    pools = [(whole["bodies"][k], tone) for k, tone in plan["bodies"]]
    pools = [(body, tone) for body, tone in pools if body["service"] == service]
    tone_of = {i: tone for body, tone in pools for i in body["members"]}
    paths: list[tuple[str, str]] = [
        (TONES[tone_of[i]] if i in tone_of else ALONE_COLOUR, frame.path(area))
        for i, area in enumerate(whole["areas"])
    ]
    places = [frame.at(t["place"]) for t in (*whole["towns"], *whole["sites"])]
    if whole["huge"]:
        parts = list(_together(paths, places, [body for body, _ in pools]))
    else:
        shape = Markup('<path d="{}" fill="{}" stroke="#fff"/>')
        parts = [shape.format(path, fill) for fill, path in paths]
        parts += [part for body, _ in pools for part in _pool(places, body)]
    for town, (x, y) in zip(whole["towns"], places, strict=False):
        if town["from"] <= WIDTH:
            parts.append(
                Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
                    x, round(y + 17, 1), town["name"]
                )
            )
    return Markup(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}" class="still">{}</svg>'
    ).format(WIDTH, frame.height, label, Markup("").join(parts))


def _together(
    paths: list[tuple[str, str]], places: list[Place], bodies: list[Mapping[str, Any]]
) -> Iterator[Markup]:
    """Yield a path for each colour, one for all ways and one for all seats: thousands are slow."""
    for fill in dict.fromkeys(fill for fill, _ in paths):
        joined = "".join(path for own, path in paths if own == fill)
        yield Markup('<path d="{}" fill="{}" stroke="#fff" stroke-width=".2"/>').format(
            joined, fill
        )
    ways, seats = [], []
    for body in bodies:
        x, y = places[body["seat"]]
        ways += ["M{} {}L{} {}".format(*places[i], x, y) for i in body["members"]]
        seats.append(f"M{x - 0.8:.1f} {y - 0.8:.1f}h1.6v1.6h-1.6Z")
    yield Markup('<path d="{}" stroke="{}" stroke-width=".4"/>').format("".join(ways), INK)
    yield Markup('<path d="{}" fill="{}"/>').format("".join(seats), INK)


def _pool(places: list[Place], body: Mapping[str, Any]) -> Iterator[Markup]:
    """Yield the ways to a seat and its square."""
    x, y = places[body["seat"]]
    for i in body["members"]:
        if i != body["seat"]:
            yield Markup('<path d="M{} {}L{} {}" stroke="{}"/>').format(*places[i], x, y, INK)
    yield Markup('<rect x="{}" y="{}" width="9" height="9" fill="{}" stroke="#fff"/>').format(
        round(x - 4.5, 1), round(y - 4.5, 1), INK
    )


class _Frame:
    """From degrees to the units of the drawing."""

    def __init__(self, areas: list[Mapping[str, Any]]) -> None:
        points = [point for area in areas for ring in _rings(area) for point in ring]
        self.west, self.north = min(p[0] for p in points), max(p[1] for p in points)
        east, south = max(p[0] for p in points), min(p[1] for p in points)
        self.narrow = math.cos(math.radians((self.north + south) / 2))
        wide = max((east - self.west) * self.narrow, 1e-9)
        self.scale = min(WIDTH / wide, 1.6 * WIDTH / max(self.north - south, 1e-9))
        self.height = max(1, round((self.north - south) * self.scale))

    def at(self, place: list[float]) -> Place:
        """Return where a place lies."""
        return (
            round((place[0] - self.west) * self.narrow * self.scale, 1),
            round((self.north - place[1]) * self.scale, 1),
        )

    def path(self, area: Mapping[str, Any]) -> str:
        """Return an area as an SVG path."""
        rings = ("L".join("{} {}".format(*self.at(p)) for p in ring) for ring in _rings(area))
        return "".join(f"M{ring}Z" for ring in rings)


def _rings(area: Mapping[str, Any]) -> list[Any]:
    """Return the rings of a GeoJSON polygon or multi-polygon."""
    coordinates = area["coordinates"]
    return list(coordinates) if area["type"] == "Polygon" else [r for p in coordinates for r in p]
