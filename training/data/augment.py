"""Random changes to a batch of faces that leave their expressions as they are, computed on whole tensors."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True)
class Strength:
    """How far augmentation changes faces.

    ``angle`` is in degrees; ``shift`` and ``scale`` are shares of the side; ``gamma`` is the largest
    logarithm of the exponent; the others are probabilities, 0..1.
    """

    angle: float
    shift: float
    scale: float
    gamma: float
    erased: float
    """The chance that a rectangle is wiped out."""
    degraded: float
    """The chance of a webcam's blur and noise."""
    mixed: float
    """The chance that the batch is blended or patched with its own shuffle."""


FULL = Strength(angle=15, shift=0.08, scale=0.15, gamma=0.5, erased=0.5, degraded=0.15, mixed=0.5)
# The last part of a run sees faces as a camera sends them, so that the norms settle on those.
LOW = Strength(angle=6, shift=0.04, scale=0.06, gamma=0.2, erased=0.1, degraded=0.05, mixed=0.0)
# The same face, framed by a detector another time.
NUDGE = Strength(angle=6, shift=0.04, scale=0.06, gamma=0.0, erased=0.0, degraded=0.0, mixed=0.0)


def augment(crops: Tensor, strength: Strength, generator: torch.Generator) -> Tensor:
    """Changes each grey crop of (B, S, S), values 0..255, in its own way; keeps shape and range.

    Runs on the device of the crops, which must be that of the generator.
    """
    with crops.device:
        crops = moved(crops, strength, generator)
        crops = _relit(crops, strength, generator)
        crops = _degraded(crops, strength, generator)
        return _erased(crops, strength, generator).clamp(0, 255)


def mix(
    crops: Tensor, targets: list[Tensor], strength: Strength, generator: torch.Generator
) -> tuple[Tensor, list[Tensor]]:
    """Mixup (Zhang et al. 2018, arXiv 1710.09412) or CutMix (Yun et al. 2019, arXiv 1905.04899) of a batch.

    Returns crops (B, S, S) and targets, a list of (B, C), each row blended with another one of the batch.
    Each method is applied with half of the probability ``strength.mixed``; otherwise both come back
    unchanged.
    """
    with crops.device:
        if torch.rand((), generator=generator) >= strength.mixed:
            return crops, targets
        partner = torch.randperm(len(crops), generator=generator)
        blend = _mixup if torch.rand((), generator=generator) < 0.5 else _cutmix
        crops, kept = blend(crops, crops[partner], generator)
    return crops, [kept * target + (1 - kept) * target[partner] for target in targets]


def _uniform(count: int, reach: float, generator: torch.Generator) -> Tensor:
    return (torch.rand(count, generator=generator) * 2 - 1) * reach


def moved(crops: Tensor, strength: Strength, generator: torch.Generator) -> Tensor:
    """Turns, shifts and scales grey crops (B, S, S), and mirrors half of them; keeps shape and range."""
    count, side, _ = crops.shape
    angle = _uniform(count, math.radians(strength.angle), generator)
    scale = (_uniform(count, strength.scale, generator)).exp()
    mirror = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0)
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = scale * angle.cos() * mirror, -scale * angle.sin()
    theta[:, 1, 0], theta[:, 1, 1] = scale * angle.sin() * mirror, scale * angle.cos()
    theta[:, :, 2] = _uniform(2 * count, 2 * strength.shift, generator).view(count, 2)
    grid = F.affine_grid(theta, [count, 1, side, side], align_corners=False)
    return F.grid_sample(crops.unsqueeze(1), grid, padding_mode="reflection", align_corners=False).squeeze(1)


def _relit(crops: Tensor, strength: Strength, generator: torch.Generator) -> Tensor:
    # Brightness and contrast are taken out by standardise(); the curve between dark and light is not.
    gamma = _uniform(len(crops), strength.gamma, generator).exp().view(-1, 1, 1)
    return 255 * (crops.clamp(0, 255) / 255) ** gamma


def _degraded(crops: Tensor, strength: Strength, generator: torch.Generator) -> Tensor:
    chosen = (torch.rand(len(crops), generator=generator) < strength.degraded).nonzero().squeeze(1)
    if not len(chosen):
        return crops
    side = crops.shape[1]
    small = side * 2 // 3 if torch.rand((), generator=generator) < 0.5 else side // 2
    faces = F.interpolate(crops[chosen].unsqueeze(1), size=small, mode="area")
    faces = F.interpolate(faces, size=side, mode="bilinear", align_corners=False).squeeze(1)
    loudness = torch.rand(len(chosen), 1, 1, generator=generator) * 12  # grey levels
    noise = torch.randn(faces.shape, generator=generator) * loudness
    return crops.index_copy(0, chosen, faces + noise)


def _erased(crops: Tensor, strength: Strength, generator: torch.Generator) -> Tensor:
    """Random erasing (Zhong et al. 2020, arXiv 1708.04896) with noise around each face's mean grey."""
    count, side, _ = crops.shape
    inside = _rectangles(count, side, generator)
    inside &= (torch.rand(count, generator=generator) < strength.erased).view(-1, 1, 1)
    filling = crops.mean(dim=(1, 2), keepdim=True) + torch.randn(crops.shape, generator=generator) * 40
    return torch.where(inside, filling, crops)


def _rectangles(count: int, side: int, generator: torch.Generator) -> Tensor:
    """(B, S, S) bool: one random rectangle each, of 3 to 20 % of the area."""
    area = (0.03 + 0.17 * torch.rand(count, generator=generator)) * side**2
    aspect = _uniform(count, math.log(2.5), generator).exp()
    height, width = (area * aspect).sqrt(), (area / aspect).sqrt()
    top = torch.rand(count, generator=generator) * (side - height)
    left = torch.rand(count, generator=generator) * (side - width)
    return _between(top, top + height, side).unsqueeze(2) & _between(left, left + width, side).unsqueeze(1)


def _between(start: Tensor, end: Tensor, side: int) -> Tensor:
    place = torch.arange(side).unsqueeze(0)
    return (place >= start.unsqueeze(1)) & (place < end.unsqueeze(1))


def _mixup(crops: Tensor, others: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    # A kept share from 0.6 to 1: a face under half of its strength is no longer the face on the label.
    kept = 1 - 0.4 * torch.rand(len(crops), 1, generator=generator)
    share = kept.unsqueeze(2)
    return share * crops + (1 - share) * others, kept


def _cutmix(crops: Tensor, others: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    patched = _rectangles(len(crops), crops.shape[1], generator)
    kept = 1 - patched.float().mean(dim=(1, 2)).unsqueeze(1)
    return torch.where(patched, others, crops), kept
