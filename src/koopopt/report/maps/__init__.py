"""Maps: where municipalities lie, and in which colours partnerships are shown.

`koopopt.report.shapes` gives every municipality an area, its boundary or a cell of a schematic map,
and says which names fit; `territory` says what lines and outlines a drawing needs, `tones` the
colours, `gis` writes files for geographic information systems.
"""
