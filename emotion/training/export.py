"""From a trained network to the files that are served: the graph, the plain weights, and the card with
their facts.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from safetensors.torch import save_file

from emotion.faces import FRAMING
from emotion.labels import EXPRESSIONS, FER2013_LABELS
from emotion.network import AttentionCNN, count_macs
from emotion.recogniser import CARD

GRAPH = "network.onnx"
PLAIN_WEIGHTS = "network.safetensors"
OUTPUTS = ("expressions", "fer2013", "region_maps", "region_gates")
# Enough faces for stable ranges of the activations; more changed no figure.
QUANTISING_FACES = 1024

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
    """Writes graph, weights and card into the folder and returns the card.

    ``calibration_faces`` (N, S, S) uint8 from Training make the graph int8; None leaves it fp32.
    """
    folder.mkdir(parents=True, exist_ok=True)
    graph = folder / GRAPH
    write_graph(network, graph)
    if calibration_faces is not None:
        quantise(graph, calibration_faces)
    onnx.save(_without_traces(onnx.load(graph)), graph)
    save_file(
        {name: tensor.contiguous() for name, tensor in network.state_dict().items()}, folder / PLAIN_WEIGHTS
    )
    card = _card(network, folder, precision="fp32" if calibration_faces is None else "int8") | {
        "training": provenance
    }
    write_card(folder, card)
    return card


def write_graph(network: AttentionCNN, path: Path) -> None:
    """The network in eval mode as one ONNX file: uint8 crops of any count in, logits and region maps out."""
    side = network.config.input_size
    crops = torch.randint(0, 256, (2, side, side), dtype=torch.uint8)
    torch.onnx.export(
        network.eval().cpu(),
        (crops,),
        path,
        input_names=["crops"],
        output_names=list(OUTPUTS),
        dynamic_shapes=({0: torch.export.Dim("faces", min=1, max=4096)},),
        external_data=False,
        dynamo=True,
        verbose=False,
    )


def quantise(path: Path, faces: np.ndarray) -> None:
    """Makes the residual stages of the graph int8, with ranges measured on these faces (nncf)."""
    import nncf  # heavy, and only needed here

    graph = onnx.load(path)
    chosen = faces[np.linspace(0, len(faces) - 1, min(len(faces), QUANTISING_FACES)).astype(int)]
    batches = [chosen[start : start + 32] for start in range(0, len(chosen), 32)]
    quantised = nncf.quantize(
        graph,
        nncf.Dataset(batches, lambda crops: {"crops": crops}),
        subset_size=len(batches),
        ignored_scope=nncf.IgnoredScope(names=_outside_the_stages(graph)),
    )
    onnx.save(quantised, path)


def _outside_the_stages(graph: onnx.ModelProto) -> list[str]:
    """The operations that stay exact. Measured on PublicTest: int8 everywhere costs 0.8 points on FER2013 and
    0.4 on FER+, and moves 7 % of the region maps' mass; int8 stages cost nothing and move 1 %, at nearly
    the same speed.
    """
    modules = {
        node.name: fact.value
        for node in graph.graph.node
        for fact in node.metadata_props
        if fact.key == "namespace"
    }
    return [node.name for node in graph.graph.node if "AttentionCNN/stage" not in modules.get(node.name, "")]


def _without_traces(graph: onnx.ModelProto) -> onnx.ModelProto:
    """The exporter notes for each node which line of which file it came from: nobody else's business."""
    for node in graph.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    return graph


def write_card(folder: Path, card: dict) -> None:
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
