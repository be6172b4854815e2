"""what-the-face-classification: Image_classifier.predict() on frames, which looks for a face with Haar; on
ready crops its transform and its network, so that no search is charged to them.
"""

import io

import numpy as np
import torch
from measure import answer
from PIL import Image

try:
    import torchvision  # noqa: F401
except RuntimeError:
    # A torchvision compiled for CUDA beside a torch without it: its transforms, all that this peer uses, are
    # plain Python and only want these operators to have a name.
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
    word, _ = classifier.predict(Image.open(io.BytesIO(jpeg)))
    return word if word in classifier.classes else None


answer(classify, read)
