"""Write a trained network as the files that are served: graph, plain weights, and card."""

import copy
import hashlib
import json
import logging
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from emotion.vision.geometry import FRAMING
from emotion.vision.labels import EXPRESSIONS, FER2013_LABELS
from emotion.vision.network import AttentionCNN
from emotion.vision.recogniser import CARD
from training.fit.mobilenet import MobileNet
from training.fit.network_measures import count_macs

GRAPH = "network.onnx"
PLAIN_WEIGHTS = "network.safetensors"
OUTPUTS = ("expressions", "fer2013", "region_maps", "region_gates")
# Enough faces for stable ranges of the activations; more changed no figure.
QUANTISING_FACES = 1024
# int8 moves the top expression of 1 % of the faces, those between two; an engine's mistake moved far more.
LEAST_AGREEMENT = 0.94
# What becomes int8. Measured on PublicTest: with everything in int8, an earlier network lost 0.8 points on
# FER2013 and 0.4 on FER+, and 7 % of its region maps' mass moved. What decides the maps stays exact; with
# these, the shipped network loses nothing.
IN_INT8 = (
    "AttentionCNN/stem",
    "AttentionCNN/stages",
    "region_attention.key_value",
    "reader.grid",
    "attention.query",
    "attention.key_value",
    "attention.out",
    "mlp",
    "MobileNet/stages",
)


class GraphDisagrees(Exception):
    """The engine computes other answers from the graph than the network that it was made from."""


INPUT_FACTS = {
    "kind": "grey uint8 crops (B, size, size), 0 to 255; the graph itself takes out brightness and contrast",
    "framing": (
        "as FER2013: an upright face that fills the square from forehead to chin and from ear to ear; "
        "those images come from a face detector, unaligned, so eyes and mouth vary by a few pixels"
    ),
    # Eyes, nose, corners of the mouth, (x, y) in pixels: where the worker puts them.
    "landmarks": FRAMING.tolist(),
}


def export(
    network: AttentionCNN, folder: Path, *, calibration_faces: np.ndarray | None, provenance: dict
) -> dict:
    """Writes graph, weights and card into the folder, and returns the card.

    ``calibration_faces`` (N, S, S) uint8 of Training make the graph int8; without them it is fp32. Raises
    GraphDisagrees, with everything written but the card, where the engine's answers to those faces differ
    from the network's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    graph = folder / GRAPH
    write_graph(network, graph, side=network.config.input_size, calibration_faces=calibration_faces)
    save_file(
        {name: tensor.contiguous() for name, tensor in network.state_dict().items()}, folder / PLAIN_WEIGHTS
    )
    card = _card(network, folder, precision="fp32" if calibration_faces is None else "int8") | {
        "training": provenance
    }
    if calibration_faces is not None:
        card["graph"]["agreement"] = _agreement(network, graph, _spread(calibration_faces))
    write_card(folder, card)
    return card


def _spread(faces: np.ndarray) -> np.ndarray:
    return faces[np.linspace(0, len(faces) - 1, min(len(faces), QUANTISING_FACES)).astype(int)]


@torch.inference_mode()
def _agreement(network: AttentionCNN, graph: Path, faces: np.ndarray) -> float:
    """Share of faces with the same expression from graph and network. Raises GraphDisagrees."""
    # A machine that trains on a GPU may have no OpenVINO.
    import openvino as ov

    engine = ov.Core().compile_model(graph, "CPU")
    same = []
    for crops in np.array_split(faces, -(-len(faces) // 32)):
        expected = network(torch.from_numpy(crops)).expressions.argmax(1).numpy()
        same.append(engine({"crops": crops})["expressions"].argmax(1) == expected)
    agreement = float(np.concatenate(same).mean())
    if agreement < LEAST_AGREEMENT:
        raise GraphDisagrees(f"{graph} agrees with its network on only {100 * agreement:.1f} % of the faces.")
    return agreement


def write_graph(
    network: AttentionCNN | MobileNet, path: Path, *, side: int, calibration_faces: np.ndarray | None
) -> None:
    """Writes a network in eval mode as one ONNX file.

    The graph takes any number of uint8 crops (B, side, side), and returns logits and region maps. It is int8,
    with ranges measured on ``calibration_faces`` (N, side, side), or fp32 without them.
    """
    _write_exact_graph(network, path, side)
    if calibration_faces is not None:
        quantise(path, calibration_faces)
    onnx.save(_without_traces(_biases_added(onnx.load(path))), path)


def _write_exact_graph(network: AttentionCNN | MobileNet, path: Path, side: int) -> None:
    network = copy.deepcopy(network).eval().cpu()
    if isinstance(network, AttentionCNN):
        network.stem = folded(network.stem)
    crops = torch.randint(0, 256, (2, side, side), dtype=torch.uint8)
    torch.onnx.export(
        network,
        (crops,),
        path,
        input_names=["crops"],
        output_names=list(OUTPUTS),
        dynamic_shapes=({0: torch.export.Dim("faces", min=1, max=4096)},),
        external_data=False,
        dynamo=True,
        verbose=False,
    )


def folded(stem: nn.Sequential) -> nn.Sequential:
    """The stem with its norm inside the convolution, so that int8 goes through the pool.

    Only a norm that keeps the order of values can change places with a maximum; another stem is returned
    unchanged.
    """
    convolution, pool, norm, relu = stem
    if not (
        isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d) and (norm.weight > 0).all()
    ):
        return stem
    return nn.Sequential(fuse_conv_bn_eval(convolution, norm), relu, pool)


def quantise(path: Path, faces: np.ndarray) -> None:
    """Quantises the parts named in IN_INT8 to int8 (nncf), with ranges measured on faces (N, S, S) uint8."""
    # It takes seconds to load, and only this function needs it.
    import nncf

    # At lower levels it logs a line for each operation that is left exact.
    nncf.set_log_level(logging.WARNING)
    graph = onnx.load(path)
    chosen = _spread(faces)
    batches = [chosen[start : start + 32] for start in range(0, len(chosen), 32)]
    quantised = nncf.quantize(
        graph,
        nncf.Dataset(batches, lambda crops: {"crops": crops}),
        subset_size=len(batches),
        ignored_scope=nncf.IgnoredScope(names=_left_exact(graph)),
        # Correcting biases moved the logits by half as much again: 0.040 in the mean instead of 0.026.
        advanced_parameters=nncf.AdvancedQuantizationParameters(disable_bias_correction=True),
    )
    onnx.save(quantised, path)


def _left_exact(graph: onnx.ModelProto) -> list[str]:
    modules = {
        node.name: fact.value
        for node in graph.graph.node
        for fact in node.metadata_props
        if fact.key == "namespace"
    }
    return [
        node.name
        for node in graph.graph.node
        if not any(part in modules.get(node.name, "") for part in IN_INT8)
    ]


def _biases_added(graph: onnx.ModelProto) -> onnx.ModelProto:
    """Each convolution's bias as an addition of its own, which OpenVINO takes back into the convolution.

    From where ONNX keeps biases, OpenVINO 2026.4 does not take the first one in a graph for batches of any
    size: it adds it slowly, and to int8 results it adds the first channel's to all channels (9 points of
    accuracy lost; ONNX Runtime reads the same file rightly).
    """
    tensors = {tensor.name: tensor for tensor in graph.graph.initializer}
    nodes = []
    for node in graph.graph.node:
        nodes.append(node)
        if node.op_type == "Conv" and len(node.input) == 3:
            result, bias = node.output[0], numpy_helper.to_array(tensors[node.input.pop()])
            node.output[0], added = f"{result}_without_bias", f"{node.name}_bias"
            graph.graph.initializer.append(numpy_helper.from_array(bias.reshape(1, -1, 1, 1), added))
            nodes.append(helper.make_node("Add", [node.output[0], added], [result], added))
    del graph.graph.node[:]
    graph.graph.node.extend(nodes)
    return _without_unused(graph)


def _without_unused(graph: onnx.ModelProto) -> onnx.ModelProto:
    used = {name for node in graph.graph.node for name in node.input}
    kept = [tensor for tensor in graph.graph.initializer if tensor.name in used]
    del graph.graph.initializer[:]
    graph.graph.initializer.extend(kept)
    return graph


def _without_traces(graph: onnx.ModelProto) -> onnx.ModelProto:
    """The graph without the exporter's notes, which say for each node what line of code it is from."""
    for node in graph.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    return graph


def write_card(folder: Path, card: dict) -> None:
    """Writes card.json into the folder."""
    (folder / CARD).write_text(json.dumps(card, indent=2) + "\n")


def _card(network: AttentionCNN, folder: Path, *, precision: str) -> dict:
    side = network.config.input_size
    graph = _file_facts(folder / GRAPH) | {"precision": precision, "engine": "OpenVINO"}
    with torch.inference_mode():
        maps = network(torch.zeros(1, side, side)).region_maps
    return {
        "version": f"cpls-1-{graph['sha256'][:8]}",
        "licence": "Apache-2.0; trained on FER2013 with FER+ votes (MIT); the images are not part of it",
        "labels": {"expressions": list(EXPRESSIONS), "fer2013": list(FER2013_LABELS)},
        "input": {"size": side} | INPUT_FACTS,
        "regions": {"shape": list(maps.shape[1:])},
        "graph": graph,
        "weights": _file_facts(folder / PLAIN_WEIGHTS),
        "network": network.config.as_dict(),
        "cost": {"macs": count_macs(network), "parameters": sum(p.numel() for p in network.parameters())},
        "temperature": {"expressions": 1.0, "fer2013": 1.0},
        "abstention": {"threshold": 0.0},
        "metrics": {},
    }


def _file_facts(path: Path) -> dict:
    return {
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "bytes": path.stat().st_size,
    }
