"""Reports: a result as plain values first (`summary`), then for people and for files.

`summarise` makes a `summary.Summary`, `terminal` renders it; `machine` makes the JSON that other
programs read; `files` writes the folder of `--out`; `listings` shows the model library, whose
figures `parameters` puts into words.
"""
