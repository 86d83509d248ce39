"""From core functions to text and to functions that run."""
