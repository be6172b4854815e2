"""Small files in the official FER2013 and FER+ formats, with generated pictures instead of faces."""

from pathlib import Path

import numpy as np

SPLITS = {"Training": 48, "PublicTest": 16, "PrivateTest": 8}
HEADER = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"


def pictures(count: int, seed: int = 0) -> np.ndarray:
    """(count, 48, 48) uint8: random patches about as large as the parts of a face."""
    coarse = np.random.default_rng(seed).integers(0, 256, (count, 6, 6))
    return np.kron(coarse, np.ones((1, 8, 8))).astype(np.uint8)


def write_images(path: Path, splits: dict[str, int] = SPLITS) -> Path:
    usages = [split for split, count in splits.items() for _ in range(count)]
    rows = [
        f"{place % 7},{' '.join(map(str, picture.ravel()))},{usage}"
        for place, (picture, usage) in enumerate(zip(pictures(len(usages)), usages, strict=True))
    ]
    path.write_text("\n".join(["emotion,pixels,Usage", *rows]) + "\n")
    return path


def write_votes(path: Path, splits: dict[str, int] = SPLITS) -> Path:
    usages = [split for split, count in splits.items() for _ in range(count)]
    rows = [f"{usage},fer{place:07}.png,{_nine_votes(place % 8)},1,0" for place, usage in enumerate(usages)]
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return path


def _nine_votes(expression: int) -> str:
    return ",".join("9" if column == expression else "0" for column in range(8))
