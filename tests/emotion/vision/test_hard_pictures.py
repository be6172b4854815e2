"""Pictures that other packages read wrongly, each with the right answer."""

import csv
import gzip
import importlib.util
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion.vision.inspector import FrameInspector
from emotion.vision.jpeg import BadFrame
from emotion.vision.labels import EXPRESSIONS
from emotion.vision.states import FaceState, Facing
from tests.emotion.vision.observing import states
from tests.emotion.vision.official import OFFICIAL_FILE, official
from tests.media import clips
from training.data import framing

pytestmark = pytest.mark.slow

# Medians over 3,000 Training images, printed by python -m training framing
FER2013_AS_MEASURED = np.array(
    [[14.51, 18.74], [32.52, 18.75], [23.12, 28.69], [16.14, 36.22], [31.2, 36.38]]
)


@pytest.fixture(scope="module")
def photographs() -> Path:
    found = importlib.util.find_spec("skimage")
    if found is None:
        pytest.skip("scikit-image is not installed, so its photographs are not at hand")
    return Path(found.origin).parent / "data"


def test_a_drawing_without_a_face_is_none(look):
    assert states(look, [clips.cartoon(seed) for seed in range(46)]) == {FaceState.NONE}


@pytest.mark.parametrize(
    "name", ["chelsea", "coffee", "brick", "gravel", "grass", "coins", "page", "text", "horse"]
)
def test_a_cat_a_cup_and_a_wall_have_no_face(look, photographs, name):
    assert look(cv2.imread(str(photographs / f"{name}.png"))).state == FaceState.NONE


def test_the_astronaut_is_seen_and_smiles(faces, recogniser, photographs):
    view = faces.inspect(clips.jpeg(cv2.imread(str(photographs / "astronaut.png"))))
    assert view.state == FaceState.SEEN
    assert view.facing == Facing.CENTRE
    assert view.face.box[:2] + view.face.box[2:] / 2 == pytest.approx([222, 115], abs=15)
    recognition = recogniser.recognise(view.crop[None])
    assert EXPRESSIONS[recognition.probabilities[0].argmax()] == "happiness"


def test_a_face_at_a_tenth_of_its_light_is_too_dark_to_read(look):
    for frame in [*clips.frames()[::20], *clips.frames(clips.CALM)]:
        view = look(clips.lit(frame, 0.1))
        assert view.state == FaceState.TOO_DARK
        assert view.crop is None


def test_an_astronaut_at_a_tenth_of_her_light_is_too_dark_to_read(look, photographs):
    astronaut = cv2.imread(str(photographs / "astronaut.png"))
    assert look(clips.lit(astronaut, 0.1)).state == FaceState.TOO_DARK


def test_two_or_four_people_are_several(look):
    a, b, c, d = (clips.frames()[n] for n in (0, 250, 320, 430))
    assert look(clips.side_by_side(a, b)).state == FaceState.SEVERAL
    assert look(clips.side_by_side(a, clips.mirrored(b), c, d)).state == FaceState.SEVERAL
    assert look(clips.side_by_side(a, b)).crop is None


def test_two_people_with_tilted_heads_are_several(look):
    a, b = (clips.rolled(frame, 40) for frame in clips.frames(clips.CALM)[::8][:2])
    assert look(clips.side_by_side(a, b)).state == FaceState.SEVERAL
    assert look(clips.side_by_side(a, clips.mirrored(b))).state == FaceState.SEVERAL


def test_five_people_in_a_row_are_several(look):
    people = [clips.frames(width=256)[n] for n in (0, 80, 250, 320, 430)]
    view = look(np.hstack(people))
    assert (view.state, view.crop) == (FaceState.SEVERAL, None)


@pytest.mark.parametrize("ending", [b"", b"\xff\xd9"])
@pytest.mark.parametrize("tenth", range(10))
def test_part_of_a_jpeg_is_never_answered(inspector, tenth, ending):
    frame = clips.jpeg(clips.frames()[250])
    with pytest.raises(BadFrame):
        inspector.inspect(frame[: len(frame) * tenth // 10] + ending)


def test_damaged_bytes_are_refused_or_looked_at_but_never_break_the_reader(inspector):
    rng, frame = np.random.default_rng(0), clips.jpeg(clips.frames()[250])
    outcomes = set()
    for _ in range(150):
        damaged = bytearray(frame)
        for at in rng.integers(2, len(frame), 3):
            damaged[at] = rng.integers(256)
        try:
            outcomes.add(inspector.inspect(bytes(damaged)).state)
        except BadFrame as refused:
            outcomes.add(refused.code)
    assert "truncated" in outcomes or "not_jpeg" in outcomes


def test_an_empty_picture_or_junk_leaves_the_reader_usable(inspector):
    for junk in (b"", b"junk", bytes(10_000)):
        with pytest.raises(BadFrame):
            inspector.inspect(junk)
    assert inspector.inspect(clips.jpeg(clips.frames()[250])).state == FaceState.SEEN


def framing_of(pictures: list[np.ndarray], faces: FrameInspector) -> np.ndarray:
    """Where the landmarks lie in the crops that the worker hands to the network, in pixels of 48."""
    crops = [faces.inspect(clips.jpeg(picture)).crop for picture in pictures]
    found = framing.measure([crop for crop in crops if crop is not None])
    return (found + 0.5) * 48 / crops[0].shape[0] - 0.5


@pytest.mark.parametrize(
    "seen_by",
    [
        lambda frame: frame,
        clips.mirrored,
        lambda frame: clips.lit(frame, 0.5),
        lambda frame: cv2.resize(frame, (640, 480)),
        # Farther from the camera.
        lambda frame: clips.with_poster(clips.empty_room(), frame, width=0.6),
    ],
    ids=["as it is", "mirrored", "dim", "twice as large", "farther away"],
)
def test_served_crops_are_framed_as_fer2013_is_to_about_a_pixel(faces, seen_by):
    # A box 1.4 times as large, as @vladmandic/human takes, would move eyes and mouth by 3 px.
    found = framing_of([seen_by(frame) for frame in clips.frames()[::6]], faces)
    # Frames in which a hand covers her face are not read, so those left are fewer and their medians coarser.
    assert np.abs(found - FER2013_AS_MEASURED).max() < 1.1


@pytest.mark.parametrize("degrees", [-25, -10, 10, 25])
def test_crops_of_a_tilted_head_are_framed_so_to_within_two_pixels(faces, degrees):
    found = framing_of([clips.rolled(frame, degrees) for frame in clips.frames()[::6]], faces)
    assert np.abs(found - FER2013_AS_MEASURED).max() < 2


@official
def test_fer2013_is_framed_as_these_tests_say_it_is():
    with gzip.open(OFFICIAL_FILE, "rt") as file:
        pixels = [row["pixels"].split() for row in islice(csv.DictReader(file), 600)]
    images = np.array(pixels, dtype=np.uint8).reshape(-1, 48, 48)
    assert np.abs(framing.measure(images) - FER2013_AS_MEASURED).max() < 0.4
