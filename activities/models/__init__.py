from .answers import Answer
from .leading import Grouping, GroupMember, Pick
from .questions import Kind, PreparedQuestion, Question, Role
from .speaking import Hand, StudentQuestion, Upvote
from .tools import ClassTools

__all__ = [
    "Answer",
    "ClassTools",
    "GroupMember",
    "Grouping",
    "Hand",
    "Kind",
    "Pick",
    "PreparedQuestion",
    "Question",
    "Role",
    "StudentQuestion",
    "Upvote",
]
