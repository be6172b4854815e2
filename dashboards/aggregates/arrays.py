"""Types of the arrays that aggregates pass to each other: a row per student (N), a column per step (T)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# One of those below.
Array = NDArray[Any]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]
