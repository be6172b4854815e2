"""Do webcam crops show a face the way FER2013 does?

    python -m training.data.framing --images fer2013.csv.gz --video FILE

One instrument measures both: the detector, on 48x48 pictures enlarged in the middle of a grey canvas. What it
errs by on such pictures it errs by on both, so their difference is that of the framings alone. FRAMING in
emotion/vision/faces.py was set so that it vanishes; one person's own proportions leave about half a pixel.
"""

import argparse
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from emotion.vision.detector import FaceDetector
from emotion.vision.faces import FaceReader
from training.data.dataset import read_faces

ENLARGED, CANVAS = (
    80,
    128,
)  # px: faces as large as they are to the detector in a webcam frame, some room around
SURE = 0.6
SAMPLE = 3000  # images; the medians then stand to 0.1 px


def measure(crops: Iterable[np.ndarray]) -> np.ndarray:
    """(5, 2): the median place of each landmark in (48, 48) uint8 pictures, in their pixels."""
    detector, found = FaceDetector(), []
    edge = (CANVAS - ENLARGED) // 2
    for crop in crops:
        large = cv2.resize(crop, (ENLARGED, ENLARGED), interpolation=cv2.INTER_LINEAR)
        grey = cv2.mean(large)[0]
        canvas = cv2.copyMakeBorder(large, edge, edge, edge, edge, cv2.BORDER_CONSTANT, value=grey)
        faces = [face for face in detector.detect(canvas) if face.score > SURE]
        if faces:
            found.append((faces[0].landmarks - edge + 0.5) * (crop.shape[0] / ENLARGED) - 0.5)
    return np.median(found, axis=0)


def crops_of(video: Path) -> list[np.ndarray]:
    """Every sixth frame of a video as the worker would crop it, where it sees a face."""
    capture, reader, crops = cv2.VideoCapture(str(video)), FaceReader(), []
    while (read := capture.read())[0]:
        if len(crops) * 6 <= capture.get(cv2.CAP_PROP_POS_FRAMES):
            crops.append(reader.view(cv2.imencode(".jpg", read[1])[1].tobytes()).crop)
    return [crop for crop in crops if crop is not None]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--images", type=Path, required=True, help="fer2013.csv[.gz]; its Training rows are used"
    )
    parser.add_argument("--video", type=Path, required=True, help="a video of one face")
    options = parser.parse_args()
    images = read_faces(options.images).of("Training").images
    fer = measure(images[:: max(1, len(images) // SAMPLE)])
    webcam = measure(crops_of(options.video))
    for name, places in {"FER2013": fer, options.video.name: webcam, "difference": webcam - fer}.items():
        print(f"{name:>30}: {places.round(2).tolist()}")


if __name__ == "__main__":
    main()
