"""Frozen cameras, photos and posters, and people who sit still."""

from collections.abc import Iterable
from dataclasses import replace

import cv2
import numpy as np
import pytest

from emotion import references
from emotion.vision.inspector import FrameInspector
from emotion.vision.reference import FROZEN_AFTER, STILL_AFTER, Reference
from emotion.vision.states import FaceState
from emotion.vision.stillness import check_stillness
from tests.media import clips

pytestmark = pytest.mark.slow

BEGIN = 1_790_000_000.0


def states(
    inspector: FrameInspector, pictures: Iterable[np.ndarray], *, seconds: float = 1
) -> list[FaceState]:
    """What is found of pictures that a camera sends so many seconds apart."""
    reference, found = None, []
    for number, picture in enumerate(pictures):
        view, reference = check_stillness(
            inspector.inspect(clips.jpeg(picture)), BEGIN + number * seconds, packed(reference)
        )
        found.append(view.state)
    return found


def packed(reference: Reference | None) -> Reference | None:
    """As it comes back from Redis."""
    return reference and Reference.unpack(reference.pack())


def photo(place: int = 250, *, noise: float = 0, flicker: int = 0, count: int = 40) -> list[np.ndarray]:
    """The same picture again and again, under a camera's noise and light that flickers, in grey levels."""
    chance = np.random.default_rng(place)
    picture = clips.frames()[place].astype(float)
    return [
        clipped(
            picture
            + chance.normal(0, noise, picture.shape[:2])[..., None]
            + chance.integers(-flicker, flicker + 1)
        )
        for _ in range(count)
    ]


def clipped(picture: np.ndarray) -> np.ndarray:
    return picture.clip(0, 255).astype(np.uint8)


def swaying(*, pixels: float, count: int = 40) -> list[np.ndarray]:
    """A head that moves slowly from side to side, as by breathing, under a little noise."""
    moved = []
    for number, picture in enumerate(photo(noise=2, count=count)):
        shift = pixels * np.sin(2 * np.pi * number / 13)
        matrix = np.float32([[1, 0, shift], [0, 1, shift / 2]])
        moved.append(cv2.warpAffine(picture, matrix, picture.shape[1::-1], borderMode=cv2.BORDER_REPLICATE))
    return moved


@pytest.mark.parametrize("place", [60, 250, 400])
@pytest.mark.parametrize("flicker", [0, 1])
def test_a_frozen_camera_is_still_after_seconds(inspector, place, flicker):
    found = states(inspector, photo(place, flicker=flicker))
    assert FaceState.STILL not in found[: int(FROZEN_AFTER)]
    assert set(found[int(FROZEN_AFTER) :]) == {FaceState.STILL}


@pytest.mark.parametrize("noise", [4, 8, 12])
def test_a_photo_before_a_real_camera_is_still_after_half_a_minute(inspector, noise):
    found = states(inspector, photo(noise=noise, flicker=2, count=50))
    assert set(found[30:]) == {FaceState.STILL}


@pytest.mark.parametrize("place", [30, 228, 380])
def test_a_photo_under_much_noise_and_flicker_is_still_and_stays_so(inspector, place):
    found = states(inspector, photo(place, noise=12, flicker=4, count=60))
    assert set(found[int(STILL_AFTER) :]) == {FaceState.STILL}


def test_a_small_change_that_lasts_is_life(inspector):
    before, after = photo(250, noise=1), swaying(pixels=0.4)
    found = states(inspector, [*before[:25], *after[3:5]])
    assert found[-3:] == [FaceState.STILL, FaceState.STILL, FaceState.SEEN]


def test_light_that_changes_is_no_life(inspector):
    found = states(
        inspector, [clips.lit(picture, 1 + 0.01 * n) for n, picture in enumerate(photo(60, noise=2))]
    )
    assert set(found[int(STILL_AFTER) :]) == {FaceState.STILL}


@pytest.mark.parametrize("noise", [0, 2, 8])
def test_a_person_in_the_video_is_never_still(inspector, noise):
    chance = np.random.default_rng(1)
    frames = clips.frames()[::24]
    live = [clipped(frame + chance.normal(0, noise, frame.shape[:2])[..., None]) for frame in frames]
    assert FaceState.STILL not in states(inspector, live * 3)


def test_a_person_who_moves_in_a_minute_as_little_as_others_in_two_seconds_is_not_still(inspector):
    for begin in range(0, 480, 60):
        assert FaceState.STILL not in states(inspector, clips.frames()[begin : begin + 60])


def test_a_head_that_sways_by_two_millimetres_is_not_still(inspector):
    assert FaceState.STILL not in states(inspector, swaying(pixels=1.5))


def test_a_camera_that_goes_on_is_read_at_once(inspector):
    found = states(inspector, [*photo(250), *clips.frames()[:48:24]])
    assert found[-2:] == [FaceState.SEEN, FaceState.SEEN]


def test_a_slow_pace_needs_no_more_time(inspector):
    found = states(inspector, photo(count=12), seconds=4)
    assert set(found[:4]) == {FaceState.SEEN}
    assert set(found[4:]) == {FaceState.STILL}


def test_an_empty_room_stays_no_face(inspector):
    assert set(states(inspector, [clips.empty_room()] * 30)) == {FaceState.NONE}


def test_a_still_picture_has_neither_crop_nor_facing(inspector):
    picture = clips.jpeg(clips.frames()[250])
    reference = None
    for second in range(10):
        view, reference = check_stillness(inspector.inspect(picture), BEGIN + second, reference)
    assert (view.state, view.crop, view.facing) == (FaceState.STILL, None, None)


def test_a_picture_too_small_to_compare_begins_anew(inspector):
    seen = inspector.inspect(clips.jpeg(clips.frames()[250]))
    _, reference = check_stillness(seen, BEGIN, None)
    tiny = inspector.inspect(clips.jpeg(cv2.resize(clips.frames()[250], (16, 16))))
    assert tiny.face is None
    assert check_stillness(tiny, BEGIN + 1, replace(reference, box=(0.9, 0.9, 0.05, 0.05))) == (tiny, None)


def test_a_frame_from_before_the_reference_changes_nothing(inspector):
    view = inspector.inspect(clips.jpeg(clips.frames()[250]))
    _, reference = check_stillness(view, BEGIN, None)
    assert check_stillness(view, BEGIN - 1, reference) == (view, reference)


def test_a_reference_comes_back_from_redis_and_goes_when_it_is_forgotten(inspector):
    view = inspector.inspect(clips.jpeg(clips.frames()[250]))
    _, reference = check_stillness(view, BEGIN, None)
    references.keep({7: reference, 8: reference})
    assert references.load([7, 9])[7].cells == pytest.approx(reference.cells, abs=0.1)
    references.forget([7])
    assert list(references.load([7, 8])) == [8]
    references.keep({8: None})
    assert references.load([8]) == {}


@pytest.mark.parametrize("content", [b"", b"short", b"\x00" * 40, b"\xff" * 64])
def test_a_reference_of_another_version_is_ignored(empty_redis, content):
    empty_redis.set("frames:reference:7", content)
    references.load([7])  # nothing of it is raised


def test_a_reference_holds_no_more_than_eight_by_eight_grey_levels(inspector):
    _, reference = check_stillness(inspector.inspect(clips.jpeg(clips.frames()[250])), BEGIN, None)
    assert reference.cells.size <= 64
