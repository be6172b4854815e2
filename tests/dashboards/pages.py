"""A live page as its messages leave it, and what its numbers must say of each other."""

from emotion.engagement import band


def page_after(told: dict, message: dict) -> dict:
    """As static/js/live/state.js puts it together."""
    if message["type"] == "snapshot":
        return message
    students = {id_: dict(said) for id_, said in told["students"].items()}
    for id_, changed in message.get("students", {}).items():
        students[id_] = {**students.get(id_, {}), **changed}
    for id_ in message.get("gone", []):
        del students[id_]
    rest = {key: value for key, value in message.items() if key not in ("students", "gone")}
    return {**told, **rest, "students": students}


def contradictions(page: dict) -> list[str]:
    """What one part of the page says against another."""
    return [claim for claim, holds in _claims(page).items() if not holds]


def _claims(page: dict) -> dict[str, bool]:
    now, students = page["now"], page["students"].values()
    here = [said for said in students if said["here"]]
    measured = [said for said in here if said["status"] == "measured"]
    perhaps = [said for said in here if said["status"] == "camera_on"]
    scores = [said["score"] for said in measured]
    mean, has_mean = now.get("mean"), now.get("mean") is not None
    return {
        "as many are present as are here": page["present"] == len(here),
        "who is measured is measured": len(measured) <= now["measured"] <= len(measured) + len(perhaps),
        "nobody counts who is not measured": now["counted"] <= now["measured"],
        "a number rests on somebody": has_mean == (now["counted"] > 0),
        "no number without a face": not has_mean or bool(measured or perhaps),
        "a band is that of its number": now["band"] == (band(mean) if has_mean else None),
        "a class of lines is the mean of its lines": bool(perhaps) or _is_mean(mean, scores),
        "a score is of who is measured": all(
            (said.get("score") is not None)
            == (said["status"] == "measured")
            == (said.get("expression") is not None)
            for said in students
            if "score" in said
        ),
        "who is not here is not measured": all(
            said["status"] in ("left", "removed", "gone") for said in students if not said["here"]
        ),
        "who is here has not gone": all(said["status"] not in ("left", "removed", "gone") for said in here),
        "a suggestion is a share of who is here": not page["suggestion"]
        or f" of {len(here)} " in page["suggestion"]["reason"],
    }


def _is_mean(mean: float | None, scores: list[float]) -> bool:
    """Both are rounded, each by itself."""
    if not scores:
        return mean is None
    return mean is not None and abs(mean - sum(scores) / len(scores)) < 0.0101
