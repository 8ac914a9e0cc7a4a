"""Values from outside against what they are declared to be."""
