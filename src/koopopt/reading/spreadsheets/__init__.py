"""Workbooks as files: cells as they are stored and as they are shown."""
