"""Minutes from what others computed: answers of routing services, tables of consultants.

`services` and `tables` make a `Matrix` of a file, `matching` finds out whom its rows are about, and
`times` makes minutes of it, and says what was left out or supposed.
"""
