"""What keeps the demo from starting is one sentence."""

from pathlib import Path

import pytest

from demo.preflight import require_disk_space, require_weights
from demo.product import Product
from demo.services import CannotStart


def test_a_missing_weight_file_is_one_sentence(tmp_path: Path):
    (tmp_path / "card.json").write_text('{"graph": {"file": "network.onnx"}}')
    for name in ("faces.onnx", "fitness.onnx", "fitness.json", "lowered.onnx"):
        (tmp_path / name).touch()
    with pytest.raises(CannotStart, match=r"network\.onnx is missing; bring it back with: git checkout"):
        require_weights(tmp_path)


def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("demo.preflight.LEAST_SPACE", 10**18)
    with pytest.raises(
        CannotStart, match=r"^The disk of \S+ is full: \d+ MB are free, and .+ needs \d+ MB\.$"
    ):
        require_disk_space(tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "class.example.org",
        "https://",
        "https://:8443",
        "ftp://class.example.org",
        "https://class.example.org/school",
        "https://class.example.org?a=b",
        "https://teacher@class.example.org",
        "https://class.example.org:https",
        "https://[class",
        " https://class.example.org",
        "https://class example.org",
    ],
)
def test_a_public_url_that_is_no_site_address_is_refused_in_one_sentence(tmp_path: Path, url: str):
    with pytest.raises(
        CannotStart, match=r"^PUBLIC_URL is .+ It looks like https://class\.example\.org.+\.$"
    ):
        Product(tmp_path, port=8000, environ={"PUBLIC_URL": url})
