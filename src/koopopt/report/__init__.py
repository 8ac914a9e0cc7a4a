"""Reports: a result as plain values first, then for people and for files.

    values      what is said: a `summary`, a `decision` (the plans of a run or a front), fronts,
                choices, figures, ranges, leaving
    words       the same in sentences for a council
    terminal    paragraphs and tables for a terminal
    page        the decision room, one HTML file
    workbook    an Excel workbook
    pictures    charts (specifications) and drawings of them
    maps        tones and territory; `maps.gis`: GeoPackage and GeoJSON
    shapes      where municipalities lie

`write` knows which ending of a file name means which of them, `notebook` shows values in one.
"""
