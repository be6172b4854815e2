"""The least that a Django site can do with an answer: one view that saves one row. A floor to compare to."""

import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.site import clean_environ
from demo.product import ROOT
from demo.redis_server import free_port

APPLICATION = """
import django
from django.conf import settings

settings.configure(
    SECRET_KEY="floor", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[], INSTALLED_APPS=[],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "floor.sqlite3", "OPTIONS": {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;", "timeout": 20}}},
)
django.setup()

from django.core.asgi import get_asgi_application
from django.db import connection, models
from django.http import HttpResponse
from django.urls import path


class Answer(models.Model):
    chosen = models.IntegerField()

    class Meta:
        app_label = "floor"


def answer(request):
    if request.method == "POST":
        Answer.objects.create(chosen=int(request.POST["option"]))
    return HttpResponse()


with connection.schema_editor() as editor:
    editor.create_model(Answer)
urlpatterns = [path("answer/", answer)]
application = get_asgi_application()
"""
START_TIMEOUT = 60.0  # seconds


@contextmanager
def plain_view() -> Iterator[tuple[str, int]]:
    """The address of the view, and the id of its process."""
    port = free_port()
    url = f"http://localhost:{port}/answer/"
    with tempfile.TemporaryDirectory(prefix="classpulse-floor-") as folder:
        (Path(folder) / "floor.py").write_text(APPLICATION)
        command = [sys.executable, "-m", "uvicorn", "floor:application", "--port", str(port)]
        process = subprocess.Popen(
            [*command, "--log-level", "warning", "--lifespan", "off"],
            cwd=folder,
            env=clean_environ(PYTHONPATH=str(ROOT)),
        )
        try:
            _wait_until_it_answers(url)
            yield url, process.pid
        finally:
            process.terminate()
            process.wait()


def _wait_until_it_answers(url: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The plain view did not start.")
