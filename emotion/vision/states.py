"""What a picture shows of a face, but for its expression. A web process may import this file."""

from enum import StrEnum


class FaceState(StrEnum):
    """What a picture shows. Only a face that is SEEN may have an expression."""

    SEEN = "seen"
    NONE = "none"
    SEVERAL = "several"
    UNSURE = "unsure"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    # The picture does not change: a frozen camera, or a photo.
    STILL = "still"
    # Sideways or upside down.
    TURNED = "turned"
    # Present, but an expression cannot be read from above.
    LOOKING_DOWN = "looking_down"


class Facing(StrEnum):
    """Which way a head is turned."""

    CENTRE = "centre"
    ASIDE = "aside"
    AWAY = "away"
    # Never emitted: an eye is one landmark of five, and that point does not move when the lid closes. It is
    # here because the source of the engagement formula has a weight for it.
    EYES_CLOSED = "eyes_closed"
