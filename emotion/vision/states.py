"""What a picture shows of a face, apart from its expression. Web processes may import it."""

from enum import StrEnum


class FaceState(StrEnum):
    """What a picture shows. Only a face that is SEEN may have an expression."""

    SEEN = "seen"
    NONE = "none"
    SEVERAL = "several"
    # A face, but too small, covered, cut off, blurred, in profile, or of no clear expression.
    UNSURE = "unsure"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    # The picture does not change: a frozen camera, or a photo.
    STILL = "still"
    # Sideways or upside down.
    TURNED = "turned"
    # The student is present, but an expression cannot be read from above.
    LOOKING_DOWN = "looking_down"


class Facing(StrEnum):
    """Which way a head is turned."""

    CENTRE = "centre"
    ASIDE = "aside"
    AWAY = "away"
    # Never emitted: each eye is one of the five landmarks, which does not move when the lid closes. It is
    # here because the source of the engagement formula has a weight for it.
    EYES_CLOSED = "eyes_closed"
