"""Pictures without a person: emoji, where Noto Color Emoji is installed, and folders of the user's."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from training.data.dataset import BadFile
from training.evaluation.trials.rows import Inputs, Row, of_nobody
from training.fit.fitness.crops import fitted, pictures_in

KIND = "nobody"
# From Debian's package fonts-noto-color-emoji.
EMOJI = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
DRAWN_AT = 109  # px, the only size that this font has
FRAME, SIDE = (240, 320), 200
GROUNDS = (255, 128, 20)  # grey levels behind an emoji
BLOCKS = ((0x1F400, 0x1F440), (0x1F466, 0x1F481), (0x1F600, 0x1F650), (0x1F910, 0x1F980), (0x1F9D0, 0x1F9E0))


def rows(inputs: Inputs) -> Iterator[Row]:
    if EMOJI.exists():
        yield of_nobody(inputs, KIND, "emoji: faces, people, animals", "Noto Color Emoji", list(emoji()))
    for folder in sorted(path for path in inputs.nobody.iterdir() if path.is_dir()) if inputs.nobody else ():
        frames = [fitted(picture) for _, picture in pictures_in(folder)]
        if not frames:
            raise BadFile(f"{folder} holds no picture that can be read.")
        yield of_nobody(inputs, KIND, folder.name, "pictures", frames)


def emoji() -> Iterator[np.ndarray]:
    """Frames (240, 320) uint8, each with one emoji on one of the GROUNDS."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(EMOJI, DRAWN_AT)
    for code in (code for first, end in BLOCKS for code in range(first, end)):
        ground = GROUNDS[code % len(GROUNDS)]
        drawn = Image.new("RGB", (136, 136), (ground,) * 3)
        ImageDraw.Draw(drawn).text((0, 4), chr(code), font=font, embedded_color=True)
        frame = np.full(FRAME, ground, np.uint8)
        top, left = (FRAME[0] - SIDE) // 2, (FRAME[1] - SIDE) // 2
        frame[top : top + SIDE, left : left + SIDE] = np.asarray(drawn.resize((SIDE, SIDE)).convert("L"))
        if frame.std() > 1:
            yield frame
