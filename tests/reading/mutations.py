"""Changes to the files of the valid instance."""

from __future__ import annotations

from collections.abc import Callable

from reading.valid import Content

Files = dict[str, Content]
Mutation = Callable[[Files], None]

TOWNS, NEAR, WAYS = "municipalities.csv", "neighbours.csv", "travel.csv"
TODAY, SHAPES, TOML = "status_quo.csv", "boundaries.geojson", "instance.toml"


def swap(file: str, old: str, new: str) -> Mutation:
    def mutate(files: Files) -> None:
        text = files[file]
        assert isinstance(text, str)
        assert old in text, f"{old!r} is not in {file}"
        files[file] = text.replace(old, new, 1)

    return mutate


def add(file: str, text: str) -> Mutation:
    def mutate(files: Files) -> None:
        files[file] = f"{files[file]!s}{text}\n"

    return mutate


def put(file: str, content: Content) -> Mutation:
    return lambda files: files.update({file: content})


def drop(file: str) -> Mutation:
    return lambda files: files.__delitem__(file)


def rename(old: str, new: str) -> Mutation:
    return lambda files: files.update({new: files.pop(old)})


def town(column: str, value: str) -> Mutation:
    """Put a value into the row of Bach (row 3)."""
    good = {
        "id": "06636002",
        "name": "Bach",
        "population": "3000",
        "lat": "51.22",
        "lon": "9.95",
        "county": "06636",
        "state": "06",
        "identity_area": "nord",
    }
    row = ",".join(good.values())

    def mutate(files: Files) -> None:
        new = ",".join({**good, column: value}.values())
        swap(TOWNS, row, new)(files)

    return mutate


def rule(text: str) -> Mutation:
    """Add a line to [rules]."""
    return swap(TOML, "[rules]\n", f"[rules]\n{text}\n")


def fire_rule(text: str) -> Mutation:
    return add("fire.toml", text)


def both(*mutations: Mutation) -> Mutation:
    def mutate(files: Files) -> None:
        for one in mutations:
            one(files)

    return mutate


def square(*points: list[float]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [list(points)]}
