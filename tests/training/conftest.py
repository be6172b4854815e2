from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from emotion.vision.inspector import FrameInspector
from emotion.vision.recogniser import Recogniser
from tests.emotion.official_files import write_images, write_votes
from training.__main__ import main

RECIPE = """
[data]
images = "nowhere.csv"
votes = "{folder}/fer2013new.csv"
faces = "{{runs}}/faces.npz"
runs = "{folder}"

[network]
input_size = 48
blocks = [1, 1, 2, 1]

[recipe]
epochs = 1
batch_size = 16
processes = 1

[[steps]]
command = "prepare"

[[steps]]
command = "train"
run = "{{runs}}/run"
vote_power = 2

[[steps]]
command = "soup"
networks = ["{{runs}}/run/best.pt", "{{runs}}/run/last.pt"]
run = "{{runs}}/soup"

[[steps]]
command = "export"
checkpoint = "{{runs}}/run/best.pt"
weights = "{{runs}}/weights"
fp32 = true

[[steps]]
command = "calibrate"
weights = "{{runs}}/weights"

[[steps]]
command = "evaluate"
weights = "{{runs}}/weights"
json = "{{runs}}/figures.json"
"""


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other on a busy machine cost more than these small networks."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a recipe makes of the official files: faces, a run of one epoch, exported weights, figures.

    Writing a graph takes torch three seconds, however small the network, so tests share this one.
    It has fewer blocks than the shipped one, which trains and is written in two thirds of the time.
    """
    folder = tmp_path_factory.mktemp("training")
    write_images(folder / "fer2013.csv")
    write_votes(folder / "fer2013new.csv")
    (folder / "recipe.toml").write_text(RECIPE.format(folder=folder))
    main(["run", str(folder / "recipe.toml"), "--images", str(folder / "fer2013.csv")])
    return folder


@pytest.fixture(scope="session")
def recogniser() -> Recogniser:
    """The shipped network, loaded once."""
    return Recogniser.load()


@pytest.fixture(scope="session")
def faces(recogniser: Recogniser) -> FrameInspector:
    """Crops as the shipped network takes them."""
    return FrameInspector(crop_size=recogniser.input_size)
