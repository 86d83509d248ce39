"""Passes over generated functions: what comes out reads as if it had been written by hand, and computes the same."""
