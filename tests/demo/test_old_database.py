"""The database of a demo from version 0.1.0 is migrated, and its session can still be read."""

import csv
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from demo.product import Product
from demo.redis_server import free_port
from demo.web_client import WebClient
from testbed.inside import run_script
from tests.conftest import CLEAN_ENVIRON, running

pytestmark = pytest.mark.stack

DUMP = Path(__file__).parent / "e579d07.sql"
SESSION = "65027bcb-5784-454e-994f-a52d398ab58a"
RECORDED_ON = date(2026, 11, 27)
READINGS = 129
# Version 0.1.0 had no confirmed approvals. A migrated one ends on its last day, until somebody confirms it.
CONFIRM = """
import json
from classroom.models import Approval
approval = Approval.objects.filter(sessions="{session}")
print(json.dumps(approval.update(is_confirmed=True, valid_until="2999-12-31")))
"""
COUNT = """
import json
from emotion.models import BucketSummary, Reading
readings = Reading.objects.filter(session="{session}")
versions = sorted(set(readings.values_list("engagement_version", flat=True)))
print(json.dumps([readings.count(), versions, BucketSummary.objects.filter(session="{session}").count()]))
"""


def restore(path: Path) -> None:
    """Load the dump as if it had been recorded yesterday: readings are erased after some months."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    days = (yesterday - RECORDED_ON).days
    with closing(sqlite3.connect(path)) as database:
        database.executescript(DUMP.read_text().replace(RECORDED_ON.isoformat(), yesterday.isoformat()))
        database.execute(
            "UPDATE emotion_bucketsummary SET bucket = bucket + :days * 8640, "
            "first = first + :days * 86400, last = last + :days * 86400",
            {"days": days},
        )
        database.commit()


@pytest.fixture(scope="module")
def product(
    tmp_path_factory: pytest.TempPathFactory, prepare: Callable[[Product], Product]
) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("old")
    restore(folder / "demo.sqlite3")
    # The old session was never closed: in the evening it is so long that a worker would make its files.
    environ = CLEAN_ENVIRON | {"LARGEST_IMMEDIATE_EXPORT": "1000000"}
    with running(prepare(Product(folder, port=free_port(), environ=environ))) as product:
        product.manage("demo_class")
        yield product


@pytest.fixture(scope="module")
def teacher(product: Product) -> WebClient:
    client = WebClient()
    page = client.get(f"{product.url}/accounts/login/")
    client.submit(page, page.form_with("password"), username="demo-teacher", password="demo")
    return client


def test_every_reading_of_the_old_database_is_kept(product: Product):
    readings, versions, summaries = run_script(product, COUNT.format(session=SESSION))
    assert (readings, versions) == (READINGS, ["1"])
    assert summaries == 15


def test_the_report_of_the_old_session_waits_for_the_approval_and_then_shows_its_readings(
    product: Product, teacher: WebClient
):
    address = f"{product.url}/sessions/{SESSION}/report/"
    assert "No administrator has confirmed the approval" in teacher.get(address).html
    assert run_script(product, CONFIRM.format(session=SESSION)) == 1
    report = teacher.get(address).html
    assert "No administrator has confirmed" not in report
    ada = re.sub(r"<[^>]+>", " ", report[report.index("Ada 1 (simulated)") :])
    assert re.search(r"54% +\(usual 67%\)", " ".join(ada.split()))


def test_the_csv_of_the_old_session_holds_its_students(product: Product, teacher: WebClient):
    run_script(product, CONFIRM.format(session=SESSION))
    text = teacher.get(f"{product.url}/sessions/{SESSION}/report.csv").html
    rows = [row for row in csv.DictReader(text.removeprefix("\ufeff").splitlines()) if row["readings"] != "0"]
    ada = [row for row in rows if row["participant"].strip() == "Ada 1 (simulated)"]
    assert sum(int(row["readings"]) for row in ada) == 43
    assert (ada[0]["expression"], ada[0]["score"], ada[0]["engagement_version"]) == ("sadness", "0.387", "1")
