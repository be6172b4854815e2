"""Summaries of five minutes that are over, copied into one value for each consent, and read from there.

A session of 300 students and 90 minutes has 150,000 summaries and 1.5 million readings. To read all of them
takes seconds; to read their copies, and the rows of the last minutes, takes a tenth of that.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from classroom.models import ClassSession, Consent

from .buckets import bucket_of, bucket_start
from .models import BucketSummary, PackedSummaries, Reading
from .models.expiry import retention_limits
from .models.packs import BUCKETS, pack_of
from .models.summaries import SETTLED_AFTER
from .summary_tables import ROW, Table

# Sessions that ended before have been packed, or were before there were packs: their rows are read.
PACKED_FOR = timedelta(days=1)

VERSIONS = ("recogniser_version", "engagement_version")
# From 1970 to the year 3000.
FIRST_PACK, LAST_PACK = 0, pack_of(bucket_of(datetime(3000, 1, 1, tzinfo=UTC)))


def pack_sessions(now: datetime) -> None:
    """Pack what is over of all sessions that run or ended lately."""
    lately = Q(closed_at=None) | Q(closed_at__gte=now - PACKED_FOR)
    for session in ClassSession.objects.filter(lately):
        pack_session(session, now)


def pack_session(session: ClassSession, now: datetime) -> None:
    first = BucketSummary.objects.filter(session=session).aggregate(first=Min("bucket"))["first"]
    if first is None:
        return
    known = set(PackedSummaries.objects.filter(session=session).values_list("pack", flat=True).distinct())
    for pack in range(pack_of(first), _first_unsettled(session, now)):
        if pack not in known:
            _pack(session, pack)


def _first_unsettled(session: ClassSession, now: datetime) -> int:
    settled = now - SETTLED_AFTER
    if session.closed_at is not None and session.closed_at < settled:
        return pack_of(bucket_of(session.closed_at)) + 1
    return pack_of(bucket_of(settled))


@transaction.atomic
def _pack(session: ClassSession, pack: int) -> None:
    # Whoever saves a reading or erases a decision or a student holds one of these locks: they wait, or are
    # seen here.
    session.for_update()
    held = Consent.objects.filter(participant__session=session).order_by("pk")
    list(held.select_for_update(of=("self",), no_key=True).values_list("pk"))
    first, after = pack * BUCKETS, (pack + 1) * BUCKETS
    summaries = BucketSummary.objects.filter(bucket__gte=first, bucket__lt=after)
    readings = Reading.objects.filter(taken_at__gte=bucket_start(first), taken_at__lt=bucket_start(after))
    made_by = defaultdict(list)
    made = readings.filter(session=session).order_by().values_list("consent_id", *VERSIONS).distinct()
    for consent, *versions in made:
        made_by[consent].append(versions)
    PackedSummaries.objects.bulk_create(
        [
            PackedSummaries(
                consent_id=consent,
                session=session,
                pack=pack,
                summaries=table.tobytes(),
                made_by=sorted(made_by[consent]),
            )
            for consent, table in summaries.tables(session.pk).items()
        ],
        ignore_conflicts=True,
    )


def read_tables(
    session_id: UUID, *, since: int | None = None, consents: Collection[int] | None = None
) -> dict[int, Table]:
    """A session's summaries by consent, sorted by bucket: of all or these consents, from `since` on."""
    rows = BucketSummary.objects.all() if since is None else BucketSummary.objects.filter(bucket__gte=since)
    if consents is not None:
        return rows.filter(consent__in=consents).tables(session_id)
    if since is not None and since >= bucket_of(timezone.now() - SETTLED_AFTER):
        return rows.tables(session_id)
    packs = PackedSummaries.objects.filter(session=session_id)
    if since is not None:
        packs = packs.filter(pack__gte=pack_of(since))
    parts: dict[int, list[Table]] = defaultdict(list)
    known = set()
    for consent, pack, summaries in packs.values_list("consent_id", "pack", "summaries").iterator():
        known.add(pack)
        parts[consent].append(np.frombuffer(summaries, dtype=ROW))
    for first, after in _gaps(known):
        missing = rows.filter(bucket__gte=first * BUCKETS, bucket__lt=after * BUCKETS)
        for consent, table in missing.tables(session_id).items():
            parts[consent].append(table)
    tables = {consent: _sorted(of_consent) for consent, of_consent in parts.items()}
    # A pack may begin before.
    return tables if since is None else {key: own[own["bucket"] >= since] for key, own in tables.items()}


def _sorted(parts: list[Table]) -> Table:
    table = np.concatenate(parts)
    sorted_table: Table = table[np.argsort(table["bucket"], kind="stable")]
    return sorted_table


def read_versions(session: ClassSession, consents: Collection[int], now: datetime) -> list[tuple[str, str]]:
    """[(recogniser, formula), ...] of the readings of these consents that have not expired."""
    readings = Reading.objects.filter(session=session).order_by()
    if any(session.opened_at < long_ago for _whose, long_ago in retention_limits(now)):
        # Of some of what is packed nothing may be said any more.
        unexpired = readings.filter(consent__in=consents).unexpired(now)
        return sorted(unexpired.values_list(*VERSIONS).distinct())
    packs = PackedSummaries.objects.filter(session=session).order_by()
    found: set[tuple[str, str]] = set()
    for made_by in packs.filter(consent__in=consents).values_list("made_by", flat=True).distinct():
        found |= {(recogniser, formula) for recogniser, formula in made_by}
    for first, after in _gaps(packs.values_list("pack", flat=True).distinct()):
        times = Q(taken_at__gte=bucket_start(first * BUCKETS), taken_at__lt=bucket_start(after * BUCKETS))
        of_all = readings.filter(times).values_list("consent_id", *VERSIONS).distinct()
        found |= {(recogniser, formula) for consent, recogniser, formula in of_all if consent in consents}
    return sorted(found)


def _gaps(packs: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The five minutes, from the first to before the second, of which none of these has the summaries.

    One range of an index each: a condition with as many alternatives would read the whole table.
    """
    after = FIRST_PACK
    for pack in [*sorted(packs), LAST_PACK]:
        if after < pack:
            yield after, pack
        after = pack + 1
