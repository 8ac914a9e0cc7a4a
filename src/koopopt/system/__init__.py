"""The machine: its memory, its files, and where the shipped data lie."""
