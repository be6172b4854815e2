"""Videos, and animated pictures."""

import io
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from emotion.vision.files.sources import source
from tests.emotion.vision.classifying import MEDIA, VARYING_RATE, refused, rows
from tests.media import clips

pytestmark = pytest.mark.usefixtures("loaded_once")


@pytest.mark.slow
def test_a_video_is_a_row_every_so_many_seconds(tmp_path):
    found = rows(clips.VIDEO, "--every", 4)
    assert [float(row["seconds"]) for row in found] == pytest.approx([0, 4, 8, 12, 16], abs=0.05)
    assert found[4]["expression"] == "happiness"


@pytest.mark.slow
def test_a_video_of_varying_rate_has_the_times_at_which_its_pictures_are_shown():
    found = rows(VARYING_RATE, "--every", 1)
    assert [float(row["seconds"]) for row in found] == list(range(10))
    assert [row["expression"] for row in found] == ["sadness"] * 4 + ["happiness"] * 6
    every = [float(row["seconds"]) for row in rows(VARYING_RATE)]
    assert len(every) == 123
    assert every[-1] == pytest.approx(9.769)
    assert every == sorted(every)


@pytest.mark.parametrize("every", ["-1", "nan", "inf", "often", "1,5", "0.0001", "1e-300"])
def test_a_time_between_pictures_that_is_none_is_refused(every):
    output = io.StringIO()
    with refused("2"):  # argparse's exit status
        rows(VARYING_RATE, f"--every={every}", stderr=output)
    assert f"--every: {every} is not 0 or a number of seconds" in output.getvalue()


@pytest.mark.parametrize("name", ["mostly-still.webm", "trimmed.mp4"])
def test_a_video_with_fewer_pictures_than_its_rate_says_is_not_called_cut_off(name):
    output = io.StringIO()
    assert rows(MEDIA / name, "--every", 1, stderr=output)
    assert output.getvalue() == ""


def test_a_part_of_a_longer_recording_is_not_called_cut_off():
    output = io.StringIO()
    found = rows(MEDIA / "late-start.mkv", "--every", 1, stderr=output)  # its clock begins at 100 s
    assert [float(row["seconds"]) for row in found] == [0, 1]
    assert output.getvalue() == ""


def test_pictures_are_read_as_wide_as_they_are_shown():
    found = rows(MEDIA / "squeezed.mp4")  # square in the file, shown 16:9, as camcorders record
    assert {row["expression"] for row in found} == {"happiness"}
    [shown, *_] = [picture for _, picture in source(MEDIA / "squeezed.mp4", every=0).pictures()]
    assert shown.shape == (360, 640, 3)


def test_a_video_that_is_cut_off_says_how_much_of_it_there_is(tmp_path):
    half, output = tmp_path / "half.webm", io.StringIO()
    half.write_bytes((MEDIA / "mostly-still.webm").read_bytes()[:12_000])
    assert rows(half, "--every", 1, stderr=output)
    assert re.search(r"half\.webm ends after [\d.]+ of the 6\.0 s it announces", output.getvalue())


def animation(folder: Path, ending: str) -> Path:
    """Nearly neutral for 4 s, then a smile for 1.5 s."""
    frames = clips.frames()
    first, *others = (Image.fromarray(frames[place][:, :, ::-1].copy()) for place in (0, 250, 400))
    path = folder / f"moving.{ending}"
    first.save(path, save_all=True, append_images=others, duration=[4000, 500, 1000])
    return path


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["gif", "png", "webp"])
def test_an_animated_picture_is_read_as_the_video_it_is(tmp_path, ending):
    found = rows(animation(tmp_path, ending))
    assert [float(row["seconds"]) for row in found] == [0, 4, 4.5]
    assert [row["expression"] for row in found] == ["neutral", "happiness", "happiness"]
    assert len(rows(animation(tmp_path, ending), "--every", 1)) == 6


@pytest.mark.slow
@pytest.mark.parametrize("milliseconds", [0, 10])
@pytest.mark.parametrize("ending", ["png", "webp"])
def test_an_animation_without_times_has_those_that_browsers_give_it(tmp_path, ending, milliseconds):
    first, second, third = (
        Image.fromarray(clips.frames()[place][:, :, ::-1].copy()) for place in (0, 250, 400)
    )
    path = tmp_path / f"quick.{ending}"
    first.save(path, save_all=True, append_images=[second, third], duration=milliseconds)
    assert [float(row["seconds"]) for row in rows(path)] == pytest.approx([0, 0.1, 0.2])
    assert len(rows(path, "--every", 1)) == 1


@pytest.mark.slow
def test_the_copy_of_an_animation_lasts_as_long_as_the_animation(tmp_path):
    rows(animation(tmp_path, "gif"), "--annotated", tmp_path / "copy.mp4")
    copy = cv2.VideoCapture(str(tmp_path / "copy.mp4"))
    assert copy.get(cv2.CAP_PROP_FRAME_COUNT) / copy.get(cv2.CAP_PROP_FPS) == pytest.approx(5.5, abs=0.05)


def test_a_photo_shown_for_long_in_a_video_is_still(tmp_path):
    photo, other = (Image.fromarray(clips.frames()[place][:, :, ::-1].copy()) for place in (250, 0))
    photo.save(tmp_path / "photo.gif", save_all=True, append_images=[other], duration=[30_000, 1000])
    found = [row["face"] for row in rows(tmp_path / "photo.gif", "--every", 1)]
    assert found == ["seen"] * 6 + ["still"] * 24 + ["seen"]


@pytest.mark.slow
def test_the_annotated_video_has_a_picture_a_row_with_the_reading_in_it(tmp_path):
    copy = tmp_path / "copy.mp4"
    found = rows(clips.VIDEO, "--every", 5, "--annotated", copy, "--regions")
    video, shown = cv2.VideoCapture(str(copy)), []
    while (read := video.read())[0]:
        shown.append(read[1])
    assert len(shown) == len(found) == 4
    assert shown[0].shape == clips._video()[0].shape
    assert np.abs(shown[0].astype(int) - clips._video()[0]).max() > 100
