"""From a problem to a result: solved, explained, limited, exported."""
