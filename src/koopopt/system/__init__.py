"""The machine: its memory, its threads and its files."""
