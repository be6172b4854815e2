import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from emotion.vision.network import AttentionCNN, NetworkConfig, Prediction
from emotion.vision.recogniser import WEIGHTS
from tests.emotion.official_files import pictures
from training.data.augment import FULL, LOW, Strength, augment, mix
from training.data.dataset import Faces, vote_shares
from training.fit.export import GRAPH
from training.fit.losses import Targets, distilled, label_loss, raised_shares
from training.fit.recipe import Recipe
from training.fit.runs import load_best
from training.fit.teachers import Answers, ask, live_teachers, mirrored
from training.fit.trainer import OtherRecipe, Trainer

SMALL = NetworkConfig(widths=(8, 16, 16), blocks=(1, 1, 1), token_width=16, attention_heads=2)
RECIPE = Recipe(network=SMALL, epochs=3, batch_size=16)


@pytest.fixture(scope="module")
def faces() -> Faces:
    votes = np.zeros((48, 10), np.int64)
    votes[np.arange(48), np.arange(48) % 8] = 9
    splits = np.array(["Training"] * 32 + ["PublicTest"] * 16)
    return Faces(pictures(48), np.arange(48) % 7, splits, votes)


def history(folder: Path) -> list[dict]:
    figures = [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]
    return [{name: value for name, value in figure.items() if name != "minutes"} for figure in figures]


class Stopped(Exception):
    pass


class StoppedTrainer(Trainer):
    """Ends like a killed process, in the middle of its second epoch."""

    def _train_step(self, rows: torch.Tensor) -> float:
        if self.step == 3:
            raise Stopped
        return super()._train_step(rows)


def test_a_run_stopped_in_the_middle_ends_as_if_it_had_not_been(faces, tmp_path):
    Trainer(RECIPE, faces, tmp_path / "whole").run()
    with pytest.raises(Stopped):
        StoppedTrainer(RECIPE, faces, tmp_path / "stopped").run()
    Trainer(RECIPE, faces, tmp_path / "stopped").run()
    assert history(tmp_path / "stopped") == history(tmp_path / "whole")


def test_the_same_seed_gives_the_same_run_and_another_does_not(faces, tmp_path):
    recipe = replace(RECIPE, epochs=1)
    for name, seed in (("first", 1), ("again", 1), ("other", 2)):
        Trainer(replace(recipe, seed=seed), faces, tmp_path / name).run()
    assert history(tmp_path / "first") == history(tmp_path / "again")
    assert history(tmp_path / "first") != history(tmp_path / "other")


def test_another_recipe_does_not_go_on_with_a_run(faces, tmp_path):
    Trainer(replace(RECIPE, epochs=1), faces, tmp_path).run()
    with pytest.raises(OtherRecipe, match="another recipe"):
        Trainer(RECIPE, faces, tmp_path)


def test_the_best_network_is_kept_with_its_recipe_and_figures(faces, tmp_path):
    Trainer(replace(RECIPE, epochs=1), faces, tmp_path).run()
    network, provenance = load_best(tmp_path / "best.pt")
    assert isinstance(network, AttentionCNN)
    assert network.config == SMALL
    assert provenance["recipe"]["seed"] == RECIPE.seed
    assert set(provenance["figures"]) >= {"fer2013", "ferplus"}


def test_teachers_see_every_picture_as_the_student_does(faces, tmp_path):
    seen = []

    def teachers(crops: torch.Tensor) -> Answers:
        seen.append(crops)
        return Answers(torch.full((len(crops), 8), 1 / 8), torch.full((len(crops), 7), 1 / 7))

    recipe = replace(RECIPE, epochs=1)
    Trainer(recipe, faces, tmp_path / "alone").run()
    Trainer(recipe, faces, tmp_path / "taught", teachers=teachers).run()
    assert history(tmp_path / "alone")[0]["loss"] != history(tmp_path / "taught")[0]["loss"]
    untouched = torch.from_numpy(faces.of("Training").images).float()
    assert not any((crop == face).all() for crop in seen[0] for face in untouched)


def test_teachers_see_every_picture_in_as_many_framings_as_they_are_asked_for(faces, tmp_path):
    seen = []

    def teachers(*views: torch.Tensor) -> Answers:
        seen.append(views)
        return Answers(torch.full((len(views[0]), 8), 1 / 8), torch.full((len(views[0]), 7), 1 / 7))

    Trainer(replace(RECIPE, epochs=1, views=3), faces, tmp_path, teachers=teachers).run()
    one, other, third = seen[0]
    assert not any((a == b).all() for a, b in ((one, other), (one, third), (other, third)))


def test_what_several_teachers_say_of_several_views_is_one_mean(trained, tmp_path):
    graphs = {str(folder): (folder / GRAPH).read_bytes() for folder in (WEIGHTS, trained / "weights")}
    crops = torch.from_numpy(pictures(4)).float()
    answers = live_teachers(graphs, tmp_path)(crops, crops.flip(2))
    expected = ask(list(graphs.values()), crops, mirrored)
    torch.testing.assert_close(answers.expressions, expected.expressions)


def test_what_is_asked_is_the_mean_answer_to_the_face_and_its_mirror_image():
    crops, teachers = torch.from_numpy(pictures(4)), [AttentionCNN(SMALL), AttentionCNN(SMALL)]
    answers, turned = ask(teachers, crops), ask(teachers, crops.flip(2))
    torch.testing.assert_close(answers.expressions, turned.expressions)
    torch.testing.assert_close(answers.fer2013.sum(1), torch.ones(4))


def test_targets_are_the_votes_as_far_as_they_are_trusted_and_then_what_the_teachers_say(faces):
    own = Targets(faces.of("Training"), 0.1).of(torch.arange(8))
    torch.testing.assert_close(own[0], torch.eye(8))
    expressions, fer2013 = distilled(own, Answers(torch.full((8, 8), 1 / 8), torch.full((8, 7), 1 / 7)), 0.5)
    torch.testing.assert_close(expressions, (torch.eye(8) + 1 / 8) / 2)
    torch.testing.assert_close(fer2013.sum(1), torch.ones(8))


def test_a_vote_power_moves_shares_to_the_majority_and_drops_single_votes():
    votes = np.array([[6, 3, 1, 0, 0, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0, 0, 0, 8, 0]])
    shares, _ = vote_shares(votes)
    raised, single = raised_shares(votes, shares, 2.0)
    np.testing.assert_allclose(raised[:3], [0.8, 0.2, 0])
    np.testing.assert_allclose(single[:2], [0.5, 0.5])


def test_both_label_sets_are_lost_to_as_much_as_they_weigh():
    unsure = Prediction(torch.zeros(4, 8), torch.zeros(4, 7), torch.zeros(4, 0, 1, 1), torch.zeros(4, 0))
    expected = torch.eye(8)[:4], torch.eye(7)[:4]
    assert label_loss(unsure, *expected).item() == pytest.approx(math.log(8) + math.log(7))
    assert label_loss(unsure, *expected, fer2013_weight=0).item() == pytest.approx(math.log(8))


@pytest.mark.parametrize("strength", [FULL, LOW])
def test_augmented_faces_stay_pictures(strength):
    crops = torch.from_numpy(pictures(16)).float()
    changed = augment(crops, strength, torch.Generator().manual_seed(0))
    assert changed.shape == crops.shape
    assert changed.min() >= 0
    assert changed.max() <= 255
    assert not torch.equal(changed, crops)


def test_without_strength_a_face_is_only_mirrored():
    crops = torch.from_numpy(pictures(16)).float()
    changed = augment(crops, Strength(0, 0, 0, 0, 0, 0, 0), torch.Generator().manual_seed(0))
    mirrored = (changed - crops.flip(2)).abs().amax(dim=(1, 2)) < 1e-2
    kept = (changed - crops).abs().amax(dim=(1, 2)) < 1e-2
    assert (mirrored ^ kept).all()
    assert mirrored.any()
    assert kept.any()


def test_mixed_targets_are_still_shares():
    crops, targets = torch.from_numpy(pictures(16)).float(), torch.eye(8).repeat(2, 1)
    always = replace(FULL, mixed=1.0)
    for seed in range(4):  # mixup and CutMix both
        mixed, (shares,) = mix(crops, [targets], always, torch.Generator().manual_seed(seed))
        assert not torch.equal(mixed, crops)
        torch.testing.assert_close(shares.sum(dim=1), torch.ones(16))
