"""What the answers to a question are together: counts, words and texts, and never whose they are.

A result is a dict that is stored (of a closed anonymous question) and sent as JSON:

    {"count": 12, "counts": [3, 9]}                   choice, scale: how many chose each option or value
    {"count": 12, "words": [["fun", "Fun", 4], …]}    one word: folded, as most wrote it, how many
    {"count": 12, "texts": ["…", …]}                  open text, in alphabetical order
    {"count": 3, "hidden": "few"}                     an anonymous question with too few answers
    {"count": 9, "hidden": "open"}                    an anonymous one that shows nothing before it closes
    {"count": 9, "hidden": "soon"}                    an anonymous one whose live results have not begun

`count` is the number of answers that the rest sums up.

Live results of an anonymous question are always behind: a result is shown when at least five more students
have answered than it sums up. So there are never fewer than five between what was seen and what is seen next,
the final result included. While such a question is open, its stored result is {"shown": …, "next": …}.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypedDict, cast

from django.conf import settings

from classroom.names import collation_key

from .words import folded

if TYPE_CHECKING:
    from .models import Answer, Question

# The values of a scale.
SCALE = range(1, 6)


class Result(TypedDict, total=False):
    count: int
    counts: list[int]
    words: list[tuple[str, str, int]]
    texts: list[str]
    hidden: str


class LiveResult(TypedDict):
    shown: Result | None
    # The result that is shown after five more answers.
    next: Result


def final_result(question: "Question") -> Result:
    """Sum up all answers that there are. Too few anonymous ones leave nothing but their number."""
    answers = list(question.answers.all())
    if question.is_anonymous and len(answers) < settings.FEWEST_ANONYMOUS_ANSWERS:
        return {"count": len(answers), "hidden": "few"}
    return sum_up(question, answers)


def current_result(question: "Question") -> Result:
    """Return what the teacher may see now."""
    if not question.is_anonymous:
        return sum_up(question, list(question.answers.all()))
    if not question.is_open:
        return cast(Result, question.result or {"count": 0, "hidden": "few"})
    if shown := _live(question)["shown"]:
        return shown
    hidden = "soon" if question.shows_results_live else "open"
    return {"count": question.answers.count(), "hidden": hidden}


def _live(question: "Question") -> LiveResult:
    return cast(LiveResult, question.result or {"shown": None, "next": {"count": 0}})


def renew_live_result(question: "Question") -> bool:
    """Renew the result of an open anonymous question whenever five more students have answered."""
    if not (question.is_anonymous and question.shows_results_live):
        return False
    following = _live(question)["next"]
    if question.answers.count() - following["count"] < settings.FEWEST_ANONYMOUS_ANSWERS:
        return False
    is_first = following["count"] == 0
    question.result = {
        "shown": None if is_first else following,
        "next": sum_up(question, list(question.answers.all())),
    }
    question.save(update_fields=["result"])
    return True


def sum_up(question: "Question", answers: Sequence["Answer"]) -> Result:
    result: Result = {"count": len(answers)}
    match question.kind:
        case "choice":
            chosen = Counter(index for answer in answers for index in answer.chosen)
            result["counts"] = [chosen[index] for index in range(len(question.options))]
        case "scale":
            values = Counter(answer.value for answer in answers)
            result["counts"] = [values[value] for value in SCALE]
        case "word":
            result["words"] = _words(answer.text for answer in answers)
        case "text":
            # The text itself last, or those that differ in case would keep the order in which they came.
            texts = (answer.text for answer in answers)
            result["texts"] = sorted(texts, key=lambda text: (collation_key(text), text))
    return result


def _words(texts: Iterable[str]) -> list[tuple[str, str, int]]:
    """Fold case and accents, and keep the spelling that most students used."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        spellings[folded(text)][text] += 1
    words = [(word, _commonest(found), found.total()) for word, found in spellings.items()]
    return sorted(words, key=lambda word: (-word[2], word[0]))


def _commonest(spellings: Counter[str]) -> str:
    # Among equals the first in the alphabet, so that the order of the answers does not show.
    return min(spellings, key=lambda spelling: (-spellings[spelling], spelling))


def cloud(question: "Question", result: Result) -> list[tuple[str, int]]:
    """Return the words for everybody: those that enough students said and the teacher has not hidden."""
    hidden = set(question.hidden_words)
    return [
        (spelling, count)
        for word, spelling, count in result.get("words", [])
        if count >= settings.FEWEST_OF_ONE_WORD and word not in hidden
    ]
