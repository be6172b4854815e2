"""What the network saw: readings and their summaries per ten seconds, never frames."""

from .expiry import Erasure
from .readings import FACE_STATES, FACINGS, Reading
from .summaries import BucketSummary
from .tallies import FrameTally
from .told import ToldStep

__all__ = ["FACE_STATES", "FACINGS", "BucketSummary", "Erasure", "FrameTally", "Reading", "ToldStep"]
