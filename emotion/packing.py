"""Summaries of five minutes that are over, copied into one value for each consent, and read from there.

A session of 300 students and 90 minutes has 150,000 summaries and 1.5 million readings. To read all of them
takes seconds; to read their copies, and the rows of the last minutes, takes a tenth of that.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import add, itemgetter
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from classroom.models import ClassSession, Consent

from .buckets import bucket_of, bucket_start
from .models import BucketSummary, PackedSummaries, Reading
from .models.expiry import retention_limits
from .models.packs import BUCKETS, pack_of
from .models.summaries import SETTLED_AFTER, BucketSummaryQuerySet
from .summary_tables import FACES, ROW, Table

# Sessions that ended before have been packed, or were before there were packs: their rows are read.
PACKED_FOR = timedelta(days=1)
# What the nightly task is about to erase is not packed once more meanwhile.
EXPIRES_SOON = timedelta(hours=1)

VERSIONS = ("recogniser_version", "engagement_version")
# From 1970 to the year 3000.
FIRST_PACK, LAST_PACK = 0, pack_of(bucket_of(datetime(3000, 1, 1, tzinfo=UTC)))


def pack_sessions(now: datetime) -> None:
    """Pack what is over of all sessions that run or ended lately."""
    lately = Q(closed_at=None) | Q(closed_at__gte=now - PACKED_FOR)
    for session in ClassSession.objects.filter(lately):
        pack_session(session, now)


def pack_session(session: ClassSession, now: datetime) -> None:
    for pack in _unpacked(session, now):
        _pack(session, pack)


def _unpacked(session: ClassSession, now: datetime) -> list[int]:
    """Return the packs to make: those that are over and have summaries, of which none expires soon."""
    known = PackedSummaries.objects.filter(session=session).values_list("pack", flat=True).distinct()
    expired = max(long_ago for _whose, long_ago in retention_limits(now + EXPIRES_SOON))
    begin, end = pack_of(bucket_of(expired)) + 1, pack_of(bucket_of(now - SETTLED_AFTER))
    found: set[int] = set()
    for first, after in _gaps(known):
        summaries = BucketSummary.objects.filter(
            session=session, bucket__gte=max(first, begin) * BUCKETS, bucket__lt=min(after, end) * BUCKETS
        )
        found.update(map(pack_of, summaries.order_by().values_list("bucket", flat=True).distinct()))
    return sorted(found)


def _pack(session: ClassSession, pack: int) -> None:
    first, after = pack * BUCKETS, (pack + 1) * BUCKETS
    summaries = BucketSummary.objects.filter(session=session, bucket__gte=first, bucket__lt=after)
    readings = Reading.objects.filter(
        session=session, taken_at__gte=bucket_start(first), taken_at__lt=bucket_start(after)
    )
    # All of a large class takes half a second. A lock for so long would stop those who save readings.
    tables = summaries.tables(session.pk)
    made_by = defaultdict(list)
    for consent, *versions in readings.order_by().values_list("consent_id", *VERSIONS).distinct():
        made_by[consent].append(versions)
    packs = [
        PackedSummaries(
            consent_id=consent,
            session=session,
            pack=pack,
            summaries=table.tobytes(),
            made_by=sorted(made_by[consent]),
        )
        for consent, table in tables.items()
    ]
    counted = {consent: (len(table), int(table["faces"].sum())) for consent, table in tables.items()}
    with transaction.atomic():
        # Whatever differs from what was read is packed at the next turn.
        if tables.keys() <= _locked(session) and counted == _counted(summaries):
            # Another worker may have packed the same meanwhile.
            PackedSummaries.objects.bulk_create(packs, ignore_conflicts=True)


def _locked(session: ClassSession) -> set[int]:
    """The session's consents, of which nobody saves, moves or erases anything until the transaction ends.

    The session is locked before them, as Participant.erase() and ClassSession.erase() do.
    """
    if session.for_update() is None:
        return set()
    consents = Consent.objects.filter(participant__session=session).order_by("pk")
    return set(consents.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def _counted(summaries: BucketSummaryQuerySet) -> dict[int, tuple[int, int]]:
    """The number of summaries, and of readings in them, by consent."""
    by_consent = summaries.order_by().values_list("consent_id")
    found = by_consent.annotate(rows=Count("pk"), readings=Sum(reduce(add, map(F, FACES))))
    return {consent: (rows, readings) for consent, rows, readings in found}


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
    parts: dict[int, list[tuple[int, bytes | memoryview]]] = defaultdict(list)
    known = set()
    for consent, pack, summaries in packs.values_list("consent_id", "pack", "summaries").iterator():
        known.add(pack)
        parts[consent].append((pack, summaries))
    for first, after in _gaps(known):
        missing = rows.filter(bucket__gte=first * BUCKETS, bucket__lt=after * BUCKETS)
        for consent, table in missing.tables(session_id).items():
            parts[consent].append((first, table.tobytes()))
    tables = {consent: _joined(of_consent) for consent, of_consent in parts.items()}
    return tables if since is None else _from(since, tables)


def _joined(parts: list[tuple[int, bytes | memoryview]]) -> Table:
    """Join tables in the order of their first packs. The times of no two overlap."""
    in_order = sorted(parts, key=itemgetter(0))
    return np.frombuffer(b"".join(summaries for _first, summaries in in_order), dtype=ROW)


def _from(since: int, tables: dict[int, Table]) -> dict[int, Table]:
    """Return the tables without rows before `since`, and without those that then have none."""
    later = {consent: table[table["bucket"] >= since] for consent, table in tables.items()}
    return {consent: table for consent, table in later.items() if len(table)}


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
