"""Tell the open sockets what the workers read. Hints only: the database is the truth."""

import json
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from classroom import group_publisher
from classroom.events import live_group, participant_group


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
        (participant_group(who), {"type": "participant.answer", "text": json.dumps(answer)})
        for who, answer in answers
    ]
    messages += [
        (participant_group(who), {"type": "participant.frame_refused", "sequence": sequence, "code": code})
        for who, sequence, code in refusals
    ]
    # Their socket may have missed that they withdrew, left or that the class ended.
    messages += [(participant_group(who), {"type": "participant.changed", "reason": "gone"}) for who in gone]
    messages += [
        (live_group(session_id), {"type": "readings.changed", "consents": sorted(consents)})
        for session_id, consents in measured.items()
    ]
    group_publisher.publish(messages)
