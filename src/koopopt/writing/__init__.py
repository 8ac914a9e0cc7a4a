"""Files out: an instance as a folder or a workbook, and new ones to start from."""
