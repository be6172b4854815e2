"""The pictures in docs/: a moving class, a phone, the projector, a report, a workbook, a class with cameras.

python -m benchmarks.pictures docs

The students are those of a practice class, so every picture says that they are invented.
"""

import argparse
import base64
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from benchmarks.site import fresh_product
from demo.product import Product
from testbed.chromium import FLAGS, find_chromium
from testbed.inside import run_script
from testbed.pictures import write_manifest

DESKTOP: ViewportSize = {"width": 1280, "height": 860}
REPORT: ViewportSize = {"width": 1280, "height": 1560}
PHONE: ViewportSize = {"width": 390, "height": 780}
PROJECTOR: ViewportSize = {"width": 1280, "height": 720}
# Of the workbook's first page, in dots per inch.
WORKBOOK_DPI = 90
# Of the moving picture: pixels, milliseconds of one frame, and the quality of WebP.
MOVING_WIDTH, FRAME_MS, QUALITY = 960, 900, 62
LARGEST = 1_500_000  # bytes
ASKED_AT, CLOSED_AT, FRAMES = 4, 19, 26
# Minutes of class before the picture: the lesson that a practice class plays has become hard by then.
BEFORE = 15
SETTLING = 10.0  # seconds
TIMEOUT = 120_000.0  # milliseconds; a busy machine draws slowly
# While the past is played, the session is no practice class: a worker would play the present in it.
PLAY = """
import time
from datetime import timedelta
from activities.models import Hand
from classroom.models import ClassSession
from django.utils import timezone
from practice.practice_class import STEP, PracticeClass
session = ClassSession.objects.open().get(purpose="practice")
ClassSession.objects.filter(pk=session.pk).update(purpose="example")
time.sleep(STEP)
session.participants.all().delete()
session.opened_at = session.started_at = timezone.now() - timedelta(minutes={minutes})
for second in range(0, 60 * {minutes}, 2):
    PracticeClass(session, session.opened_at + timedelta(seconds=second)).step()
session.save()
Hand.objects.filter(participant__session=session).delete()
print('"%s"' % session.join_code)
"""
PROJECTOR_ADDRESS = """
from activities.projector import projector_token
from classroom.models import ClassSession
from django.urls import reverse
session = ClassSession.objects.open().get(purpose="practice")
print('"%s"' % reverse("projector", args=[projector_token(session)]))
"""
WORKBOOK = """
import base64
from classroom.models import ClassSession
from dashboards.report.report import Report
from django.utils import timezone
from exports.record import SessionRecord
from exports.workbook import workbook
session = ClassSession.objects.filter(purpose="example", mode="analytics").latest("opened_at")
made = workbook(SessionRecord.of(Report.of(session, timezone.now())))
print('"%s"' % base64.b64encode(made).decode())
"""
EXAMPLE = """
from classroom.models import ClassSession
print('"%s"' % ClassSession.objects.filter(purpose="example", mode="{mode}").latest("opened_at").pk)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description="The README's pictures.")
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    if not (chromium := find_chromium()):
        print("The pictures need Chrome or Chromium.", file=sys.stderr)
        return 1
    if not (shutil.which("soffice") and shutil.which("pdftoppm")):
        print("The picture of the workbook needs LibreOffice and poppler-utils.", file=sys.stderr)
        return 1
    with sync_playwright() as playwright, fresh_product() as product:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        take_pictures(product, browser, arguments.folder)
        browser.close()
    write_manifest()
    return 0


def take_pictures(product: Product, browser: Browser, folder: Path) -> None:
    demo = json.loads(product.manage("demo_class"))
    teacher = browser.new_context(viewport=DESKTOP, color_scheme="light").new_page()
    teacher.set_default_timeout(TIMEOUT)
    _sign_in(teacher, product, demo)
    _take_report(teacher, product, folder)
    _take_workbook(product, folder)
    code = _begin_practice(teacher, product, "participation")
    phone = _join(browser, product, code)
    projector = _open_projector(browser, product)
    time.sleep(SETTLING)
    _take_moving(teacher, phone, folder)
    _save(projector, folder / "projector.png")
    _end(product)
    _begin_practice(teacher, product, "analytics")
    time.sleep(SETTLING)
    _save(teacher, folder / "live.png")


def _sign_in(teacher: Page, product: Product, demo: dict[str, str]) -> None:
    teacher.goto(f"{product.url}/accounts/login/")
    teacher.fill("input[name=username]", demo["username"])
    teacher.fill("input[name=password]", demo["password"])
    teacher.press("input[name=password]", "Enter")
    teacher.wait_for_url(f"{product.url}/")


def _take_report(teacher: Page, product: Product, folder: Path) -> None:
    session_id = run_script(product, EXAMPLE.format(mode="participation"))
    teacher.goto(f"{product.url}/sessions/{session_id}/report/")
    teacher.set_viewport_size(REPORT)
    teacher.wait_for_timeout(3000)
    _save(teacher, folder / "report.png")
    teacher.set_viewport_size(DESKTOP)


def _take_workbook(product: Product, folder: Path) -> None:
    """The first page of a lesson's workbook, as LibreOffice prints it."""
    made = base64.b64decode(run_script(product, WORKBOOK))
    with tempfile.TemporaryDirectory() as place:
        book = Path(place) / "lesson.xlsx"
        book.write_bytes(made)
        office = ["soffice", f"-env:UserInstallation=file://{place}/office", "--headless"]
        _run(*office, "--convert-to", "pdf", "--outdir", place, str(book))
        page = ["pdftoppm", "-png", "-singlefile", "-f", "1", "-l", "1", "-r", str(WORKBOOK_DPI)]
        _run(*page, str(book.with_suffix(".pdf")), str(folder / "workbook"))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT / 1000)


def _open_projector(browser: Browser, product: Product) -> Page:
    projector = browser.new_context(viewport=PROJECTOR, color_scheme="light").new_page()
    projector.set_default_timeout(TIMEOUT)
    projector.goto(f"{product.url}{run_script(product, PROJECTOR_ADDRESS)}")
    return projector


def _begin_practice(teacher: Page, product: Product, mode: str) -> str:
    """Start a practice class, play its first minutes, open its live page and return the code."""
    teacher.goto(f"{product.url}/")
    teacher.click(f"button[name=mode][value={mode}]")
    teacher.wait_for_url("**/sessions/**")
    code = str(run_script(product, PLAY.format(minutes=BEFORE)))
    teacher.reload()
    return code


def _join(browser: Browser, product: Product, code: str) -> Page:
    phone = browser.new_context(viewport=PHONE, color_scheme="light", device_scale_factor=2).new_page()
    phone.set_default_timeout(TIMEOUT)
    phone.goto(f"{product.url}/join/?code={code}")
    phone.fill("input[name=display_name]", "Sam")
    phone.press("input[name=display_name]", "Enter")
    phone.wait_for_url("**/room/**")
    return phone


def _take_moving(teacher: Page, phone: Page, folder: Path) -> None:
    """Film a question that is asked, answered and closed, and the phone while it is open."""
    frames = []
    for number in range(FRAMES):
        if number == ASKED_AT:
            teacher.get_by_role("button", name="Clear?", exact=True).first.click()
        if number == CLOSED_AT:
            _save(phone, folder / "phone.png")
            teacher.get_by_role("button", name="Close", exact=True).first.click()
        frames.append(_frame(teacher))
        teacher.wait_for_timeout(FRAME_MS)
    path = folder / "class.webp"
    moving = cv2.Animation()
    moving.frames, moving.durations = frames, [FRAME_MS] * FRAMES
    if not cv2.imwriteanimation(str(path), moving, [cv2.IMWRITE_WEBP_QUALITY, QUALITY]):
        raise SystemExit(f"{path} cannot be written.")
    size = path.stat().st_size
    print(f"{path} has {len(frames)} frames and {size / 1000:.0f} kB")
    if size > LARGEST:
        raise SystemExit(f"{path} is larger than {LARGEST / 1000:.0f} kB.")


def _frame(page: Page) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    height = round(picture.shape[0] * MOVING_WIDTH / picture.shape[1])
    return cv2.resize(picture, (MOVING_WIDTH, height), interpolation=cv2.INTER_AREA)


def _end(product: Product) -> None:
    run_script(
        product,
        "from classroom.models import ClassSession\n"
        'ClassSession.objects.open().get(purpose="practice").close()\nprint("true")',
    )


def _save(page: Page, path: Path) -> None:
    page.screenshot(path=path)
    print(f"{path} has {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    sys.exit(main())
