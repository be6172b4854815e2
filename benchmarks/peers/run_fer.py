"""fer (Justin Shenk). Frames: detect_emotions() with its defaults, a Haar cascade and a TFLite network.

Ready crops: that network as detect_emotions() feeds it, without the search, the margin and the rounding.
"""

import cv2
import numpy as np
from fer.fer import FER
from measure import answer

reader = FER()
SIDE = 64
LABELS = [label for _, label in sorted(FER._get_labels().items())]


def classify(faces: np.ndarray) -> list[str | None]:
    enlarged = np.stack([cv2.resize(face, (SIDE, SIDE)) for face in faces]).astype(np.float32)
    return [LABELS[best] for best in reader._classify_emotions((enlarged / 255 - 0.5) * 2).argmax(axis=1)]


def read(jpeg: bytes) -> str | None:
    found = reader.detect_emotions(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR))
    return max(found[0]["emotions"], key=found[0]["emotions"].get) if found else None


answer(classify, read)
