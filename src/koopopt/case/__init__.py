"""A case: an instance and a plan as plain values, the model library, and the same as arrays."""
