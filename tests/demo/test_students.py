"""Simulated students in a class of the running product."""

import json
import subprocess
import sys

import pytest

from demo.product import ROOT, Product
from tests.waiting import SOON

pytestmark = [pytest.mark.stack, pytest.mark.any_database]


def simulate(product: Product, code: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "demo.students", "--url", product.url, "--code", code]
    command += [f"--{name}={value}" for name, value in options.items()]
    return subprocess.run(
        [*command, "--json"], cwd=ROOT, env=product.env, capture_output=True, text=True, timeout=SOON
    )


def test_simulated_students_join_send_frames_and_are_read(stack: Product):
    demo = json.loads(stack.manage("demo_class", "--fresh"))
    output = simulate(stack, demo["join_code"], students=2, seconds=10).stdout
    joined, _, counted = output.partition("\n")
    assert joined == "2 students have joined."
    stats = json.loads(counted)
    assert stats["admitted"] == stats["sent"] > 0
    assert stats["refused"] == {}
    assert set(stats["readings"]) <= {"seen", "unsure"}
    assert sum(stats["readings"].values()) > 0


def test_a_wrong_code_is_one_sentence(stack: Product):
    refused = simulate(stack, "WRONG1", students=1)
    assert refused.returncode == 1
    assert refused.stderr.startswith("The students could not join: ")
    assert len(refused.stderr.splitlines()) == 1
