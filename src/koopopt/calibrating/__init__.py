"""Cost curves fitted to the members' own accounts."""
