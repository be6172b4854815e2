"""A learning record store: a real server that takes statements."""

import json
from http.server import BaseHTTPRequestHandler

from django.utils import timezone

from classroom.models import ClassSession
from dashboards.report.report import Report
from exports.models import LrsDelivery
from exports.tasks import update_lrs
from exports.xapi import VOIDED, xapi_document
from tests.dashboards import taught
from tests.local_server import LocalServer


class Store(LocalServer):
    """It keeps statements as the xAPI specification has it: a batch is taken as a whole, an id only once."""

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.kept: dict[str, dict] = {}
        self.requests: list[tuple[str, dict[str, str], list[dict]]] = []
        # Answers to the next requests instead of its own.
        self.answers: list[int] = []
        self.bad_ids: set[str] = set()
        self.is_silent = False
        self.most_at_once = 1000
        self.headers: dict[str, str] = {}
        # Instead of the ids of statements.
        self.body: bytes | None = None
        # Seconds between two bytes of an answer.
        self.drips_every = 0.0

    @property
    def url(self) -> str:
        return f"{self.address}/xAPI"

    @property
    def voided(self) -> set[str]:
        return {one["object"]["id"] for one in self.kept.values() if one["verb"]["id"] == VOIDED}

    @property
    def valid(self) -> dict[str, dict]:
        """What somebody who reads the store finds."""
        hidden = self.voided
        return {pk: one for pk, one in self.kept.items() if pk not in hidden and one["verb"]["id"] != VOIDED}

    def take(self, batch: list[dict]) -> int:
        if self.answers:
            return self.answers.pop(0)
        if len(batch) > self.most_at_once:
            return 413
        if self.bad_ids & {one["id"] for one in batch}:
            return 400
        if any(one["id"] in self.kept for one in batch):
            return 409
        self.kept |= {one["id"]: one for one in batch}
        return 200


class _Handler(BaseHTTPRequestHandler):
    server: Store

    def do_POST(self) -> None:
        batch = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append((self.path, headers, batch))
        if self.server.is_silent:
            self.server.stop.wait(30)
            return
        status = self.server.take(batch)
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", self.server.url)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        ids = json.dumps([one["id"] for one in batch]).encode()
        body = ids if self.server.body is None else self.server.body
        if not self.server.drips_every:
            self.wfile.write(body)
        while self.server.drips_every and not self.server.stop.wait(self.server.drips_every):
            self.wfile.write(b" ")

    def log_message(self, *_: object) -> None:
        pass


def send(session_id) -> LrsDelivery | None:
    """Let a worker run, as if the time for it had come."""
    LrsDelivery.objects.filter(pk=session_id).exclude(next_try_at=None).update(next_try_at=timezone.now())
    update_lrs(str(session_id))
    return LrsDelivery.objects.filter(pk=session_id).first()


def said(session: ClassSession) -> dict[str, dict]:
    """What the page *Downloads* says."""
    fresh = ClassSession.objects.get(pk=session.pk)
    document = json.loads(xapi_document(Report.of(fresh, timezone.now())))
    return {one["id"]: one for one in document}


def told_lesson() -> ClassSession:
    session = taught.lesson(students=3)
    question = taught.ask(session, text="Which?")
    taught.answer(question, {"chosen": [0]}, {"chosen": [1]}, None)
    taught.answer(taught.ask(session, is_anonymous=True, at=900), *[{"chosen": [0]}] * 3)
    return session
