"""What can be said of a face before its expression. Light enough for a web process to import."""

from enum import StrEnum


class FaceState(StrEnum):
    SEEN = "seen"
    NONE = "none"
    SEVERAL = "several"
    UNSURE = "unsure"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    STILL = "still"  # the picture does not change: a frozen camera, or a photo
    TURNED = "turned"  # sideways or upside down
    LOOKING_DOWN = "looking_down"  # present, but an expression cannot be read from above


class Facing(StrEnum):
    CENTRE = "centre"
    ASIDE = "aside"
    AWAY = "away"
    # Its source has it, so the engagement table has it. No detector here can tell: an eye is one landmark of
    # five, and that point does not move when the lid closes. Nothing emits it.
    EYES_CLOSED = "eyes_closed"
