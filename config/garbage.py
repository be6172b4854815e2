"""When Python looks for garbage: seldom, and not among what a process has loaded."""

import gc

# Of new objects, between two looks. A report makes a hundred thousand, and at 700 a sixth of it was looking.
NEW_OBJECTS = 20_000


def look_seldom() -> None:
    """To be called before all is loaded: at 700 a tenth of that was looking."""
    gc.set_threshold(NEW_OBJECTS)


def settle() -> None:
    """To be called when all is loaded: half a million objects that stay are not looked at again."""
    gc.collect()
    gc.freeze()
