"""Words and numbers as people write them, and as they can be shown."""
