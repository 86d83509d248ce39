"""Derivatives against those of other tools and those written by hand: ``python -m benchmarks``."""
