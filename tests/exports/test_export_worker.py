"""The running product makes a file: beside the worker for frames, and again if its process is killed."""

import json
import os
import re
import signal
import urllib.request
from pathlib import Path

import psutil
import pytest

from demo.product import Product
from tests.waiting import expect_true, expect_value

pytestmark = pytest.mark.stack

# Prints the id of a finished lesson and the cookie of its teacher.
LESSON = """
import json
from uuid import uuid4
from django.utils import timezone
from practice.example import finished_lesson
from tests import factory
# Other tests of this product may have made the factory's first teacher.
ada = factory.teacher(uuid4().hex)
session = finished_lesson(factory.course(ada), title="Waves", ended_at=timezone.now())
print(json.dumps([str(session.pk), factory.signed_in(ada).cookies["sessionid"].value]))
"""

# Sends the task as beat does, for a lesson that was measured half an hour ago, and prints the lesson's id.
MEASURED_LESSON = """
from datetime import timedelta
from uuid import uuid4
from django.utils import timezone
from dashboards.tasks import pack_summaries
from tests import factory
began = timezone.now() - timedelta(minutes=30)
course = factory.course(factory.teacher(uuid4().hex))
session = factory.open_session(course=course, opened_at=began, started_at=began)
consent = factory.consent(factory.participant(session, joined_at=began), given_at=began)
taken = [began + timedelta(seconds=10 * place) for place in range(60)]
factory.save_readings([factory.unsaved_reading(consent, taken_at=at) for at in taken])
pack_summaries.delay()
print(session.pk)
"""
PACKS_OF = (
    "from emotion.models import PackedSummaries as Packs; print(Packs.objects.filter(session='%s').count())"
)
# The worker said that it was alive for the last time longer ago than an export is waited for.
LONG_SILENT = """
from datetime import timedelta
from django.conf import settings
from django.utils import timezone
from exports.models import Export
long_ago = timezone.now() - settings.EXPORT_LOST_AFTER - timedelta(seconds=1)
print(Export.objects.filter(pk="%s").update(alive_at=long_ago))
"""


class Teacher:
    """A browser without scripts."""

    def __init__(self, stack: Product) -> None:
        self._stack = stack
        session_id, key = json.loads(stack.manage("shell", "-v", "0", "-c", LESSON))
        self._cookies = f"sessionid={key}"
        self.page = f"/sessions/{session_id}/downloads/"

    def get(self, path: str) -> bytes:
        return self._open(path, None)

    def press(self, format_: str) -> str:
        """Ask for a file and return its id."""
        page = self.get(self.page).decode()
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1]
        answer = self._open(self.page, f"csrfmiddlewaretoken={token}&format={format_}&paper=A4".encode())
        return re.search(r'data-export="([\w-]+)"', answer.decode())[1]

    def state(self, export_id: str) -> dict:
        return json.loads(self.get(f"{self.page}states/"))["exports"][export_id]

    def _open(self, path: str, sent: bytes | None) -> bytes:
        request = urllib.request.Request(self._stack.url + path, data=sent)
        request.add_header("Cookie", self._cookies)
        with self._opener.open(request, timeout=60) as answer:
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                if cookie.startswith("csrftoken"):
                    self._cookies += f"; {cookie.partition(';')[0]}"
            return answer.read()

    @property
    def _opener(self) -> urllib.request.OpenerDirector:
        return urllib.request.build_opener(_WithCookies(self))


class _WithCookies(urllib.request.HTTPRedirectHandler):
    def __init__(self, teacher: Teacher) -> None:
        self._teacher = teacher

    def redirect_request(self, *arguments, **options):
        request = super().redirect_request(*arguments, **options)
        request.add_header("Cookie", self._teacher._cookies)
        return request


@pytest.fixture(scope="module")
def teacher(stack: Product) -> Teacher:
    return Teacher(stack)


def child(stack: Product) -> psutil.Process:
    worker = psutil.Process(stack.services["exports"].pid)
    expect_true(lambda: len(worker.children()) == 1)
    [only] = worker.children()
    return only


@pytest.mark.postgresql
def test_a_report_becomes_a_file(teacher: Teacher) -> None:
    export = teacher.press("pdf")
    expect_value(lambda: teacher.state(export)["state"], "done", seconds=180)
    assert teacher.get(f"/downloads/{export}/").startswith(b"%PDF-1.7")


def test_a_file_whose_worker_is_killed_is_made_by_the_next(stack: Product, teacher: Teacher) -> None:
    child(stack)
    export = teacher.press("pdf")
    expect_true(lambda: teacher.state(export)["progress"] > 0)
    os.kill(child(stack).pid, signal.SIGKILL)
    assert stack.manage("shell", "-v", "0", "-c", LONG_SILENT % export).strip() == "1"
    expect_value(lambda: teacher.state(export)["state"], "done", seconds=180)


def test_its_process_yields_to_the_worker_for_frames(stack: Product) -> None:
    expect_true(lambda: child(stack).nice() == 19)
    # Within its session; other services have sessions of their own.
    if (autogroup := Path(f"/proc/{child(stack).pid}/autogroup")).exists():
        assert autogroup.read_text().endswith("nice 5\n")
    loaded = {module.path for module in child(stack).memory_maps()}
    assert not any("openvino" in path or "cv2" in path for path in loaded)


@pytest.mark.postgresql
def test_it_packs_the_minutes_that_are_over(stack: Product) -> None:
    session_id = stack.manage("shell", "-v", "0", "-c", MEASURED_LESSON).strip()
    packs = PACKS_OF % session_id
    expect_true(lambda: int(stack.manage("shell", "-v", "0", "-c", packs)) >= 2, seconds=180)
