"""The commands that measure, draw what was measured, and write it into the documents."""

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import torch
from tyro.conf import Positional, arg, create_mutex_group

from emotion.vision.recogniser import WEIGHTS, Recogniser
from training.cli.options import (
    PREPARED,
    TEACHES,
    Images,
    Json,
    MaybeVotes,
    PreparedFaces,
    Split,
    Video,
    WeightsFolder,
)
from training.data import framing
from training.data.dataset import BadFile, Faces, load_faces, occurs_in, read_faces, with_votes
from training.data.video import frames_behind_hands, frames_of
from training.evaluation import ensemble as ensembles
from training.evaluation import logit_adjustment, regions, robustness, webcam
from training.evaluation.calibrate import calibrate
from training.evaluation.evaluate import evaluate, evaluate_faces, report
from training.evaluation.pictures import read_pictures, report_pictures
from training.evaluation.trials import table as trials_table
from training.evaluation.trials.rows import Inputs
from training.fit.export import write_card
from training.fit.teachers import framings, mirrored
from training.reporting.documents import DOCUMENTS, FIGURES, rewrite

SOURCE = create_mutex_group(required=True)


@dataclass(frozen=True)
class Calibrate:
    """Fit temperatures and abstention threshold of the served graph on PublicTest, into its card."""

    weights: WeightsFolder = WEIGHTS
    faces: PreparedFaces = PREPARED

    def __call__(self) -> None:
        everything = load_faces(self.faces)
        faces = everything.of("PublicTest")
        card = calibrate(self.weights, faces)
        seen = occurs_in(faces.images, everything.of("Training").images)
        evaluation = evaluate_faces(Recogniser.load(self.weights), faces, seen)
        command = "python -m training evaluate --images fer2013.csv --votes fer2013new.csv --split PublicTest"
        card["metrics"] = {"command": command, "PublicTest": evaluation.for_card()}
        write_card(self.weights, card)
        print(f"temperature {card['temperature']}, abstention threshold {card['abstention']['threshold']}")
        print(report(evaluation))


@dataclass(frozen=True)
class Evaluate:
    """Score the served graph on a split of the official files, or on labelled pictures of any source."""

    images: Annotated[Path | None, SOURCE, arg(metavar="CSV", help="fer2013.csv or .csv.gz")] = None
    pictures: Annotated[Path | None, SOURCE, arg(metavar="FOLDER")] = None
    """Any pictures, in a folder for each expression (anger, happiness, ...)."""
    crops: bool = False
    """The pictures are faces cut out as FER2013 does; without it the worker's detector finds them."""
    votes: MaybeVotes = None
    split: Split = "PublicTest"
    json: Json = None
    weights: WeightsFolder = WEIGHTS

    def __call__(self) -> None:
        recogniser = Recogniser.load(self.weights)
        if self.pictures:
            pictures = read_pictures(self.pictures, recogniser, are_crops=self.crops)
            print(report_pictures(pictures))
            _write(self.json, {"version": recogniser.version} | pictures.as_dict())
        elif self.images:
            evaluation = evaluate(recogniser, self.images, self.votes, self.split)
            print(report(evaluation))
            _write(self.json, evaluation.as_dict())


@dataclass(frozen=True)
class Ensemble:
    """Score trained networks alone, asked about several views of each face, and together."""

    networks: Annotated[Positional[tuple[Path, ...]], arg(metavar="WEIGHTS", help=f"{TEACHES}; one or more.")]
    views: int | None = None
    """Ask about so many slightly moved views of each face; otherwise about it and its mirror image."""
    faces: PreparedFaces = PREPARED
    split: Split = "PublicTest"

    def __call__(self) -> None:
        if not self.networks:
            raise BadFile("An ensemble needs at least one network.")
        views = mirrored
        if self.views:
            views = partial(framings, count=self.views, generator=torch.Generator().manual_seed(1))
        faces = load_faces(self.faces).of(self.split)
        print(ensembles.table(ensembles.ensemble(self.networks, faces, views)))


@dataclass(frozen=True, kw_only=True)
class _OfFaces:
    """Options of commands that take prepared faces or the official files."""

    faces: PreparedFaces = PREPARED
    images: Annotated[Path | None, arg(metavar="CSV", help="fer2013.csv or .csv.gz, instead of --faces.")] = (
        None
    )
    votes: Annotated[Path | None, arg(metavar="CSV", help="fer2013new.csv or .csv.gz, with --images.")] = None
    split: Split = "PublicTest"
    weights: WeightsFolder = WEIGHTS

    def _faces(self) -> Faces:
        if self.images is None:
            return load_faces(self.faces).of(self.split)
        faces = read_faces(self.images)
        if self.votes:
            faces = with_votes(faces, self.votes)
        return faces.of(self.split)


@dataclass(frozen=True, kw_only=True)
class Robustness(_OfFaces):
    """Measure what webcams do to faces, what is read that should not be, and whether the regions are real."""

    json: Json = None
    video: Video = None
    nobody: Annotated[Path | None, arg(metavar="FOLDER")] = None
    """Folders of pictures without a person."""
    rows: int | None = None
    """Take so many rows of the split; otherwise all."""

    def __call__(self) -> None:
        recogniser, faces = Recogniser.load(self.weights), self._faces()
        if self.rows:
            faces = faces.thinned(self.rows)
        frames = frames_of(self.video) if self.video else ()
        hands = frames_behind_hands(self.video) if self.video else {}
        found: dict = {
            "version": recogniser.version,
            "split": self.split,
            "trials": trials_table.trials(Inputs(recogniser, faces, frames, self.nobody, hands)),
            "conditions": robustness.robustness(recogniser, faces),
            "regions": regions.region_facts(recogniser, faces.images),
            "webcam": webcam.webcam_robustness(recogniser, self.video) if self.video else None,
        }
        _write(self.json, found)
        parts = [
            robustness.table(found["conditions"]),
            regions.describe(found["regions"]),
            trials_table.table(found["trials"]),
        ]
        print(*parts, *([webcam.table(found["webcam"])] if self.video else []), sep="\n\n")


@dataclass(frozen=True)
class LogitAdjustment:
    """Measure what rare classes would gain, and the others lose, by logit adjustment."""

    json: Json = None
    faces: PreparedFaces = PREPARED
    split: Split = "PublicTest"
    weights: WeightsFolder = WEIGHTS

    def __call__(self) -> None:
        recogniser, faces = Recogniser.load(self.weights), load_faces(self.faces)
        found = logit_adjustment.logit_adjustment(recogniser, faces.of(self.split), faces.of("Training"))
        _write(self.json, {"version": recogniser.version, "split": self.split} | found)
        print(logit_adjustment.table(found))


@dataclass(frozen=True, kw_only=True)
class Plots(_OfFaces):
    """Draw learning curves of a run, and confusion, reliability and region maps of the served graph."""

    out: Annotated[Path, arg(metavar="FOLDER", help="Where the .png files are written.")]
    run: Annotated[Path | None, arg(metavar="FOLDER", help="The run whose learning curves are drawn.")] = None
    video: Video = None

    def __call__(self) -> None:
        # matplotlib takes a second to load, and only this command needs it.
        from training.reporting.plots import plot

        faces, recogniser = self._faces(), Recogniser.load(self.weights)
        for path in plot(recogniser, faces, self.out, run=self.run, video=self.video):
            print(path)


@dataclass(frozen=True)
class Framing:
    """Compare where the worker's crops and FER2013's pictures have the landmarks of a face."""

    images: Images
    video: Annotated[Path, arg(metavar="FILE", help="A video of one face.")]

    def __call__(self) -> None:
        for name, places in framing.compare(read_faces(self.images).of("Training"), self.video).items():
            print(f"{name:>30}: {places.round(2).tolist()}")


@dataclass(frozen=True)
class Card:
    """Write the tables and headlines of the documents from what the other commands measured."""

    documents: Annotated[tuple[Path, ...], arg(metavar="MD")] = DOCUMENTS
    """The documents with generated tables."""
    figures: Annotated[Path, arg(metavar="FOLDER")] = FIGURES
    """The JSON files."""
    weights: WeightsFolder = WEIGHTS

    def __call__(self) -> None:
        for path, is_changed in rewrite(self.documents, self.weights, self.figures).items():
            print(f"{path}: {'rewritten; its text may need a correction' if is_changed else 'unchanged'}")


def _write(path: Path | None, figures: dict) -> None:
    if path:
        path.write_text(json.dumps(figures, indent=2) + "\n")
