"""The derivatives of primitives, as data."""
