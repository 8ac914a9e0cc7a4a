"""Runs and fronts on disk: their schema, written, read again, and moved into place at once."""
