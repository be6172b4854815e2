"""Simulated students in a class of the running product."""

import json
import subprocess
import sys

import pytest

from demo.behaviour import WITHOUT_CAMERA
from demo.product import ROOT, Product
from testbed.inside import call, run_script
from tests.waiting import SOON, expect_true, expect_value

pytestmark = [pytest.mark.stack, pytest.mark.any_database]


ENOUGH = 6  # readings: those of the first seconds have also reached their students
HAS_ENOUGH = """
import json
from emotion.models import Reading
print(json.dumps(Reading.objects.filter(session="{session}").count() >= {enough}))
"""


ASK = """
from activities.models import Question
from classroom.models import ClassSession
session = ClassSession.objects.get(pk="{session}")
Question.objects.ask(session, kind="choice", text="Clear?", options=["Yes", "No"], is_anonymous=True)
print("true")
"""


CAMERAS = """
from classroom.models import Consent
print(Consent.objects.filter(participant__session="{session}").count())
"""


def simulate(product: Product, code: str, *options: str, students: int) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "demo.students",
        "--url",
        product.url,
        "--code",
        code,
        "--json",
        *options,
    ]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([*command, f"--students={students}"], cwd=ROOT, env=product.env, **pipes)


def test_simulated_students_join_send_frames_and_are_read(stack: Product):
    demo = json.loads(stack.manage("demo_class", "--fresh"))
    simulated = simulate(stack, demo["join_code"], students=2)
    try:
        assert simulated.stdout.readline() == "2 students have joined.\n"
        has_enough = HAS_ENOUGH.format(session=demo["session_id"], enough=ENOUGH)
        expect_true(lambda: run_script(stack, has_enough), pause=1)
    finally:
        simulated.terminate()
    stats = json.loads(simulated.communicate(timeout=SOON)[0])
    on_their_way = 2  # one of each student at most
    assert stats["sent"] - on_their_way <= stats["admitted"] <= stats["sent"]
    assert stats["refused"] == {}
    assert set(stats["readings"]) <= {"seen", "unsure"}
    assert sum(stats["readings"].values()) > 0


def test_lively_students_answer_what_is_asked_with_and_without_camera(stack: Product):
    demo = json.loads(stack.manage("demo_class", "--fresh"))
    session = demo["session_id"]
    simulated = simulate(stack, demo["join_code"], "--lively", students=WITHOUT_CAMERA)
    try:
        assert simulated.stdout.readline()
        run_script(stack, ASK.format(session=session))
        # Whoever thinks longest takes twelve seconds.
        expect_value(lambda: call(stack, "count_answers", session_id=session), WITHOUT_CAMERA, pause=1)
        cameras = run_script(stack, CAMERAS.format(session=session))
        assert cameras == WITHOUT_CAMERA - 1
    finally:
        simulated.terminate()
        simulated.communicate(timeout=SOON)


def test_a_wrong_code_is_one_sentence(stack: Product):
    refused = simulate(stack, "WRONG1", students=1)
    _, reason = refused.communicate(timeout=SOON)
    assert refused.returncode == 1
    assert reason.startswith("The students could not join: ")
    assert len(reason.splitlines()) == 1
