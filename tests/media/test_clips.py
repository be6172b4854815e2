from itertools import pairwise

import cv2
import pytest

from tests.media import clips


def played(path) -> list:
    video, pictures = cv2.VideoCapture(str(path)), []
    while (read := video.read())[0]:
        pictures.append(read[1])
    return pictures


@pytest.mark.slow
def test_a_y4m_file_plays_picture_for_picture(tmp_path):
    shown = played(clips.write_y4m(tmp_path / "calm.y4m", clips.frames(clips.CALM)))
    assert len(shown) == len(clips.frames(clips.CALM))
    assert shown[0].mean() == pytest.approx(clips.frames(clips.CALM)[0].mean(), abs=3)


@pytest.mark.slow
def test_a_y4m_file_of_every_second_picture_lasts_as_long(tmp_path):
    pictures = clips.frames(clips.CALM)
    path = clips.write_y4m(tmp_path / "calm.y4m", pictures, every=2)
    pace = cv2.VideoCapture(str(path)).get(cv2.CAP_PROP_FPS)
    assert len(played(path)) / pace == pytest.approx(len(pictures) / clips.FPS, abs=0.1)


def test_a_lasting_clip_fills_its_time_without_a_jump():
    clip = clips.lasting(clips.frames(clips.CALM), 5)
    assert len(clip) == round(5 * clips.FPS)
    steps = [abs(a.astype(int) - b).mean() for a, b in pairwise(clip)]
    assert max(steps) < 6
