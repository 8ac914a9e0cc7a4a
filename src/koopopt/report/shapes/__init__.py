"""Where municipalities lie: areas, points and names for every map."""
