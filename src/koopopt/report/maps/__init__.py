"""Maps: where municipalities lie, and in which colours partnerships are shown.

`shapes` gives every municipality an area, its boundary or a cell of a `schematic` map; `labels`
says which names fit, `territory` what lines and outlines a drawing needs, `tones` the colours.
"""
