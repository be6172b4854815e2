"""The commands, on what conftest.py made of small generated files; pipelines are in test_pipeline.py."""

import json
import shutil
from pathlib import Path

import pytest
import torch

from emotion.vision.network import AttentionCNN, NetworkConfig
from emotion.vision.recogniser import Recogniser
from tests.training.package_files import mobilenet_arrays, write_mobilenet
from training.__main__ import main
from training.cli.commands import STEPS
from training.fit import mobilenet
from training.fit.runs import load_best, load_network

PIPELINE = ["distillation-pipeline", "--run", "run", "--json", "no.json"]
PIPELINE += ["--identity", "no.tgz", "--mobilenet", "no.tgz"]


def short(epochs: int) -> list[str]:
    return ["--epochs", str(epochs), "--batch-size", "16", "--processes", "1"]


def small_run(epochs: int) -> list[str]:
    """A short run of a network like the one that all tests share."""
    return [*short(epochs), "--blocks", *"1121"]


def evaluate(trained: Path, *extra: str) -> dict:
    figures = trained / "evaluated.json"
    files = ["--images", str(trained / "fer2013.csv"), "--weights", str(trained / "weights")]
    main(["evaluate", *files, "--json", str(figures), *extra])
    return json.loads(figures.read_text())


def test_the_weights_serve(trained):
    recogniser = Recogniser.load(trained / "weights")
    assert recogniser.card["training"]["recipe"]["seed"] == 1
    assert recogniser.card["abstention"]["chosen_on"] == "PublicTest"


@pytest.mark.parametrize(("split", "rows"), [("Training", 48), ("PublicTest", 16), ("PrivateTest", 8)])
def test_any_split_is_evaluated_on_both_label_sets(trained, split, rows):
    figures = evaluate(trained, "--votes", str(trained / "fer2013new.csv"), "--split", split)
    assert set(figures) == {"fer2013", "ferplus"}
    for label_set, classes in (("fer2013", 7), ("ferplus", 8)):
        scores = figures[label_set]
        assert set(scores) == {"n", "accuracy", "macro_f1", "recall", "confusion"}
        assert scores["n"] == rows == sum(map(sum, scores["confusion"]))
        assert len(scores["recall"]) == len(scores["confusion"]) == classes
        assert scores["accuracy"] == sum(scores["confusion"][i][i] for i in range(classes)) / rows


def test_an_ensemble_of_a_checkpoint_and_its_exported_weights_is_that_network_mirrored(trained, capsys):
    one, exported = (str(trained / name) for name in ("run/best.pt", "weights/network.safetensors"))
    main(["ensemble", one, exported, "--faces", str(trained / "faces.npz")])
    _, once, _, mirrored, _, together = capsys.readouterr().out.splitlines()
    assert once.startswith(f"{one}, once")
    assert mirrored.split()[-4:] == together.split()[-4:]


def test_a_network_asked_about_many_framings_says_something_else(trained, capsys):
    asked = ["ensemble", str(trained / "weights" / "network.onnx"), "--faces", str(trained / "faces.npz")]
    main(asked)
    main([*asked, "--views", "3"])
    _, once, mirrored, _, once_again, framed = capsys.readouterr().out.splitlines()
    assert once == once_again
    assert mirrored != framed


def test_without_votes_only_fer2013_is_evaluated(trained):
    assert set(evaluate(trained)) == {"fer2013"}


def test_the_report_gives_intervals_and_tells_of_images_seen_in_training(trained, capsys):
    evaluate(trained, "--votes", str(trained / "fer2013new.csv"))
    printed = capsys.readouterr().out
    assert printed.count("accuracy") >= 4
    assert "95 %:" in printed
    assert "image also occurs in Training" in printed


def test_a_run_of_another_recipe_is_not_gone_on_with(trained):
    with pytest.raises(SystemExit, match="another recipe"):
        main(["train", "--run", str(trained / "run"), *small_run(3), "--faces", str(trained / "faces.npz")])


def test_a_schedule_can_be_stopped_and_continued(trained, tmp_path):
    asked = ["train", "--run", str(tmp_path), *small_run(2), "--faces", str(trained / "faces.npz")]
    for more, epochs in ((["--stop-after", "1"], 1), ([], 2)):
        main([*asked, *more])
        assert len((tmp_path / "history.jsonl").read_text().splitlines()) == epochs


def test_a_network_is_trained_in_two_processes(trained, tmp_path):
    recipe = [
        "--epochs",
        "1",
        "--batch-size",
        "16",
        "--processes",
        "2",
        "--faces",
        str(trained / "faces.npz"),
    ]
    shape = ["--input-size", "56", "--blocks", "1", "1", "1", "1"]
    main(["train", "--run", str(tmp_path / "run"), *recipe, *shape])
    network = load_network(tmp_path / "run" / "best.pt")
    assert (network.config.input_size, network.config.blocks) == (56, (1, 1, 1, 1))


def test_faces_are_enlarged_to_a_multiple_of_8_only(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["train", "--run", str(tmp_path), "--input-size", "50"])
    assert "--input-size: 50 is no multiple of 8" in capsys.readouterr().err


def test_an_ablation_compares_its_cells_and_only_reads_what_is_complete(trained, tmp_path):
    asked = ["ablate", "--run", str(tmp_path / "runs"), "--json", str(tmp_path / "figures.json")]
    asked += ["--cells", "none", "both", "--seeds", "1", "2", *short(1)]
    for _ in range(2):
        main([*asked, "--faces", str(trained / "faces.npz")])
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["cells"]["none"]["macs"] < figures["cells"]["both"]["macs"]
    assert len(figures["cells"]["both"]["ferplus"]["runs"]) == 2
    assert all(len(path.read_text().splitlines()) == 1 for path in tmp_path.glob("runs/*/history.jsonl"))


def test_a_run_begins_with_exported_weights_and_their_graph_teaches(trained, tmp_path):
    weights = trained / "weights"
    asked = ["distil", "--run", str(tmp_path / "run"), "--start-from", str(weights / "network.safetensors")]
    asked += ["--teachers", str(weights / "network.onnx"), *small_run(1)]
    main([*asked, "--faces", str(trained / "faces.npz")])
    assert (tmp_path / "run" / "best.pt").exists()


def test_a_run_does_not_go_on_with_other_teachers(trained, tmp_path):
    asked = ["distil", "--run", str(tmp_path / "run"), *small_run(1), "--faces", str(trained / "faces.npz")]
    main([*asked, "--teachers", str(trained / "weights" / "network.onnx")])
    with pytest.raises(SystemExit, match="another recipe"):
        main([*asked, "--teachers", str(trained / "weights" / "network.safetensors")])


def test_a_soup_is_the_mean_of_the_weights(trained, tmp_path):
    trained_weights = trained / "run" / "best.pt"
    other = load_best(trained_weights)[0]
    with torch.no_grad():
        other.expressions.bias += 1
    torch.save(torch.load(trained_weights) | {"network": other.state_dict()}, tmp_path / "other.pt")
    asked = ["soup", str(trained_weights), str(tmp_path / "other.pt"), "--run", str(tmp_path / "soup")]
    main([*asked, "--faces", str(trained / "faces.npz")])
    mean, facts = load_best(tmp_path / "soup" / "best.pt")
    torch.testing.assert_close(mean.expressions.bias, other.expressions.bias - 0.5)
    torch.testing.assert_close(mean.fer2013.bias, other.fer2013.bias)
    assert len(facts["recipe"]["mean_of"]) == 2


def test_a_last_checkpoint_is_read_as_the_average_of_its_weights(trained):
    last = trained / "run" / "last.pt"
    average = torch.load(last, weights_only=True)["ema"]
    torch.testing.assert_close(load_network(last).expressions.weight, average["expressions.weight"])


def test_only_networks_of_one_shape_have_a_mean(trained, tmp_path):
    small = AttentionCNN(NetworkConfig(widths=(8, 16, 16), blocks=(1, 1, 1), token_width=16))
    figures = {"network": small.state_dict(), "recipe": {"network": small.config.as_dict()}, "figures": {}}
    torch.save(figures, tmp_path / "small.pt")
    asked = ["soup", str(trained / "run" / "best.pt"), str(tmp_path / "small.pt"), "--run", str(tmp_path)]
    with pytest.raises(SystemExit, match="of one shape"):
        main([*asked, "--faces", str(trained / "faces.npz")])


def test_a_run_begins_with_fewer_blocks_of_another_network(trained, tmp_path):
    weights = trained / "weights" / "network.safetensors"
    asked = ["train", "--run", str(tmp_path / "run"), "--start-from", str(weights), *small_run(1)]
    main([*asked, "--blocks", *"1111", "--faces", str(trained / "faces.npz")])
    assert load_network(tmp_path / "run" / "best.pt").config.blocks == (1, 1, 1, 1)


def test_a_run_begins_with_the_backbone_of_a_network_with_other_attentions(trained, tmp_path):
    weights = trained / "weights" / "network.safetensors"
    asked = ["train", "--run", str(tmp_path / "run"), "--start-from", str(weights), "--regions", "0"]
    main([*asked, "--learning-rate", "0", *small_run(1), "--faces", str(trained / "faces.npz")])
    other, begun = load_network(weights), load_network(tmp_path / "run" / "best.pt")
    torch.testing.assert_close(begun.stem[0].weight, other.stem[0].weight)
    torch.testing.assert_close(begun.reader.class_token, other.reader.class_token)


def test_a_run_does_not_begin_with_a_network_of_another_backbone(trained, tmp_path):
    weights = trained / "weights" / "network.safetensors"
    asked = ["train", "--run", str(tmp_path / "run"), "--start-from", str(weights), *small_run(1)]
    with pytest.raises(SystemExit, match="another backbone; only --blocks can be fewer"):
        main([*asked, "--blocks", *"2332", "--faces", str(trained / "faces.npz")])


def test_weights_without_their_card_are_one_sentence(trained, tmp_path):
    shutil.copy(trained / "weights" / "network.safetensors", tmp_path)
    asked = ["train", "--run", str(tmp_path / "run"), "--start-from", str(tmp_path / "network.safetensors")]
    with pytest.raises(SystemExit, match="no weights that export wrote"):
        main([*asked, "--faces", str(trained / "faces.npz")])


def test_a_mobilenet_learns_and_teaches_and_is_not_served(trained, tmp_path, monkeypatch):
    # All 13 would be trained, written as a graph and asked; test_mobilenet.py has them.
    monkeypatch.setattr(mobilenet, "BLOCKS", mobilenet.BLOCKS[:4])
    package = write_mobilenet(tmp_path / "package.tgz", mobilenet_arrays())
    faces, teacher = ["--faces", str(trained / "faces.npz")], str(tmp_path / "mobilenet" / "best.pt")
    asked = ["train", "--run", str(tmp_path / "mobilenet"), "--mobilenet", str(package), "--input-size", "64"]
    main([*asked, *small_run(1), *faces])
    assert load_network(Path(teacher)).config.input_size == 64
    main(["distil", "--run", str(tmp_path / "student"), "--teachers", teacher, *small_run(1), *faces])
    with pytest.raises(SystemExit, match="which can only teach"):
        main(["export", "--checkpoint", teacher, "--weights", str(tmp_path), *faces])


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["prepare", "--images", "no.csv", "--votes", "no.csv"], "no.csv does not exist"),
        (["train", "--run", "run", "--faces", "no.npz"], "no.npz does not exist"),
        (["export", "--checkpoint", "no.pt"], "no.pt does not exist"),
        ([*PIPELINE, "--extra-teachers", "no.pt"], "no.pt does not exist"),
        (["distil", "--run", "run", "--teachers", "no.pt"], "no.pt does not exist"),
        ([*PIPELINE, "--teachers"], "needs a teacher or an extra teacher"),
        (
            ["evaluate", "--images", "no.csv", "--weights", "nowhere"],
            "the network's weights are not installed",
        ),
    ],
)
def test_a_missing_file_is_one_sentence(command, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=sentence):
        main(command)


def test_a_last_checkpoint_is_not_exported(trained):
    with pytest.raises(SystemExit, match=r"last.pt has no figures of PublicTest"):
        main(["export", "--checkpoint", str(trained / "run" / "last.pt")])


def test_a_checkpoint_cut_short_is_one_sentence(trained, tmp_path):
    damaged = tmp_path / "best.pt"
    shutil.copy(trained / "run" / "best.pt", damaged)
    damaged.write_bytes(damaged.read_bytes()[:5000])
    with pytest.raises(SystemExit, match="is not a checkpoint"):
        main(["export", "--checkpoint", str(damaged)])


@pytest.mark.parametrize("command", [*STEPS, "run"])
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    assert f"usage: python -m training {command}" in capsys.readouterr().out
