"""What the network saw: readings and their summaries per ten seconds, never frames."""

from .expiry import Erasure
from .published import PublishedBucket
from .readings import FACE_STATES, FACINGS, Reading
from .summaries import BucketSummary
from .tallies import FrameTally

__all__ = ["FACE_STATES", "FACINGS", "BucketSummary", "Erasure", "FrameTally", "PublishedBucket", "Reading"]
