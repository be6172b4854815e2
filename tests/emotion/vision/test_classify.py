import csv
import io
import os
import subprocess
import sys

import cv2
import numpy as np
import pytest
from PIL import Image

from emotion.vision.labels import EXPRESSIONS
from emotion.vision.recogniser import Recogniser
from tests.emotion.vision.classifying import ROOT, VARYING_RATE, picture, rows
from tests.media import clips

pytestmark = pytest.mark.usefixtures("loaded_once")


@pytest.mark.slow
def test_a_picture_of_a_smile_is_one_row_with_all_its_facts(tmp_path):
    [row] = rows(picture(tmp_path, clips.frames(clips.SMILING)[-1]))
    assert (row["face"], row["expression"], row["unsure"]) == ("seen", "happiness", "no")
    assert sum(float(row[name]) for name in EXPRESSIONS) == pytest.approx(1, abs=0.001)
    assert 0 <= float(row["engagement"]) <= 1
    assert row["recogniser_version"] == Recogniser.load().version


@pytest.mark.slow
def test_a_phones_portrait_is_turned_as_its_exif_says(tmp_path):
    lying = Image.fromarray(np.rot90(clips.frames(clips.SMILING)[-1][:, :, ::-1]))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter
    lying.save(tmp_path / "portrait.jpg", exif=exif, quality=90)
    [row] = rows(tmp_path / "portrait.jpg")
    assert row["expression"] == "happiness"


@pytest.mark.slow
def test_a_large_photograph_is_read_like_a_small_one(tmp_path):
    large = cv2.resize(clips.frames(clips.SMILING, width=640)[-1], (4000, 3000))
    [row] = rows(picture(tmp_path, large, "frame.jpg"), "--annotated", tmp_path / "copy.jpg")
    assert row["expression"] == "happiness"
    assert max(cv2.imread(str(tmp_path / "copy.jpg")).shape) == 1280


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shown", "face"),
    [
        (clips.empty_room, "none"),
        (lambda: clips.lit(clips.frames()[250], 0.1), "too_dark"),
        (lambda: clips.side_by_side(clips.frames()[0], clips.frames()[250]), "several"),
        (lambda: cv2.GaussianBlur(clips.frames()[250], (0, 0), 9), "unsure"),
    ],
)
def test_where_nothing_can_be_said_the_row_says_why_and_no_more(tmp_path, shown, face):
    [row] = rows(picture(tmp_path, shown()))
    assert row["face"] == face
    assert {row[name] for name in ("expression", "engagement", *EXPRESSIONS)} == {""}
    assert row["unsure"] == ("yes" if face == "unsure" else "no")


def test_the_first_page_of_a_file_is_read_and_a_remark_names_the_others(tmp_path):
    first, second = (Image.fromarray(clips.frames()[place][:, :, ::-1].copy()) for place in (250, 0))
    first.save(tmp_path / "pages.tiff", save_all=True, append_images=[second])
    output = io.StringIO()
    [row] = rows(tmp_path / "pages.tiff", stderr=output)
    assert row["expression"] == "happiness"
    assert "holds 2 pictures; the first one is read" in output.getvalue()


@pytest.mark.parametrize("ending", ["png", "webp", "tiff"])
def test_what_is_transparent_is_not_read(tmp_path, ending):
    smile = Image.fromarray(clips.frames(clips.SMILING)[-1][:, :, ::-1].copy()).convert("RGBA")
    for name, alpha in (("shown", 255), ("cut", 0)):
        smile.putalpha(alpha)
        smile.save(tmp_path / f"{name}.{ending}", exact=True)  # with the colours of what cannot be seen
    faces = [rows(tmp_path / f"{name}.{ending}")[0]["face"] for name in ("shown", "cut")]
    assert faces == ["seen", "none"]


def test_a_photo_with_a_video_behind_it_says_that_only_the_photo_is_read(tmp_path):
    photo = clips.jpeg(clips.frames()[250]) + clips.VIDEO.read_bytes()[:2000]
    (tmp_path / "motion.jpg").write_bytes(photo)
    output = io.StringIO()
    [row] = rows(tmp_path / "motion.jpg", stderr=output)
    assert row["expression"] == "happiness"
    assert "also holds a video, which is not read" in output.getvalue()


def test_an_annotated_picture_differs_only_where_something_is_drawn(tmp_path):
    original = picture(tmp_path, clips.frames()[250])
    rows(original, "--annotated", tmp_path / "copy.png")
    change = np.abs(cv2.imread(str(tmp_path / "copy.png")).astype(int) - clips.frames()[250]).max(axis=2)
    assert 0 < (change > 0).mean() < 0.15


def test_the_rows_go_to_a_file_on_request(tmp_path):
    assert rows(picture(tmp_path, clips.empty_room()), "--csv", tmp_path / "rows.csv") == []
    [row] = csv.DictReader((tmp_path / "rows.csv").open())
    assert row["face"] == "none"


@pytest.mark.slow
@pytest.mark.parametrize("program", [["-m", "emotion.vision"], ["manage.py", "classify"]])
def test_it_needs_no_settings_and_no_server(tmp_path, program):
    done = subprocess.run(
        [sys.executable, *program, picture(tmp_path, clips.empty_room())],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert "0.000,none" in done.stdout


@pytest.mark.slow
def test_a_program_that_reads_only_the_first_rows_gets_them_without_a_complaint():
    reading = subprocess.Popen(
        [sys.executable, "-m", "emotion.vision", str(VARYING_RATE)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reading.stdout.readline().startswith("seconds,face")
    reading.stdout.close()
    assert reading.stderr.read() == ""
    assert reading.wait() == 0


@pytest.mark.slow
def test_the_library_needs_no_django():
    code = "import sys, emotion.vision.command, emotion.vision.reader; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
