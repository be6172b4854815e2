"""The end: every page says so, cameras are off, the report and its files agree with what was asked."""

import csv
import io
from typing import Any

from playwright.async_api import expect

from benchmarks.lesson.pages import part
from benchmarks.lesson.record import Record
from benchmarks.lesson.stage import Stage
from benchmarks.redraw import BrowserRecord
from benchmarks.teacher import Shown


async def end(stage: Stage) -> None:
    live = stage.live
    await _time_faces(stage)
    await part(live, "end").click()
    await live.locator("#end-dialog").get_by_role("button", name="End session").click()
    stage.is_open = False
    await stage.record.holds("the end leads to the report", live.wait_for_url("**/report/"))
    for student in stage.here:
        said = expect(part(student.page, "endedTitle")).to_have_text("The session has ended")
        await stage.record.holds(f"the page of {student.name} says so", said)
        await stage.record.becomes(f"the camera of {student.name} is off", student.cameras_on, 0)
    for name, projector in stage.projectors.items():
        ended = expect(projector.page.get_by_text("This session has ended.")).to_be_visible()
        await stage.record.holds(f"the projector says so ({name})", ended)


async def _time_faces(stage: Stage) -> None:
    if not stage.has_cameras:
        return
    recorded: dict[str, Any] = await stage.live.evaluate("({ redraws, longTasks })")
    redraws = {name: [Shown(*one) for one in marks] for name, marks in recorded["redraws"].items()}
    page = BrowserRecord(redraws, [(start, lasted) for start, lasted in recorded["longTasks"]])
    frames = await stage.call("frame_counts", session_id=stage.session_id)
    stage.record.facts["frames"] = frames["counts"]
    stage.record.facts["face to teacher, ms"] = page.latencies(frames["taken_at"])
    stage.record.facts["live page"] = page.load()


async def report(stage: Stage) -> None:
    """Each question with the number of its answers, and nobody's anonymous answer beside a name."""
    live = stage.live
    await live.reload()
    text = await live.locator("#report").inner_text()
    for question in {question for question, _count in stage.asked}:
        stage.record.claim(f"the report has {question!r}", question in text)
    stage.record.claim("the report forgets who erased", stage.erased not in text)
    stored = await stage.call("answers_of", session_id=stage.session_id)
    found = [(one["text"], one["answered"]) for one in stored]
    wanted = [
        (question, count - (stage.erased in stage.named.get(question, ()))) for question, count in stage.asked
    ]
    stage.record.claim("the database has each answer once", found == wanted, f"{found} instead of {wanted}")
    await stage.record.shot(live, "report")
    await stage.record.shot(live, "report-whole", whole=True)


async def files(stage: Stage) -> None:
    """The CSV of events, and with cameras the other one."""
    base = f"{stage.site}/sessions/{stage.session_id}"
    for name in ["events.csv"] + (["report.csv"] if stage.has_cameras else []):
        answer = await stage.live.context.request.get(f"{base}/{name}")
        content = await answer.text()
        (stage.record.folder / name).write_text(content)
        rows = list(csv.DictReader(io.StringIO(content.lstrip("\ufeff"))))
        stage.record.claim(f"{name} has rows", answer.ok and len(rows) > 0, answer.status)
        stage.record.claim(f"{name} forgets who erased", stage.erased not in content)


async def own_page(stage: Stage) -> None:
    """A student reads what was said with their name, and of anonymous answers nothing."""
    student = stage.here[2]
    await student.page.get_by_role("button", name="Open my session").click()
    await stage.record.holds("a student's own page opens", student.page.wait_for_url("**/my-data/**"))
    text = await student.page.locator("main").inner_text()
    stage.record.claim("it has the named answer", "What pulls the water?" in text, text)
    said = [one for one in ("Unclear to some", "sea in one word", "Salt") if one in text]
    stage.record.claim("it has no anonymous one", not said, said)
    await stage.record.shot(student.page, "student-own-page")


def table(record: Record, facts: dict[str, Any]) -> str:
    found = record.as_json()
    lines = [f"{name:24} {value}" for name, value in facts.items()]
    lines += ["", f"{'scene':24} claims that hold"]
    lines += [f"{scene:24} {held} of {all_}" for scene, (held, all_) in found["scenes"].items()]
    lines += ["", f"{'time':24} {'n':>5} {'p50 ms':>8} {'p95 ms':>8}"]
    for name, cuts in found["latencies_ms"].items():
        cells = [f"{cuts[cut]:8.0f}" for cut in ("p50", "p95")] if cuts else ["       ?"] * 2
        lines.append(f"{name:24} {found['counts'][name]:5} {' '.join(cells)}")
    lines += ["", f"{'cores':24} mean and most in a minute"]
    lines += [f"{name:24} {one['mean']}, {one['most']}" for name, one in found["cores"].items()]
    lines += [f"{name:24} {value}" for name, value in record.facts.items()]
    lines += [f"{'load of the machine':24} {found['load']}"]
    lines += ["", f"{found['claims'] - len(found['failed'])} of {found['claims']} claims hold"]
    lines += [f"NOT {one['scene']}: {one['text']}: {one['why']}" for one in found["failed"]]
    return "\n".join(lines)
