"""How QGIS is to draw the layers of a GeoPackage, stored in the file itself.

QGIS takes the default style of a layer from the table `layer_styles`. Partnerships of different
services lie on top of each other, so each service is a rule that can be switched on and off in
the legend; the first one is on. Colours stand in the column `colour`, and are those of the page.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Final
from xml.etree import ElementTree as Xml

from koopopt.language.inert import on_line
from koopopt.report.colours import ALONE_COLOUR, CHOSEN_COLOUR, INK

_TABLE: Final = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
)"""

# Without a row here QGIS does not look at the table.
_CONTENTS: Final = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
VALUES ('layer_styles', 'attributes', 'layer_styles', '', 0)"""

_STYLE: Final = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,
    styleName, styleQML, styleSLD, useAsDefault, description, owner)
VALUES ('', '', ?, ?, 'koopopt', ?, '', 1, '', '')"""

_FILLED: Final = {"outline_color": INK, "outline_width": "0.3", "style": "solid"}
_SYMBOLS: Final = {
    "partnerships": ("fill", "SimpleFill", "fillColor", _FILLED),
    "municipalities": ("fill", "SimpleFill", "fillColor", _FILLED),
    "seats": ("marker", "SimpleMarker", None, {"name": "circle", "color": INK, "size": "2.5"}),
    "lines": ("line", "SimpleLine", None, {"line_color": INK, "line_width": "0.4"}),
    "today": (
        "fill",
        "SimpleFill",
        None,
        {"outline_color": CHOSEN_COLOUR, "outline_width": "0.8", "outline_style": "dash",
         "style": "no"},
    ),
}  # fmt: skip
"""By layer: kind of symbol, its class, what the column `colour` decides, what is fixed."""


def write_styles(
    connection: sqlite3.Connection, layers: Iterable[str], services: Mapping[str, str]
) -> None:
    """Write the styles of a GeoPackage's layers.

    Parameters
    ----------
    connection : sqlite3.Connection
        To the GeoPackage.
    layers : iterable of str
    services : mapping service id -> title
    """
    connection.execute(_TABLE)
    connection.execute(_CONTENTS)
    columns = dict(
        connection.execute("SELECT table_name, column_name FROM gpkg_geometry_columns").fetchall()
    )
    for layer in layers:
        connection.execute(_STYLE, (layer, columns[layer], style(layer, services)))


def style(layer: str, services: Mapping[str, str]) -> str:
    """Return the style of a layer as QGIS writes it (QML).

    Seats serve several services and are all drawn.
    """
    root = Xml.Element("qgis", version="3.28.0", styleCategories="Symbology")
    renderer = Xml.SubElement(root, "renderer-v2", type="RuleRenderer", symbollevels="0")
    rules = Xml.SubElement(renderer, "rules", key="koopopt")
    symbols = Xml.SubElement(renderer, "symbols")
    if layer == "seats":
        Xml.SubElement(rules, "rule", key="all", symbol="0")
        _symbol(symbols, "0", layer)
    else:
        for k, (service, title) in enumerate(services.items()):
            rule = Xml.SubElement(rules, "rule", key=f"service-{k}", symbol=str(k))
            # Legends of QGIS evaluate what stands between [% and %].
            rule.set("label", on_line(title).replace("[%", "[ %"))
            rule.set("filter", f'"service" = {_literal(service)}')
            if k:
                rule.set("checkstate", "0")
            _symbol(symbols, str(k), layer)
    return Xml.tostring(root, encoding="unicode")


def _literal(text: str) -> str:
    """Return a text as an expression of QGIS."""
    return "'" + on_line(text).replace("\\", "\\\\").replace("'", "''") + "'"


def _symbol(symbols: Xml.Element, name: str, of: str) -> None:
    symbol_kind, class_, coloured, looks = _SYMBOLS[of]
    symbol = Xml.SubElement(symbols, "symbol", name=name, type=symbol_kind, alpha="1")
    layer = Xml.SubElement(
        symbol, "layer", {"class": class_, "enabled": "1", "locked": "0", "pass": "0"}
    )
    options = Xml.SubElement(layer, "Option", type="Map")
    for key, value in looks.items():
        _option(options, key, value)
    if coloured:
        defined = Xml.SubElement(layer, "data_defined_properties")
        collection = Xml.SubElement(defined, "Option", type="Map")
        _option(collection, "name", "")
        properties = Xml.SubElement(collection, "Option", name="properties", type="Map")
        colour = Xml.SubElement(properties, "Option", name=coloured, type="Map")
        _option(colour, "active", "true", "bool")
        _option(colour, "expression", f"coalesce(\"colour\", '{ALONE_COLOUR}')")
        _option(colour, "type", "3", "int")  # an expression
        _option(collection, "type", "collection")


def _option(parent: Xml.Element, name: str, value: str, kind: str = "QString") -> None:
    Xml.SubElement(parent, "Option", name=name, value=value, type=kind)
