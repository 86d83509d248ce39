"""From the normal form of a function to its adjoint or tangent program."""
