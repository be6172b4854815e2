"""Engines that run the expression network: OpenVINO on a CPU, torch on a GPU.

Each has ``run(crops)``, which takes (B, S, S) uint8 and returns four float32 arrays: logits (B, 8) over
labels.EXPRESSIONS, logits (B, 7) over labels.FER2013_LABELS, region maps (B, K, h, w) and region gates (B,
K).
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    import torch

OUTPUTS = ("expressions", "fer2013", "region_maps", "region_gates")


class EngineMissing(Exception):
    """The network cannot be run as it was asked to be; the message is one sentence for the administrator."""


class Engine(Protocol):
    """Anything that runs the network; benchmarks bring others."""

    def run(self, crops: np.ndarray) -> tuple[np.ndarray, ...]: ...


class OpenVinoEngine:
    """The exported graph on the CPU. An instance serves one thread at a time.

    Measured beside ONNX Runtime and torch, OpenVINO is the fastest on CPUs with and without AMX.
    """

    def __init__(self, graph: bytes, threads: int, precision: str = "f32") -> None:
        """``precision``: OpenVINO's name for the type of what is not int8. Raises EngineMissing."""
        # Imported late: a machine with a GPU trains and serves without OpenVINO.
        import openvino as ov

        # Without the precision, OpenVINO takes bf16 where the CPU has it, and answers differ between CPUs.
        settings = {
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": precision,
            "NUM_STREAMS": 1,
            "PERFORMANCE_HINT": "LATENCY",
        }
        core = ov.Core()
        try:
            # For batches of any size. A graph compiled for exactly 32 faces is 7 % faster, but rounds
            # otherwise: a face would get another answer in a full batch.
            compiled = core.compile_model(core.read_model(graph), "CPU", settings)
        except RuntimeError as error:
            raise EngineMissing("OpenVINO cannot run this graph.") from error
        self._request = compiled.create_infer_request()

    def run(self, crops: np.ndarray) -> tuple[np.ndarray, ...]:
        found = self._request.infer({"crops": np.ascontiguousarray(crops)})
        # The request reuses its buffers in the next run, so each output is copied.
        return tuple(np.array(found[name], dtype=np.float32) for name in OUTPUTS)


class TorchEngine:
    """The plain weights in fp32 on a torch device."""

    def __init__(self, weights: Path, config: dict[str, Any], device: str) -> None:
        """``config``: the card's "network". ``device``: "cuda", "cuda:1", or "cpu" for tests.

        Raises EngineMissing where there is no such device.
        """
        # Imported late: torch takes 700 MB, and a worker on the CPU does without it.
        import torch
        from safetensors.torch import load_file

        from .network import AttentionCNN, NetworkConfig

        if device.startswith("cuda") and not torch.cuda.is_available():
            raise EngineMissing(f"torch finds no GPU for {device!r}; INFERENCE_DEVICE=cpu needs none.")
        self._torch, self._device = torch, torch.device(device)
        network = AttentionCNN(NetworkConfig.from_dict(config))
        network.load_state_dict(load_file(weights))
        # torch's types lack this overload of Module.to.
        self._network = network.eval().to(self._device, memory_format=torch.channels_last)  # type: ignore[call-overload]

    def run(self, crops: np.ndarray) -> tuple[np.ndarray, ...]:
        with self._torch.inference_mode():
            prediction = self._network(self._torch.from_numpy(np.ascontiguousarray(crops)).to(self._device))
        tensors: list[torch.Tensor] = [getattr(prediction, name) for name in OUTPUTS]
        return tuple(tensor.float().cpu().numpy() for tensor in tensors)
