import torch
from torch import nn

from training.fit.ema import ema_of


def numbers(network: nn.Module) -> list[float]:
    return [network.get_parameter("weight").item(), network.get_buffer("running_mean").item()]


def test_the_average_begins_as_the_first_weights_and_moves_slower_and_slower():
    network = nn.BatchNorm1d(1)
    ema, expected = ema_of(network, 0.5), 0.0
    for step in range(12):
        with torch.no_grad():
            network.weight.fill_(step)
            network.running_mean.fill_(step)
        ema.update_parameters(network)
        decay = min(0.5, (1 + step) / (10 + step)) if step else 0
        expected = decay * expected + (1 - decay) * step
        torch.testing.assert_close(numbers(ema.module), [expected, expected])


def test_the_average_is_not_trained_and_reads_like_a_finished_network():
    ema = ema_of(nn.Sequential(nn.Linear(2, 2), nn.Dropout()), 0.9)
    assert not any(parameter.requires_grad for parameter in ema.parameters())
    assert not any(module.training for module in ema.modules())
