"""Reports: a result as plain values first, then for people and for files.

For the terminal `summarise` makes a `summary.Summary`, which `terminal` renders; `fronts`,
`choices` and `listings` do the same for what they name. `machine` makes the JSON that other
programs read, `files` writes the folder of `--out`, `runs` reads it back.

What people look at elsewhere is made from a `decision.Decision`: the plans of a run or a front.

    what it means      figures, ranges, leaving, shares; in words: council
    what it looks like charts (specifications), maps; page (HTML), pictures (SVG, PNG), notebook
    to work on         workbook (Excel), gis (GeoPackage, GeoJSON)

`write` knows which ending of a file name means which of them.
"""
