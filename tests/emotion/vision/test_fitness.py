"""What should not be read: turned and covered faces, lost detail, and pictures without anybody."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion.vision.fitness import Fitness
from emotion.vision.geometry import FRAMING
from emotion.vision.inspector import FrameInspector
from emotion.vision.states import FaceState
from tests.emotion.vision.observing import states
from tests.emotion.vision.official import official, public_test
from tests.media import clips
from training.data import video
from training.evaluation.trials import detail
from training.fit.fitness.annotations import COVERED, annotated
from training.fit.fitness.canvas import Canvas, is_covered
from training.fit.fitness.covers import COVERS
from training.fit.fitness.covers import thing as anything  # which may hide neither mouth nor eyes
from training.fit.fitness.crops import turned_frame
from training.fit.fitness.ordinary import ORDINARY

pytestmark = pytest.mark.slow

MEDIA = Path(__file__).parents[2] / "media"
NOT_READ = {FaceState.NONE, FaceState.TURNED, FaceState.UNSURE}


@pytest.fixture(scope="module")
def crop(inspector: FrameInspector) -> np.ndarray:
    return inspector.inspect(clips.jpeg(clips.frames()[250])).crop


def turned(frame: np.ndarray, degrees: float, *, mirrored: bool = False) -> np.ndarray:
    planes = [
        turned_frame(np.ascontiguousarray(frame[..., n]), degrees, mirrored=mirrored)[0] for n in range(3)
    ]
    return np.dstack(planes)


def test_a_face_on_its_side_is_turned_and_upright_it_is_read(look):
    assert look(cv2.imread(str(MEDIA / "turned-90.jpg"))).state == FaceState.TURNED
    assert look(cv2.imread(str(MEDIA / "turned-90-upright.jpg"))).state == FaceState.SEEN


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_face_that_is_upside_down_is_turned(look, mirrored):
    told = [look(turned(frame, 180, mirrored=mirrored)).state for frame in clips.frames()[::20]]
    assert set(told) <= NOT_READ
    assert told.count(FaceState.TURNED) > 0.8 * len(told)


@pytest.mark.parametrize("degrees", [120, 135, 150, 165, 195, 210, 225, 240])
def test_nothing_is_read_from_a_face_that_is_nearly_upside_down(look, degrees):
    assert states(look, [turned(frame, degrees) for frame in clips.frames()[::20]]) <= NOT_READ


@pytest.mark.parametrize("name", ["emoji-1F621.jpg", "emoji-1F634.jpg"])
def test_an_emoji_is_no_face(look, name):
    assert look(cv2.imread(str(MEDIA / name))).state == FaceState.NONE


def test_a_person_beside_an_emoji_is_alone(look):
    frame = clips.frames()[250].copy()
    frame[:100, :100] = cv2.resize(cv2.imread(str(MEDIA / "emoji-1F621.jpg")), (100, 100))
    assert look(frame).state == FaceState.SEEN


@pytest.mark.parametrize(
    ("what", "let_through"),
    [
        ("a hand at the lower lip", 0.2),
        ("a hand over mouth and eye", 0),
        ("fingers over a corner of the mouth", 0.1),
    ],
)
def test_few_faces_behind_a_real_hand_are_read(look, what, let_through):
    told = [look(clips.frames()[number]).state for number in video.HANDS[clips.VIDEO.name][what]]
    assert told.count(FaceState.SEEN) <= let_through * len(told)


@official
def test_most_faces_behind_real_hands_and_things_are_not_read(inspector):
    faces = public_test()
    letters = annotated(faces)
    told = [inspector.inspect_crop(face).state for face in faces[letters == COVERED]]
    assert len(told) > 150
    assert told.count(FaceState.SEEN) <= 0.35 * len(told)


def test_a_fist_at_the_lower_lip_is_not_read(inspector):
    assert inspector.inspect((MEDIA / "hand-before-mouth.jpg").read_bytes()).state == FaceState.UNSURE


def noisy(picture: np.ndarray) -> np.ndarray:
    return (picture + np.random.default_rng(0).normal(0, 6, picture.shape)).clip(0, 255).astype(np.uint8)


TREATED = {
    "mirrored": lambda picture: picture[:, ::-1],
    "enlarged": lambda picture: cv2.resize(picture, None, fx=1.5, fy=1.5),
    "shrunk": lambda picture: cv2.resize(picture, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA),
    "blurred": lambda picture: cv2.GaussianBlur(picture, (0, 0), 0.8),
    "noisy": noisy,
    "darker": lambda picture: clips.lit(picture, 0.6),
    "brighter": lambda picture: clips.lit(picture, 1.3),
    "cut": lambda picture: picture[:140, 60:300],
    "turned by 5 degrees": lambda picture: turned(picture, 5),
}


@pytest.mark.parametrize("how", TREATED)
def test_a_fist_is_not_read_whatever_was_done_to_the_picture(look, how):
    fist = cv2.imread(str(MEDIA / "hand-before-mouth.jpg"))
    assert look(np.ascontiguousarray(TREATED[how](fist))).state == FaceState.UNSURE


@pytest.mark.parametrize("quality", [60, 40, 20])
def test_a_fist_is_not_read_when_the_picture_is_compressed_once_more(inspector, quality):
    fist = cv2.imread(str(MEDIA / "hand-before-mouth.jpg"))
    written = cv2.imencode(".jpg", fist, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
    assert inspector.inspect(written).state == FaceState.UNSURE


def test_a_face_that_the_picture_cuts_at_the_chin_is_read(look):
    frame = clips.frames()[300]
    face = look(frame).face
    chin = round(face.box[1] + face.box[3])
    assert look(frame[:chin]).state == FaceState.SEEN


def test_an_answer_must_be_surer_where_detail_is_perhaps_lost():
    surer = [Fitness.surer_by(np.array([0, 0, 0, lost])) for lost in (0.2, 0.5, 0.6, 0.8, 0.95)]
    assert surer == pytest.approx([0, 0, 0.15, 0.45, 0.45])


@pytest.mark.parametrize(
    "cover",
    [cover for cover in dict.fromkeys(COVERS) if cover is not anything],
    ids=lambda cover: cover.__name__,
)
def test_most_of_what_is_drawn_over_mouth_or_eyes_is_noticed(inspector, crop, cover):
    told = [inspector.inspect_crop(drawn(crop, cover, seed)).state for seed in range(40)]
    assert told.count(FaceState.SEEN) <= 10


@pytest.mark.parametrize("thing", dict.fromkeys(ORDINARY), ids=lambda thing: thing.__name__)
def test_glasses_beards_and_scarves_are_not_covers(inspector, crop, thing):
    told = [inspector.inspect_crop(drawn(crop, thing, seed)).state for seed in range(40)]
    assert told.count(FaceState.SEEN) >= 34


LOST = {
    "moved 9 px": detail.moved(9),
    "moved 9 px upright": detail.moved(9, 90),
    "moved 13 px": detail.moved(13),
    "mosaic": detail.blocks(8),
    "Gaussian, JPEG": detail.after(detail.soft(2), detail.written(15)),
    "Gaussian, grain": detail.after(detail.soft(2), detail.grainy(10)),
    "dim, grain": detail.after(detail.dimmed(1 / 3), detail.grainy(20)),
    "interlaced": detail.combed(4),
}


@pytest.mark.parametrize("name", LOST)
def test_a_crop_whose_detail_is_lost_is_not_read(inspector, name):
    random, told = np.random.default_rng(3), []
    for frame in clips.frames(clips.WITHOUT_HANDS)[::30]:
        seen = inspector.inspect(clips.jpeg(frame)).crop
        told.append(inspector.inspect_crop(LOST[name](seen, random)).state)
    assert told.count(FaceState.SEEN) <= 0.5 * len(told)


def test_a_frame_blurred_by_a_movement_is_unsure(look):
    assert look(cv2.imread(str(MEDIA / "moving.jpg"))).state == FaceState.UNSURE


def test_a_crop_is_judged_alike_alone_and_among_others(crop):
    random = np.random.default_rng(0)
    crops = np.stack([crop, *(random.integers(0, 256, (31, 48, 48), np.uint8))])
    fitness = Fitness.load()
    together = fitness.graph.run(crops)
    alone = np.concatenate([fitness.graph.run(one[None]) for one in crops])
    assert np.abs(together - alone).max() < 1e-3


def drawn(crop: np.ndarray, cover, seed: int) -> np.ndarray:
    large = cv2.resize(crop, (96, 96), interpolation=cv2.INTER_CUBIC)
    canvas = Canvas(large, FRAMING, (), (), np.random.default_rng(seed))
    made, hidden = cover(canvas)
    while cover in COVERS and not is_covered(hidden):
        made, hidden = cover(canvas)
    return cv2.resize(made, (48, 48), interpolation=cv2.INTER_AREA)
