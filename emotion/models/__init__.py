"""Tables of what the network read from frames. Frames themselves are never stored."""

from .expiry import Erasure
from .packs import PackedSummaries
from .published import PublishedBucket
from .readings import FACE_STATES, FACINGS, Reading
from .summaries import BucketSummary
from .tallies import FrameTally

__all__ = [
    "FACE_STATES",
    "FACINGS",
    "BucketSummary",
    "Erasure",
    "FrameTally",
    "PackedSummaries",
    "PublishedBucket",
    "Reading",
]
