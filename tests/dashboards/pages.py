"""A live page as its messages leave it, and what its numbers must say of each other."""

from emotion.vision.engagement import band


def page_after(told: dict, message: dict) -> dict:
    """As static/js/live/state.js puts it together."""
    if message["type"] == "snapshot":
        return message
    students = {id_: dict(said) for id_, said in told["students"].items()}
    for id_, changed in message.get("students", {}).items():
        students[id_] = {**students.get(id_, {}), **changed}
    for id_ in message.get("gone", []):
        del students[id_]
    points = told["points"] | message.get("points", {})
    rest = {key: value for key, value in message.items() if key not in ("students", "points", "gone")}
    return {**told, **rest, "students": students, "points": points}


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
        "what is hidden is told nowhere": not now.get("hidden") or not (has_mean or now.get("blurred")),
        "who may be measured is not called unmeasured": has_mean or bool(now.get("hidden")) == bool(perhaps),
        "a blurred number is one of the line": not now.get("blurred") or now["mean"] in _newest_means(page),
        "of few neither band nor expressions": (now.get("low") is None) == (now.get("mix") is None)
        or not now.get("blurred"),
        "a step is not told before it is over": all(
            page["server_time"] >= int(at) + 12_000 for at, point in _points(page) if point.get("blurred")
        ),
        "every step rests on whom it counts": all(_rests(point) for _at, point in _points(page)),
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
        or f" of {len(here)} " in page["suggestion"]["text"]
        or page["suggestion"]["code"] == "below_usual",
    }


def _points(page: dict) -> list[tuple]:
    return list(page["points"].items())


def _newest_means(page: dict) -> list[float]:
    return [point["mean"] for _at, point in sorted(_points(page))[-3:] if point.get("blurred")]


def _rests(point: dict) -> bool:
    has_mean = point.get("mean") is not None
    return has_mean == (point["counted"] > 0) and point["counted"] <= point["measured"]


def _is_mean(mean: float | None, scores: list[float]) -> bool:
    """Both are rounded, each by itself."""
    if not scores:
        return mean is None
    return mean is not None and abs(mean - sum(scores) / len(scores)) < 0.0101
