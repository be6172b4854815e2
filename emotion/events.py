"""Publish to the open sockets what the workers read. These are hints: the database is the truth."""

import json
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from classroom import group_publisher
from classroom.events import live_group, participant_group


def publish_batch(
    *,
    answers: Iterable[tuple[UUID, dict]],
    refusals: Iterable[tuple[UUID, int, str]],
    gone: Iterable[UUID],
    measured: Mapping[UUID, Collection[int]],
) -> None:
    """Publish the results of one batch in one call.

    `answers` go to the participants themselves. `refusals` name a participant, a sequence and a code. `gone`
    are participants who withdrew, left or whose class ended: their socket may have missed the hint of it.
    `measured` has the consents with new readings by session, for the live pages.
    """
    messages: list[tuple[str, dict]] = [
        (participant_group(participant), {"type": "participant.answer", "text": json.dumps(answer)})
        for participant, answer in answers
    ]
    messages += [
        (
            participant_group(participant),
            {"type": "participant.frame_refused", "sequence": sequence, "code": code},
        )
        for participant, sequence, code in refusals
    ]
    messages += [
        (participant_group(participant), {"type": "participant.changed", "reason": "gone"})
        for participant in gone
    ]
    messages += [
        (live_group(session_id), {"type": "readings.changed", "consents": sorted(consents)})
        for session_id, consents in measured.items()
    ]
    group_publisher.publish(messages)
