"""From a function object to its syntax tree and the objects that its names stand for."""
