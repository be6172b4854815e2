import cv2
import numpy as np
import pytest

from emotion.vision.geometry import FRAMING, Similarity, align
from emotion.vision.inspector import FrameInspector
from emotion.vision.light import DARK
from emotion.vision.states import FaceState, Facing
from tests.emotion.vision.observing import states
from tests.media import clips


@pytest.mark.slow
def test_the_face_is_seen_in_every_frame_of_the_video(look):
    assert states(look, clips.frames(clips.WITHOUT_HANDS)) == {FaceState.SEEN}


def test_a_seen_face_comes_with_its_crop_its_box_and_its_facing(look):
    view = look(clips.frames()[250])
    assert view.crop.shape == (48, 48)
    assert view.crop.dtype == np.uint8
    assert view.facing == Facing.CENTRE
    assert DARK < view.brightness <= 1
    x, y, width, height = view.face.box
    assert 100 < x + width / 2 < 240
    assert 60 < y + height / 2 < 180


@pytest.mark.slow
@pytest.mark.parametrize("width", [160, 320, 640, 1280])
def test_boxes_and_crops_do_not_depend_on_the_size_of_the_frame(look, width):
    small, other = look(clips.frames()[250]), look(clips.frames(width=640)[250])
    view = look(
        cv2.resize(clips.frames(width=640)[250], (width, width * 3 // 4), interpolation=cv2.INTER_AREA)
    )
    assert view.face.box * 320 / width == pytest.approx(small.face.box, abs=6)
    assert np.abs(view.crop.astype(int) - other.crop).mean() < 8


@pytest.mark.parametrize(
    ("degrees", "stretch"),
    # in SMILING she tilts her head herself, by up to 25 degrees
    [(degrees, clips.SMILING) for degrees in (-25, -15, 15, 25)]
    + [(degrees, clips.CALM) for degrees in (-55, -45, -35, 35, 45, 55)],
)
def test_a_tilted_head_is_set_upright(look, degrees, stretch):
    alike = []
    for frame in clips.frames(stretch)[:: 8 if stretch == clips.SMILING else 3]:
        upright, tilted = look(frame), look(clips.rolled(frame, degrees))
        assert tilted.state == FaceState.SEEN
        alike.append(np.corrcoef(upright.crop.ravel(), tilted.crop.ravel())[0, 1])
    assert np.median(alike) > 0.85  # 0.61 to 0.78 without a second look


def test_a_larger_crop_shows_the_same(look):
    frame = clips.frames()[250]
    large = FrameInspector(crop_size=96).inspect(clips.jpeg(frame)).crop
    assert large.shape == (96, 96)
    shrunk = cv2.resize(large, (48, 48), interpolation=cv2.INTER_AREA)
    assert np.abs(shrunk.astype(int) - look(frame).crop).mean() < 4


def test_nothing_is_remembered_from_one_frame_to_the_next(look):
    face, room = clips.frames()[250], clips.empty_room()
    first = look(face)
    assert look(room).state == FaceState.NONE
    again = look(face)
    assert np.array_equal(first.crop, again.crop)
    assert np.array_equal(first.face.box, again.face.box)


def test_the_similarity_is_recovered_and_is_least_squares():
    rng = np.random.default_rng(0)
    points, turn, shift = rng.normal(size=(5, 2)) * 20, 0.4 * np.exp(0.3j), 7 - 2j
    targets = turn * (points @ (1, 1j)) + shift
    found = Similarity.between(points, np.column_stack([targets.real, targets.imag]))
    assert (found.turn, found.shift) == pytest.approx((turn, shift))

    noisy = np.column_stack([targets.real, targets.imag]) + rng.normal(size=(5, 2))

    def error(a: complex, b: complex) -> float:
        return np.abs(a * (points @ (1, 1j)) + b - noisy @ (1, 1j)).__pow__(2).sum()

    found = Similarity.between(points, noisy)
    best = found.turn, found.shift
    assert all(
        error(best[0] + d, best[1] + e) > error(*best)
        for d in (1e-3, -1e-3, 1e-3j)
        for e in (0, 1e-2, -1e-2j)
    )


def test_an_empty_room_is_none(look):
    view = look(clips.empty_room())
    assert (view.state, view.crop, view.face, view.facing) == (FaceState.NONE, None, None, None)


@pytest.mark.slow
def test_a_person_who_leaves_the_picture_is_gone_and_then_back(look):
    clip = clips.leaving(clips.lasting(clips.frames(clips.SMILING), 6), out_after=2, back_after=4)
    seconds = np.arange(len(clip)) / clips.FPS
    assert states(look, [clip[n] for n in np.flatnonzero(seconds < 2)]) == {FaceState.SEEN}
    assert states(look, [clip[n] for n in np.flatnonzero((seconds > 2.5) & (seconds < 3.5))]) == {
        FaceState.NONE
    }
    assert states(look, [clip[n] for n in np.flatnonzero(seconds > 4)]) == {FaceState.SEEN}


@pytest.mark.slow
def test_a_face_at_a_third_of_its_light_is_still_read(look):
    assert states(look, [clips.lit(frame, 0.33) for frame in clips.frames(clips.WITHOUT_HANDS)[::15]]) == {
        FaceState.SEEN
    }


def test_darkness_without_a_face_is_too_dark_too(look):
    assert look(clips.lit(clips.empty_room(), 0.1)).state == FaceState.TOO_DARK
    assert look(np.zeros((240, 320, 3), np.uint8)).state == FaceState.TOO_DARK


def test_a_bright_window_does_not_light_a_dark_face(look):
    frame = clips.lit(clips.frames()[250], 0.1)
    frame[:100, :70] = 255
    assert look(frame).state == FaceState.TOO_DARK


def test_a_small_face_on_the_wall_behind_a_person_is_a_poster(look):
    smiling = clips.frames(clips.SMILING)
    posters = [clips.with_poster(frame, smiling[0], width=0.35) for frame in smiling[::12]]
    assert states(look, posters) == {FaceState.SEEN}


def test_a_blurred_face_is_unsure(look):
    blurred = [cv2.GaussianBlur(frame, (0, 0), 7) for frame in clips.frames()[::20]]
    assert states(look, blurred) == {FaceState.UNSURE}


def test_a_face_slightly_out_of_focus_is_read(look):
    soft = [cv2.GaussianBlur(frame, (0, 0), 1.5) for frame in clips.frames(clips.WITHOUT_HANDS)[::15]]
    assert states(look, soft) == {FaceState.SEEN}


def test_a_face_of_forty_pixels_is_read_and_one_of_twenty_is_not(look):
    def far_away(share: float) -> np.ndarray:
        return clips.with_poster(clips.empty_room(), clips.frames()[250], width=share)

    assert 36 < look(far_away(0.28)).face.width < 46
    assert look(far_away(0.28)).state == FaceState.SEEN
    assert look(far_away(0.14)).state in {FaceState.UNSURE, FaceState.NONE}


def test_a_face_half_out_of_the_picture_is_not_read(look):
    halves = [clips.moved(frame, 0.4) for frame in clips.frames()[::20]]
    assert states(look, halves) <= {FaceState.UNSURE, FaceState.NONE}


def test_the_share_outside_the_frame_is_measured():
    grey = np.zeros((200, 200), np.uint8)
    assert align(grey, FRAMING + 50, 48)[1] == 0
    assert align(grey, FRAMING - (24, 0), 48)[1] == 0.5
    assert align(grey, FRAMING - (100, 0), 48)[1] == 1
