"""Cost curves fitted to the members' own accounts.

`accounts` reads the table, `fit` and `level` compute, `calibrate` decides what the accounts can
tell, `words` says it, and `file` makes a service model of it.
"""
