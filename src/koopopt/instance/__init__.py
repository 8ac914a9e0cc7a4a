"""Instances: the values (`values`), and how they are read, checked and written."""
