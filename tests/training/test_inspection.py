"""Robustness, regions and plots of the shipped weights, on small generated files."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion.vision.states import FaceState
from tests.emotion.official_files import pictures, write_images, write_votes
from tests.media import clips
from training.__main__ import main
from training.data.dataset import BadFile, Faces
from training.evaluation import webcam
from training.evaluation.logit_adjustment import adjusted
from training.evaluation.regions import half_of, moved, painted, region_facts
from training.evaluation.robustness import CONDITIONS, changed
from training.evaluation.webcam import webcam_robustness


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[str]:
    folder = tmp_path_factory.mktemp("official")
    images, votes = write_images(folder / "fer2013.csv"), write_votes(folder / "fer2013new.csv")
    return ["--images", str(images), "--votes", str(votes)]


def some_faces(count: int) -> Faces:
    return Faces(
        pictures(count), np.zeros(count, np.int64), np.full(count, "PublicTest"), np.zeros((count, 10), int)
    )


@pytest.mark.parametrize("condition", CONDITIONS, ids=[condition.name for condition in CONDITIONS])
def test_a_condition_changes_each_face_the_same_way_at_each_call(condition):
    faces = some_faces(4)
    harmed = changed(faces, condition.change).images
    assert harmed.shape == faces.images.shape
    assert harmed.dtype == np.uint8
    assert (harmed != faces.images).any(axis=(1, 2)).all()
    assert np.array_equal(harmed, changed(faces, condition.change).images)


def test_every_condition_is_set_against_the_clean_faces(files, tmp_path):
    main(["robustness", *files, "--split", "Training", "--rows", "6", "--json", str(tmp_path / "out.json")])
    found = json.loads((tmp_path / "out.json").read_text())
    assert list(found["conditions"]) == ["clean", *(condition.name for condition in CONDITIONS)]
    clean = found["conditions"]["clean"]["fer2013"]
    assert clean["n"] == 6
    assert clean["change"] == 0
    for row in found["conditions"].values():
        low, high = row["fer2013"]["interval"]
        assert low <= row["fer2013"]["accuracy"] <= high
        assert row["fer2013"]["change"] == pytest.approx(
            row["fer2013"]["accuracy"] - clean["accuracy"], abs=1e-3
        )


def test_logit_adjustment_moves_an_answer_to_the_rarer_class():
    found = adjusted(np.array([[0.6, 0.4]]), np.array([3, 1]), ("common", "rare"), np.array([1]))
    assert [scores["accuracy"] for scores in found.values()] == [0, 0, 0, 0, 1, 1]  # 0.4 * 3^tau > 0.6


def test_without_logit_adjustment_the_figures_are_those_of_evaluate(files, tmp_path):
    faces, out = ["--faces", str(tmp_path / "faces.npz")], tmp_path / "out.json"
    main(["prepare", *files, *faces])
    main(["logit-adjustment", *faces, "--split", "PublicTest", "--json", str(out)])
    found = json.loads(out.read_text())
    main(["evaluate", *files, "--split", "PublicTest", "--json", str(out)])
    assert {name: found[name]["0.0"] for name in ("fer2013", "ferplus")} == json.loads(out.read_text())


def test_the_half_of_a_map_is_its_fewest_strongest_cells():
    one = np.array([[[0.4, 0.05], [0.3, 0.25]]])
    assert half_of(one).tolist() == [[[True, False], [True, False]]]


def test_a_moved_mask_hides_as_much():
    masks = half_of(np.random.default_rng(0).random((5, 12, 12)))
    other = moved(masks, np.random.default_rng(1))
    assert other.sum(axis=(1, 2)).tolist() == masks.sum(axis=(1, 2)).tolist()
    assert (other != masks).any()


def test_only_what_is_masked_is_painted_over():
    faces, masks = pictures(2), np.zeros((2, 12, 12), bool)
    masks[:, 3, 4] = True
    change = painted(faces, masks) != faces
    assert not change[:, :12].any()
    assert not change[:, 16:].any()
    assert not change[:, :, :16].any()
    assert change[:, 12:16, 16:20].any(axis=(1, 2)).all()


def test_region_facts_of_the_shipped_network_are_shares(recogniser):
    facts = region_facts(recogniser, pictures(8))
    assert 0 <= facts["mean_pairwise_overlap"] <= 1
    for place in facts["regions"]:
        assert sum(place["zones"].values()) == pytest.approx(1, abs=0.01)
        assert 0 <= place["gate"] <= 1


def test_on_webcam_frames_it_says_the_same_or_why_it_says_nothing(recogniser):
    found = webcam_robustness(recogniser, clips.VIDEO)
    assert found["clean"]["same"] == 1
    assert found["clean"]["seen"] + found["clean"]["unsure"] == pytest.approx(1)
    for row in found.values():
        assert sum(row[state.value] for state in FaceState) == pytest.approx(1, abs=0.005)
    for condition in ("roll 10 degrees", "JPEG quality 40", "face of 40 px"):
        assert found[condition]["same"] > 0.85
    assert found["a fifth of the light"]["seen"] == 0


def test_a_video_without_a_face_is_named(recogniser, monkeypatch):
    monkeypatch.setattr(webcam, "frames_of", lambda _path: [np.full((240, 320), 90, np.uint8)] * 3)
    with pytest.raises(BadFile, match="No frame of this video shows a face"):
        webcam_robustness(recogniser, clips.VIDEO)


def test_a_video_that_is_not_there_is_named(files, tmp_path):
    with pytest.raises(SystemExit, match=r"nowhere\.mp4 does not exist"):
        main(["robustness", *files, "--rows", "4", "--video", str(tmp_path / "nowhere.mp4")])


def test_plots_are_written_and_hold_no_small_group_of_faces(files, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    epoch = {"loss": 2.0, "fer2013": 0.5, "ferplus": 0.6}
    (run / "history.jsonl").write_text("".join(json.dumps({"epoch": n} | epoch) + "\n" for n in (1, 2)))
    main(["plots", *files, "--run", str(run), "--out", str(tmp_path / "out")])
    names = {path.stem for path in (tmp_path / "out").iterdir()}
    assert names == {"learning-curves", "confusion-fer2013", "confusion-ferplus", "reliability"}
    assert all(cv2.imread(str(path)).std() > 1 for path in (tmp_path / "out").iterdir())


def test_a_video_shows_the_framing_of_its_crops_and_the_regions_in_them(faces, recogniser):
    # matplotlib takes half a second to load, and every process collects this file.
    from training.reporting.video_plots import EXAMPLES, video_plots

    crops = [faces.inspect(clips.jpeg(frame)).crop for frame in clips.frames(clips.WITHOUT_HANDS)[::20]]
    figures = video_plots(recogniser, np.stack(crops), clips.VIDEO)
    both = [points.get_offsets() for points in figures["framing"].axes[0].collections]
    assert np.abs(both[0] - both[1]).max() < 1
    assert len(figures["region-maps-video"].axes) == EXAMPLES * (1 + recogniser.card["regions"]["shape"][0])


def test_a_run_without_a_history_is_named(files, tmp_path: Path):
    with pytest.raises(SystemExit, match=r"history\.jsonl does not exist"):
        main(["plots", *files, "--run", str(tmp_path), "--out", str(tmp_path / "out")])
