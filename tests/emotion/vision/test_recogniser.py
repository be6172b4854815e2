import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from emotion.vision.labels import EXPRESSIONS, FER2013_LABELS
from emotion.vision.recogniser import CARD, CHUNK, WEIGHTS, Recogniser, WeightsMissing
from tests.emotion.official_files import pictures

# int8 kernels round differently from CPU to CPU, and for other batch sizes.
ACROSS_BATCHES = 1e-3
ACROSS_MACHINES = 0.03
FROZEN = Path(__file__).parent / "frozen.json"


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser.load()


@pytest.fixture
def weights(tmp_path):
    """A copy of the shipped weights, to be damaged."""
    folder = tmp_path / "weights"
    shutil.copytree(WEIGHTS, folder)
    return folder


def test_every_face_gets_probabilities_and_region_maps(recogniser):
    recognition = recogniser.recognise(pictures(3))
    assert recognition.probabilities.shape == (3, len(EXPRESSIONS))
    assert recognition.fer2013.shape == (3, len(FER2013_LABELS))
    assert recognition.region_maps.shape[:2] == (3, recogniser.card["network"]["regions"])
    assert recognition.unsure.shape == (3,)
    np.testing.assert_allclose(recognition.probabilities.sum(axis=1), 1, atol=1e-5)


def test_no_faces_are_an_empty_answer(recogniser):
    nothing = recogniser.recognise(np.zeros((0, 48, 48), np.uint8))
    assert nothing.probabilities.shape == (0, len(EXPRESSIONS))
    assert nothing.region_maps.shape == recogniser.recognise(pictures(1)).region_maps[:0].shape
    assert nothing.unsure.shape == (0,)


@pytest.mark.parametrize("company", [1, 2, 7, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 5])
def test_a_prediction_does_not_depend_on_the_batch_around_it(recogniser, company):
    face = pictures(1, seed=7)
    alone = recogniser.recognise(face)
    others = pictures(company, seed=8)
    for place in (0, company // 2, company):
        among = recogniser.recognise(np.insert(others, place, face, axis=0))
        np.testing.assert_allclose(among.probabilities[place], alone.probabilities[0], atol=ACROSS_BATCHES)
        np.testing.assert_allclose(among.region_maps[place], alone.region_maps[0], atol=ACROSS_BATCHES)


def test_faces_keep_their_order(recogniser):
    crops = pictures(CHUNK + 3)
    forth, back = recogniser.recognise(crops), recogniser.recognise(crops[::-1])
    np.testing.assert_allclose(forth.probabilities, back.probabilities[::-1], atol=ACROSS_BATCHES)


def test_an_answer_is_not_overwritten_by_the_next(recogniser):
    first = recogniser.recognise(pictures(2))
    before = first.probabilities.copy(), first.region_maps.copy()
    recogniser.recognise(pictures(2, seed=5))
    np.testing.assert_array_equal(first.probabilities, before[0])
    np.testing.assert_array_equal(first.region_maps, before[1])


def test_a_face_is_unsure_when_its_best_answer_is_below_the_threshold(recogniser):
    recognition = recogniser.recognise(pictures(40))
    threshold = recogniser.card["abstention"]["threshold"]
    assert (recognition.unsure == (recognition.probabilities.max(axis=1) < threshold)).all()


def test_light_and_contrast_change_little(recogniser):
    crops = pictures(4) // 2 + 60
    dim = (crops * 0.5).astype(np.uint8)
    bright, dark = recogniser.recognise(crops), recogniser.recognise(dim)
    np.testing.assert_allclose(bright.probabilities, dark.probabilities, atol=0.1)


@pytest.mark.parametrize(
    "crops",
    [np.zeros((2, 40, 40), np.uint8), np.zeros((48, 48), np.uint8), np.zeros((1, 48, 48), np.float32)],
)
def test_other_shapes_and_types_are_refused(recogniser, crops):
    with pytest.raises(ValueError, match="Crops must be uint8"):
        recogniser.recognise(crops)


def test_the_card_holds_what_the_weights_mean(recogniser):
    card = recogniser.card
    assert tuple(card["labels"]["expressions"]) == EXPRESSIONS
    assert tuple(card["labels"]["fer2013"]) == FER2013_LABELS
    assert recogniser.version.endswith(card["graph"]["sha256"][:8])
    assert set(card["metrics"]["PublicTest"]) == {"fer2013", "ferplus"}
    assert card["cost"]["macs"] < 300e6
    assert (WEIGHTS / card["graph"]["file"]).stat().st_size < 12e6


def test_the_shipped_weights_give_the_answers_that_were_measured(recogniser):
    frozen = json.loads(FROZEN.read_text())
    assert recogniser.version == frozen["version"]
    recognition = recogniser.recognise(pictures(4, seed=3))
    np.testing.assert_allclose(recognition.probabilities, frozen["probabilities"], atol=ACROSS_MACHINES)


def test_weights_that_are_not_there_are_named(tmp_path):
    with pytest.raises(WeightsMissing, match=r"card\.json does not exist"):
        Recogniser.load(tmp_path)


def test_a_graph_that_is_not_there_is_named(weights):
    (weights / "network.onnx").unlink()
    with pytest.raises(WeightsMissing, match=r"network\.onnx does not exist"):
        Recogniser.load(weights)


def test_a_graph_cut_short_is_named(weights):
    graph = weights / "network.onnx"
    graph.write_bytes(graph.read_bytes()[:100_000])
    with pytest.raises(WeightsMissing, match=r"not the file that card\.json describes"):
        Recogniser.load(weights)


def test_a_card_that_is_no_json_is_named(weights):
    (weights / CARD).write_text("{")
    with pytest.raises(WeightsMissing, match="not JSON"):
        Recogniser.load(weights)


def test_a_card_without_its_facts_is_named(weights):
    card = json.loads((weights / CARD).read_text())
    del card["temperature"]
    (weights / CARD).write_text(json.dumps(card))
    with pytest.raises(WeightsMissing, match="'temperature'"):
        Recogniser.load(weights)


def test_serving_loads_neither_torch_nor_django():
    kept_out = "('torch', 'django', 'nncf')"
    code = f"import sys, emotion.vision.recogniser; print([m for m in {kept_out} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_face_of_which_more_is_asked_is_unsure_sooner(recogniser):
    crops = pictures(3)
    surest = recogniser.recognise(crops).probabilities.max(axis=1)
    asked = recogniser.recognise(
        crops, surest - recogniser.card["abstention"]["threshold"] + [-0.01, 0.01, 0]
    )
    assert asked.unsure[1]
    assert not asked.unsure[0]
