"""From the user's program to the core language in normal form."""
