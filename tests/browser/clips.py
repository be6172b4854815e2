"""What a fake webcam shows: scenes of the face video in a row, as the .y4m that Chromium plays."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.media import clips

WIDTH = 640
# Of the video's pictures: twelve a second, and pages ask a camera for fifteen.
EVERY = 2


@dataclass(frozen=True)
class Scene:
    """A part of the face video, from second `start` to second `end`, or an empty room for that long."""

    start: float
    end: float
    empty: bool = False
    light: float = 1.0
    looking_down: bool = False
    upside_down: bool = False

    def pictures(self) -> list[np.ndarray]:
        if self.looking_down:
            # Half a second each.
            return [picture for picture in clips.looking_down(WIDTH) for _ in range(11)]
        if self.upside_down:
            turned = clips.frames((self.start, self.end), width=WIDTH)
            return [np.ascontiguousarray(picture[::-1, ::-1]) for picture in turned]
        if self.light != 1:
            return [
                clips.lit(picture, self.light)
                for picture in clips.frames((self.start, self.end), width=WIDTH)
            ]
        if self.empty:
            return [clips.empty_room(WIDTH)] * round((self.end - self.start) * clips.FPS)
        return clips.frames((self.start, self.end), width=WIDTH)


SAD = Scene(*clips.SAD)
SMILE = Scene(*clips.SMILING)
OVEREXPOSED = Scene(*clips.SMILING, light=3)
UPSIDE_DOWN = Scene(*clips.SMILING, upside_down=True)
LOOKING_DOWN = Scene(0.0, 0.5, looking_down=True)


def empty_room(seconds: float) -> Scene:
    return Scene(0.0, seconds, empty=True)


def clip(folder: Path, *scenes: Scene) -> Path:
    """The path of a .y4m with these scenes, written once per folder."""
    path = folder / f"{hashlib.sha1(repr(scenes).encode()).hexdigest()[:12]}.y4m"
    if path.exists():
        return path
    return clips.write_y4m(path, [picture for scene in scenes for picture in scene.pictures()], every=EVERY)
