"""A package, so that what its fixtures started ends with its last test, and not with the last of all."""
