"""Sharing: who pays what of a partnership, and who would be better off in another one.

Section 8 of docs/semantics.md. `standalone` is the game of a partnership: what every part of its
members would pay at least by itself. All amounts are whole cents a year.
"""
