"""Reports: a result as plain values first (`summary`), then for people and for files.

`koopopt.report.summary` makes a `Summary`; `terminal` renders it; `machine` makes the JSON that
other programs read; `files` writes the folder of `--out`.
"""
