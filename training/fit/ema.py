"""The exponential moving average of a network's weights, which is what a training run keeps."""

from collections.abc import Callable

from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

Tensors = tuple[Tensor, ...] | list[Tensor]


def ema_of(network: nn.Module, decay: float) -> AveragedModel:
    """An average of a network's parameters and buffers, in eval mode on the network's device.

    ``update_parameters(network)`` moves it by one step; ``module`` is the averaged network.
    """
    averaged = AveragedModel(network, multi_avg_fn=_with_warmup(decay), use_buffers=True)
    return averaged.requires_grad_(False).eval()


def _with_warmup(decay: float) -> Callable[[Tensors, Tensors, Tensor | int], None]:
    """An update with a short memory at first.

    With the full decay the average would carry the random start for several epochs.
    """

    def update(averaged: Tensors, current: Tensors, updates: Tensor | int) -> None:
        done = int(updates)
        get_ema_multi_avg_fn(min(decay, (1 + done) / (10 + done)))(averaged, current, updates)

    return update
