"""Summaries as numpy tables: of thousands of rows, arithmetic on columns costs a hundredth of objects."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotion.vision.labels import EXPRESSIONS
from emotion.vision.states import FaceState

Table = NDArray[np.void]
"""One row a summary, with the fields of ROW."""

FACES = tuple(str(face) for face in FaceState)
# The columns in the order of the fields of ROW.
COLUMNS = ("bucket", "first", "last", *FACES, "engagement_version", "score", *EXPRESSIONS)
MEANS = 1 + len(EXPRESSIONS)
WITHOUT_MEANS = (np.nan,) * MEANS

# It is also the layout of emotion.models.PackedSummaries: whoever changes it empties that table.
ROW = np.dtype(
    [
        ("bucket", "<i8"),
        ("first", "<f8"),
        ("last", "<f8"),
        ("faces", "<u2", (len(FACES),)),
        # A CharField of 8 characters, all of them ASCII.
        ("version", "S8"),
        # NaN where no face was read.
        ("score", "<f8"),
        ("probabilities", "<f8", (len(EXPRESSIONS),)),
    ]
)
# The same bytes, with a field for each column.
_FLAT = np.dtype(
    [
        ("bucket", "<i8"),
        ("first", "<f8"),
        ("last", "<f8"),
        *[(face, "<u2") for face in FACES],
        ("engagement_version", "S8"),
        ("score", "<f8"),
        *[(name, "<f8") for name in EXPRESSIONS],
    ]
)


def table_of(rows: Iterable[Sequence[Any]]) -> Table:
    """Rows of COLUMNS as the database gives them."""
    numbers = [row if row[-1] is not None else (*row[:-MEANS], *WITHOUT_MEANS) for row in rows]
    return np.array(numbers, dtype=_FLAT).view(ROW)
