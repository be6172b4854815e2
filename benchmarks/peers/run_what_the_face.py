"""what-the-face-classification. Frames: Image_classifier.predict(), which finds a face with a Haar cascade.

Ready crops: its transform and its network, so that they are not charged for a search.
"""

import io

import numpy as np
import torch
from measure import answer
from PIL import Image

try:
    import torchvision  # noqa: F401
except RuntimeError:
    # This torchvision is compiled for CUDA and this torch is not. The peer uses only its transforms.
    # They are plain Python, and their import only needs these operators to have a name.
    operators = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        operators.define(f"{name}(Tensor boxes, Tensor scores, float iou_threshold) -> Tensor")

from what_the_face_classification.inference import Image_classifier

classifier = Image_classifier()
classifier.net.eval()


def classify(faces: np.ndarray) -> list[str | None]:
    crops = torch.stack([classifier.transform(Image.fromarray(face)) for face in faces])
    with torch.no_grad():
        return [classifier.classes[best] for best in classifier.net(crops).argmax(dim=1)]


def read(jpeg: bytes) -> str | None:
    label, _ = classifier.predict(Image.open(io.BytesIO(jpeg)))
    return label if label in classifier.classes else None


answer(classify, read)
