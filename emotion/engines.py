"""What runs the network: OpenVINO on a CPU, torch on a GPU. The same crops in, the same arrays out.

run(crops) takes (B, S, S) uint8 and returns float32 arrays: logits (B, 8) over labels.EXPRESSIONS, logits
(B, 7) over labels.FER2013_LABELS, region maps (B, K, h, w) and region gates (B, K).
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import openvino as ov

if TYPE_CHECKING:
    import torch

OUTPUTS = ("expressions", "fer2013", "region_maps", "region_gates")
# Faces per run. More gain nothing in speed and cost memory.
FULL_BATCH = 32


class EngineMissing(Exception):
    """What was asked to run the network cannot; one sentence for the administrator."""


class OpenVinoEngine:
    """The exported graph on the CPU; one instance serves one thread at a time.

    Measured beside ONNX Runtime and torch, OpenVINO is the fastest on CPUs with and without AMX.
    """

    def __init__(self, graph: bytes, threads: int):
        # For what is not int8: left alone, OpenVINO takes bf16 where the CPU has it, and answers differ.
        exact = {"INFERENCE_PRECISION_HINT": "f32"}
        settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"} | exact
        core = ov.Core()
        try:
            model = core.read_model(graph)
            self._any = core.compile_model(model, "CPU", settings).create_infer_request()
            # Without the bookkeeping for batches of any size: a tenth faster when there is most to do.
            model.reshape({0: [FULL_BATCH, *model.input().partial_shape[1:]]})
            self._full = core.compile_model(model, "CPU", settings).create_infer_request()
        except RuntimeError as error:
            raise EngineMissing("The graph is none that OpenVINO can run.") from error

    def run(self, crops: np.ndarray) -> tuple[np.ndarray, ...]:
        request = self._full if len(crops) == FULL_BATCH else self._any
        found = request.infer({"crops": np.ascontiguousarray(crops)})
        # The request reuses its buffers in the next run, so each output is copied.
        return tuple(np.array(found[name], dtype=np.float32) for name in OUTPUTS)


class TorchEngine:
    """The plain weights in fp32 on a torch device: "cuda", "cuda:1", and "cpu" for tests."""

    def __init__(self, weights: Path, config: dict, device: str):
        # Here and not above: torch takes 700 MB, and a worker on the CPU does without.
        import torch
        from safetensors.torch import load_file

        from .network import AttentionCNN, NetworkConfig

        if device.startswith("cuda") and not torch.cuda.is_available():
            raise EngineMissing(f"torch finds no GPU for {device!r}; INFERENCE_DEVICE=cpu needs none.")
        self._torch, self._device = torch, torch.device(device)
        network = AttentionCNN(NetworkConfig.from_dict(config))
        network.load_state_dict(load_file(weights))
        self._network = network.eval().to(self._device, memory_format=torch.channels_last)

    def run(self, crops: np.ndarray) -> tuple[np.ndarray, ...]:
        with self._torch.inference_mode():
            prediction = self._network(self._torch.from_numpy(np.ascontiguousarray(crops)).to(self._device))
        return tuple(_array(getattr(prediction, name)) for name in OUTPUTS)


def _array(tensor: "torch.Tensor") -> np.ndarray:
    return tensor.float().cpu().numpy()
