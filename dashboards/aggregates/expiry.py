"""Readings older than they may be kept are not shown, whether or not the nightly task has been there."""

from collections.abc import Iterable
from datetime import datetime

from .cells import Cells
from .seats import Seat


def unexpired(cells: Cells, seats: Iterable[Seat], now: datetime) -> Cells:
    kept: Cells = {}
    for seat in seats:
        if seat.consent_id in cells:
            since = seat.kept_since(now)
            own = cells[seat.consent_id].items()
            kept[seat.consent_id] = {bucket: cell for bucket, cell in own if cell.first >= since}
    return kept
