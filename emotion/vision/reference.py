"""What later pictures of a camera are compared with. Web processes may import it.

``stillness`` compares the pictures; the site keeps references in Redis from one frame to the next.
"""

import struct
from dataclasses import dataclass, replace

import numpy as np

# Grey levels by which the third most changed cell differs. A head that moves by one pixel of 320 (2 mm at a
# desk) has a median change of 5.1; by half a pixel, 2.5.
MOVED = 3.0
# Under noise of 12 grey levels one or two pictures of a hundred reach MOVED by chance, hardly ever in a row.
# So a change counts once it has lasted for two pictures, or at once from here on.
SURELY_MOVED = 4.0
STILL_AFTER = 20.0  # seconds: somebody who reads may sit still for some of them
# No noise at all is a frozen driver or a picture file. A flicker of one grey level reaches 0.6.
FROZEN = 1.0
FROZEN_AFTER = 6.0  # seconds
FEWEST_FRAMES = 4  # compared before a picture is called still; fewer may look the same by chance

_HEADER = struct.Struct("<dfIB?4f")


@dataclass(frozen=True)
class Reference:
    """What later pictures of one camera are compared with.

    box: x, y, width and height of the face, as shares of the picture.
    cells: (n, n) float32, mean grey levels of 0..255.
    since: seconds since 1970, or of another clock.
    frames: how many pictures looked the same until now.
    largest: the largest change among them, in grey levels.
    is_doubtful: whether the last one had changed, by less than SURELY_MOVED.
    """

    box: tuple[float, float, float, float]
    cells: np.ndarray
    since: float
    frames: int = 0
    largest: float = 0.0
    is_doubtful: bool = False

    def pack(self) -> bytes:
        head = _HEADER.pack(
            self.since, self.largest, self.frames, len(self.cells), self.is_doubtful, *self.box
        )
        return head + self.cells.astype(np.float16).tobytes()

    @classmethod
    def unpack(cls, packed: bytes) -> "Reference":
        since, largest, frames, side, is_doubtful, x, y, width, height = _HEADER.unpack_from(packed)
        cells = np.frombuffer(packed, np.float16, offset=_HEADER.size).astype(np.float32)
        return cls((x, y, width, height), cells.reshape(side, side), since, frames, largest, is_doubtful)

    def with_picture(self, change: float) -> "Reference":
        """This reference after one more picture, which differs by ``change`` grey levels."""
        largest = max(self.largest, change)
        return replace(self, frames=self.frames + 1, largest=largest, is_doubtful=change >= MOVED)

    def is_still(self, at: float) -> bool:
        """Whether nothing has changed for so long that this is no live face."""
        seconds = at - self.since
        is_frozen = self.largest < FROZEN and seconds >= FROZEN_AFTER
        return self.frames >= FEWEST_FRAMES and (is_frozen or seconds >= STILL_AFTER)
