"""Facts about core functions, in mappings keyed by statement; analyses change nothing."""
