"""Measures of a network: how much its region maps overlap, and what a face costs."""

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from training.fit.mobilenet import Network


def region_overlap(maps: Tensor) -> Tensor:
    """(B,): the mean pairwise cosine similarity of each face's K region maps, (B, K, h, w).

    0 where no two maps share a place, 1 where all are the same.
    """
    flat = F.normalize(maps.float().flatten(2), dim=2)  # (B, K, h*w)
    similarity = flat @ flat.transpose(1, 2)  # (B, K, K)
    regions = maps.shape[1]
    return (similarity.sum(dim=(1, 2)) - regions) / max(1, regions * (regions - 1))


def count_macs(network: Network) -> int:
    """Multiply-accumulates of one face through convolutions, linear layers and the token products."""
    side = network.config.input_size
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        network.eval()(torch.zeros(1, side, side))
    return int(counter.get_total_flops()) // 2
