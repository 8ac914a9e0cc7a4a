"""Invented counties that look like real ones, for tests, teaching and comparisons."""
