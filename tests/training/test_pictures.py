import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion.vision.recogniser import Recogniser
from tests.emotion.official_files import pictures as crops
from tests.media import clips
from training.__main__ import main


def saved(folder: Path, expression: str, *shown: np.ndarray) -> Path:
    (folder / expression).mkdir(parents=True, exist_ok=True)
    for number, picture in enumerate(shown):
        cv2.imwrite(str(folder / expression / f"{number}.png"), picture)
    return folder


def evaluated(folder: Path, *extra: str) -> dict:
    figures = folder / "figures.json"
    main(["evaluate", "--pictures", str(folder), "--json", str(figures), *extra])
    return json.loads(figures.read_text())


def test_a_picture_that_is_not_read_is_counted_with_its_reason(tmp_path, capsys):
    saved(tmp_path, "Happy", *clips.frames(clips.SMILING)[-3:])
    saved(tmp_path, "neutral", clips.empty_room(), clips.lit(clips.frames()[250], 0.1))
    (tmp_path / "neutral" / "half.jpg").write_bytes(b"\xff\xd8 and no more")
    found = evaluated(tmp_path)
    assert found["states"] == {"seen": 3, "none": 1, "too_dark": 1, "unreadable": 1}
    assert (found["ferplus"]["accuracy"], found["ferplus"]["accuracy_of_all"]) == (1, 0.5)
    assert "of all 6, those not read counted as wrong: 50.00 %" in capsys.readouterr().out


def test_a_picture_that_no_browser_would_send_ends_nothing(tmp_path):
    saved(tmp_path, "happy", np.zeros((1, 1, 3), np.uint8), np.zeros((2, 1200, 3), np.uint8))
    assert sum(evaluated(tmp_path)["states"].values()) == 2


def test_crops_are_read_as_they_are(tmp_path):
    read = Recogniser.load().recognise(crops(4))
    saved(tmp_path, "anger", *crops(4))
    found = evaluated(tmp_path, "--crops")
    assert found["states"] == {"seen": 4}
    assert sum(found["fer2013"]["confusion"][0]) == found["fer2013"]["n"] == 4
    assert found["fer2013"]["confusion"][0] == np.bincount(read.fer2013.argmax(axis=1), minlength=7).tolist()


def test_crops_of_another_size_are_brought_to_the_networks(tmp_path):
    large = [np.kron(crop, np.ones((3, 3), np.uint8)) for crop in crops(2)]
    sizes = {"small": crops(2), "large": large}
    small, enlarged = (
        evaluated(saved(tmp_path / name, "fear", *shown), "--crops") for name, shown in sizes.items()
    )
    assert enlarged == small


def test_contempt_is_asked_of_the_head_that_knows_it_only(tmp_path):
    saved(tmp_path, "contempt", clips.frames(clips.SMILING)[-1])
    found = evaluated(tmp_path)
    assert "fer2013" not in found
    assert found["ferplus"]["n"] == 1


def test_of_pictures_none_of_which_was_read_nothing_is_claimed(tmp_path):
    found = evaluated(saved(tmp_path, "sad", clips.empty_room()))
    assert found.keys() == {"version", "n", "states"}
    assert (found["n"], found["states"]) == (1, {"none": 1})


@pytest.mark.parametrize(
    ("folder", "sentence"),
    [("joyful", "names no expression"), ("happy", "holds no pictures")],
)
def test_a_folder_without_labelled_pictures_is_one_sentence(folder, sentence, tmp_path):
    (tmp_path / folder).mkdir()
    with pytest.raises(SystemExit, match=sentence):
        main(["evaluate", "--pictures", str(tmp_path)])


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(SystemExit, match="does not exist"):
        main(["evaluate", "--pictures", str(tmp_path / "nowhere")])
