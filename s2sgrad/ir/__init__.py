"""The core language: expressions, statements, functions, and where they came from."""
