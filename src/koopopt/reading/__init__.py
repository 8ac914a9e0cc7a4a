"""Files in: an instance from a folder or a workbook, checked as a whole, all faults at once."""
