"""Minutes by car on an extract of OpenStreetMap that the user has.

From the tags of a way to what a car drives there (`speeds`), from a file to arrays (`extract`),
from arrays to a graph of junctions (`network`), and to minutes between municipalities (`minutes`).
"""
