"""Tell the open sockets what the workers read. Hints only: the database is the truth."""

import json
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from classroom import hints
from classroom.events import live_group, seat_group


def tell(
    *,
    answers: Iterable[tuple[UUID, dict]],
    refusals: Iterable[tuple[UUID, int, str]],
    gone: Iterable[UUID],
    measured: Mapping[UUID, Collection[int]],
) -> None:
    """A batch's news: to each student their own answer, to each session's live pages whose readings are new.

    `measured` has the consents by session.
    """
    messages = [
        (seat_group(who), {"type": "seat.answer", "text": json.dumps(answer)}) for who, answer in answers
    ]
    messages += [
        (seat_group(who), {"type": "seat.refused", "sequence": sequence, "code": code})
        for who, sequence, code in refusals
    ]
    # Their socket may have missed that they withdrew, left or that the class ended.
    messages += [(seat_group(who), {"type": "seat.changed", "reason": "gone"}) for who in gone]
    messages += [
        (live_group(session_id), {"type": "readings.changed", "consents": sorted(consents)})
        for session_id, consents in measured.items()
    ]
    hints.publish(messages)
