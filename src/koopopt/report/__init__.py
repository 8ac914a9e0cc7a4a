"""Reports: a result as plain values first, then for people and for files.

For the terminal `values.summarise` makes a `values.summary.Summary`, which `terminal.summaries`
renders; `values.fronts` and `values.choices` do the same for fronts and choices. The JSON for
other programs, and the files of `--out`, are `koopopt.storage`'s.

What people look at elsewhere is made from a `values.decision.Decision`: the plans of a run or a
front.

    what it means       values (figures, ranges, leaving, shares), words (for a council)
    what it looks like  page (HTML), pictures (charts as SVG and PNG), maps, shapes, notebook
    to work on          workbook (Excel), maps.gis (GeoPackage, GeoJSON)

`write` knows which ending of a file name means which of them.
"""
