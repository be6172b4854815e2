from .answers import Answer
from .leading import Grouping, GroupMember, Pick
from .questions import Kind, PreparedQuestion, Question, Role
from .speaking import Acknowledgement, Hand, StudentQuestion, Upvote
from .suggestions import SuggestionReply
from .tools import ClassTools

__all__ = [
    "Acknowledgement",
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
    "SuggestionReply",
    "Upvote",
]
