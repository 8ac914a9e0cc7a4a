"""Charts, and drawings of them without a browser."""
