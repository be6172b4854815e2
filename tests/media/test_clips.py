from itertools import pairwise

import cv2
import pytest

from tests.media import clips


def played(path) -> list:
    video, pictures = cv2.VideoCapture(str(path)), []
    while (read := video.read())[0]:
        pictures.append(read[1])
    return pictures


def test_a_y4m_file_plays_picture_for_picture(tmp_path):
    shown = played(clips.write_y4m(tmp_path / "calm.y4m", clips.frames(clips.CALM)))
    assert len(shown) == len(clips.frames(clips.CALM))
    assert shown[0].mean() == pytest.approx(clips.frames(clips.CALM)[0].mean(), abs=3)


def test_an_mjpeg_file_lasts_as_long_at_thirty_frames_a_second(tmp_path):
    pictures = clips.frames(clips.SMILING)
    shown = played(clips.write_mjpeg(tmp_path / "smile.mjpeg", pictures))
    assert len(shown) / 30 == pytest.approx(len(pictures) / clips.FPS, abs=0.1)


def test_a_lasting_clip_fills_its_time_without_a_jump():
    clip = clips.lasting(clips.frames(clips.CALM), 5)
    assert len(clip) == round(5 * clips.FPS)
    steps = [abs(a.astype(int) - b).mean() for a, b in pairwise(clip)]
    assert max(steps) < 6
