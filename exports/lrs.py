"""Bring a learning record store (LRS) to what a session says now: send what is new, void what is gone."""

import base64
import json
import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from http.client import HTTPException
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from classroom.models import ClassSession
from config.posting import Answer, Receiver, post
from dashboards.report.report import Report

from .models import LrsDelivery
from .xapi import Statement, statements, voiding

VERSION = "1.0.3"
HAS_IT, BAD, TOO_LARGE = 409, 400, 413
# Bytes. The ids of a batch are much less.
LARGEST_ANSWER = 100_000

logger = logging.getLogger(__name__)


class NotTaken(Exception):
    """The store did not take statements. The message says why, without address and password."""


class StoreIsDown(NotTaken):
    """It would take those of no other session either, and wants to be left alone for `wait`."""

    def __init__(self, reason: str, wait: timedelta = timedelta()) -> None:
        super().__init__(reason)
        self.wait = wait


def update(delivery: LrsDelivery) -> None:
    """Send one session's statements and void those that it no longer makes. Raise NotTaken or Superseded."""
    said = {UUID(one["id"]): one for one in _statements_of(delivery)}
    delivery.announce(said)
    known = dict(delivery.statements.values_list("pk", "has_arrived"))
    gone = {pk: voiding(pk) for pk in known if pk not in said}
    # First: somebody has taken these back.
    for pks in _sent(delivery, gone):
        delivery.statements.filter(pk__in=pks).delete()
    missing = {pk: said[pk] for pk, has_arrived in known.items() if pk in said and not has_arrived}
    for pks in _sent(delivery, missing):
        delivery.statements.filter(pk__in=pks).update(has_arrived=True)
    delivery.finish()


def _statements_of(delivery: LrsDelivery) -> Iterable[Statement]:
    sessions = ClassSession.objects.select_related("course", "approval")
    session = sessions.filter(pk=delivery.pk).first()
    if session is None or session.is_invented:
        return []
    return statements(Report.of(session, timezone.now()))


def _sent(delivery: LrsDelivery, messages: dict[UUID, Statement]) -> Iterable[list[UUID]]:
    """Send statements, each under the id of what it is about. Return the ids of those taken, in batches."""
    refused, pairs = 0, list(messages.items())
    for begin in range(0, len(pairs), settings.LRS_BATCH):
        batch = pairs[begin : begin + settings.LRS_BATCH]
        delivery.hold()
        taken = _taken(batch)
        yield taken
        refused += len(batch) - len(taken)
        if not taken:
            break
    if refused:
        raise NotTaken(f"it refused {refused} statements")


def _taken(batch: Sequence[tuple[UUID, Statement]]) -> list[UUID]:
    """Send a batch, and return which of it the store has now. It takes or refuses a batch as a whole."""
    answer = _post([statement for _pk, statement in batch])
    status = answer.status
    if 200 <= status < 300:
        _require_ids(answer, len(batch))
    if 200 <= status < 300 or (status == HAS_IT and len(batch) == 1):
        return [pk for pk, _statement in batch]
    if status not in (HAS_IT, BAD, TOO_LARGE):
        raise StoreIsDown(f"it answered {status}", answer.retry_after)
    if len(batch) == 1:
        return []
    middle = len(batch) // 2
    return _taken(batch[:middle]) + _taken(batch[middle:])


def _require_ids(answer: Answer, count: int) -> None:
    """A store answers with the id of each statement. Another server there may say 200 to everything."""
    try:
        ids = json.loads(answer.body)
    except ValueError:
        ids = None
    if not isinstance(ids, list) or len(ids) != count:
        raise StoreIsDown(f"it answered {answer.status}, but not as a learning record store does")


def _post(batch: list[Statement]) -> Answer:
    credentials = f"{settings.XAPI_LRS_USER}:{settings.XAPI_LRS_PASSWORD}".encode()
    headers = {
        "Authorization": f"Basic {base64.b64encode(credentials).decode()}",
        "Content-Type": "application/json",
        "X-Experience-API-Version": VERSION,
        "User-Agent": "Classpulse-xAPI/1",
        "Connection": "close",
    }
    body = json.dumps(batch, separators=(",", ":")).encode()
    try:
        receiver = receiver_of(settings.XAPI_LRS_URL)
        patience = settings.LRS_PATIENCE
        return post(receiver, receiver.host, body, headers, patience, most_bytes=LARGEST_ANSWER)
    except TimeoutError as error:
        raise StoreIsDown("it did not answer in time") from error
    # A name that DNS cannot know is a ValueError.
    except (OSError, HTTPException, ValueError) as error:
        raise StoreIsDown(f"it could not be reached ({type(error).__name__})") from error


def receiver_of(url: str) -> Receiver:
    """Return where the store takes statements. Raise ValueError if this is no address of a web server.

    The administrator chose it, so it may be in a private network.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not an address of a web server")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("more than an address and a path")
    is_encrypted = parts.scheme == "https"
    port = parts.port or (443 if is_encrypted else 80)
    return Receiver(is_encrypted, parts.hostname, port, f"{parts.path}/statements")
