from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F

from emotion.vision.labels import EXPRESSIONS, FER2013_LABELS
from emotion.vision.network import (
    FARTHEST,
    AttentionCNN,
    NetworkConfig,
    standardise,
)
from training.fit.network_measures import count_macs, region_overlap

SMALL = NetworkConfig(widths=(16, 16, 32), blocks=(1, 1, 1), token_width=32, attention_heads=2)


def faces(count: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (count, 48, 48), generator=generator, dtype=torch.uint8)


@pytest.fixture
def network() -> AttentionCNN:
    torch.manual_seed(0)
    return AttentionCNN(SMALL).eval()


def test_every_face_gets_logits_for_both_label_sets_and_its_maps(network):
    prediction = network(faces(3))
    assert prediction.expressions.shape == (3, len(EXPRESSIONS))
    assert prediction.fer2013.shape == (3, len(FER2013_LABELS))
    assert prediction.region_maps.shape == (3, SMALL.regions, 12, 12)
    assert prediction.region_gates.shape == (3, SMALL.regions)


def test_each_region_map_is_a_distribution_over_the_face(network):
    maps = network(faces(2)).region_maps
    assert (maps >= 0).all()
    torch.testing.assert_close(maps.sum(dim=(2, 3)), torch.ones(2, SMALL.regions))


def test_region_maps_depend_on_the_face(network):
    first, second = network(faces(2)).region_maps
    assert (first - second).abs().max() > 1e-4


def test_no_other_face_of_the_batch_changes_a_prediction(network):
    # The trap in published code: attention over (B, C) mixes faces. Here no gradient crosses at all.
    crops = faces(4).float().requires_grad_()
    prediction = network(crops)
    (prediction.expressions[1].sum() + prediction.region_maps[1].square().sum()).backward()
    assert crops.grad[1].abs().sum() > 0
    assert crops.grad[[0, 2, 3]].abs().sum() == 0


def test_the_order_of_a_batch_does_not_change_a_prediction(network):
    crops = faces(5)
    together, alone = (
        network(crops).expressions,
        torch.cat([network(crop[None]).expressions for crop in crops]),
    )
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=0)
    torch.testing.assert_close(network(crops.flip(0)).expressions.flip(0), alone, atol=1e-5, rtol=0)


def test_light_and_contrast_change_nothing(network):
    bright = faces(2).float()
    dimmed = bright * 0.5 + 40
    torch.testing.assert_close(network(dimmed).expressions, network(bright).expressions, atol=1e-3, rtol=0)


def test_a_glint_is_cut():
    face = torch.full((1, 48, 48), 100)
    face[0, 0, 0], face[0, :, 24:] = 255, 90
    assert standardise(face).max() == FARTHEST


def test_a_black_frame_stays_finite():
    assert (standardise(torch.zeros(1, 48, 48)) == 0).all()


@pytest.mark.parametrize(("regions", "layers"), [(0, 0), (6, 0), (0, 1), (6, 2)])
def test_either_attention_can_be_left_out(regions, layers):
    config = replace(SMALL, regions=regions, attention_layers=layers)
    prediction = AttentionCNN(config).eval()(faces(2))
    assert prediction.expressions.shape == (2, 8)
    assert prediction.region_maps.shape[1] == regions


def test_a_larger_network_looks_at_the_same_faces_enlarged(network):
    faces = torch.randint(0, 256, (2, 48, 48))
    prediction = AttentionCNN(NetworkConfig(input_size=72)).eval()(faces)
    assert prediction.region_maps.shape[2:] == (18, 18)
    assert prediction.expressions.shape == network(faces).expressions.shape


def test_overlap_is_one_for_equal_maps_and_zero_for_maps_apart():
    corner, centre = torch.zeros(2, 2), torch.zeros(2, 2)
    corner[0, 0], centre[1, 1] = 1, 1
    equal, apart = torch.stack([corner, corner]), torch.stack([corner, centre])
    torch.testing.assert_close(region_overlap(torch.stack([equal, apart])), torch.tensor([1.0, 0.0]))


def test_the_served_network_stays_under_300_million_multiply_accumulates():
    assert count_macs(AttentionCNN()) < 300e6


def test_a_configuration_survives_its_card():
    assert NetworkConfig.from_dict(SMALL.as_dict()) == SMALL


@pytest.mark.training
def test_it_learns_one_batch_by_heart():
    torch.manual_seed(0)
    network, crops, labels = AttentionCNN(SMALL).train(), faces(16), torch.arange(16) % len(EXPRESSIONS)
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3)
    for _ in range(60):
        loss = F.cross_entropy(network(crops).expressions, labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert loss.item() < 0.1
