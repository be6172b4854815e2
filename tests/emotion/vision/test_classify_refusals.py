"""Files that cannot be read, and copies that cannot be written."""

import struct
import zlib
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from tests.emotion.vision.classifying import MEDIA, ROOT, picture, refused, rows
from tests.media import clips

pytestmark = pytest.mark.usefixtures("loaded_once")


def cut(tmp_path: Path) -> Path:
    frame = clips.jpeg(clips.frames()[250])
    (tmp_path / "cut.jpg").write_bytes(frame[: len(frame) // 2])
    return tmp_path / "cut.jpg"


def empty(tmp_path: Path) -> Path:
    (tmp_path / "empty.jpg").touch()
    return tmp_path / "empty.jpg"


def drawing(tmp_path: Path) -> Path:
    (tmp_path / "drawing.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    return tmp_path / "drawing.svg"


def half_a_png(tmp_path: Path) -> Path:
    whole = picture(tmp_path, clips.frames()[250], "half.png")
    whole.write_bytes(whole.read_bytes()[:20_000])
    return whole


def phone_photo(tmp_path: Path) -> Path:
    (tmp_path / "IMG_0001.HEIC").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100))
    return tmp_path / "IMG_0001.HEIC"


def huge(tmp_path: Path) -> Path:
    """A PNG that announces more pixels than a decoder takes, as bombs do."""
    path = picture(tmp_path, np.zeros((8, 8, 3), np.uint8), "huge.png")
    content = bytearray(path.read_bytes())
    content[16:24] = struct.pack(">II", 60_000, 60_000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    path.write_bytes(content)
    return path


def document(tmp_path: Path) -> Path:
    """With a photo in it, as it is stored there."""
    photo = picture(tmp_path, clips.frames()[250], "photo.jpg")
    with ZipFile(tmp_path / "essay.docx", "w") as file:
        file.write(photo, "word/media/image1.jpg")
    return tmp_path / "essay.docx"


def half_a_video(tmp_path: Path) -> Path:
    (tmp_path / "half.mp4").write_bytes(clips.VIDEO.read_bytes()[:20_000])
    return tmp_path / "half.mp4"


@pytest.mark.parametrize("make", [drawing, half_a_png, half_a_video])
def test_the_libraries_below_print_nothing_of_their_own(tmp_path, capfd, make):
    with refused(".+"):
        rows(make(tmp_path))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder / "nowhere.png", "does not exist"),
        (lambda folder: folder, "is not a file"),
        (empty, "is empty"),
        (cut, "cut off or damaged"),
        (phone_photo, "HEIC picture, which cannot be read here; save it as a JPEG first"),
        (half_a_video, "holds no picture"),
        (huge, "cannot be read as a picture: it is damaged, too large"),
        (lambda folder: folder / ("a" * 300 + ".jpg"), "File name too long"),
        (document, "neither a picture nor a video"),
        (lambda _: MEDIA / "music.m4a", "holds sound and a cover picture, and no video"),
        (lambda _: MEDIA / "interlaced.mp4", "is interlaced, which cannot be read here; convert it first"),
        (lambda _: ROOT / "LICENSE", "neither a picture nor a video"),
        (lambda folder: picture(folder, np.zeros((8, 8, 3), np.uint8)), "8x8 is not between"),
    ],
)
def test_what_cannot_be_read_is_named_in_one_sentence(tmp_path, make, words):
    with refused(words):
        rows(make(tmp_path))


def test_a_file_that_nobody_may_open_is_named(tmp_path, monkeypatch):
    def refuse(*_arguments: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    private = picture(tmp_path, clips.empty_room())
    monkeypatch.setattr(Path, "open", refuse)  # root, as in a container, may open everything
    with refused("cannot be read: Permission denied"):
        rows(private)


def test_rows_go_over_neither_the_file_nor_its_copy(tmp_path):
    original = picture(tmp_path, clips.empty_room())
    before = original.read_bytes()
    with refused("is the file itself, or its copy"):
        rows(original, "--csv", tmp_path / "." / "frame.png")
    copy = tmp_path / "copy.png"
    with refused("is the file itself, or its copy"):
        rows(original, "--annotated", copy, "--csv", copy)
    assert original.read_bytes() == before


@pytest.mark.parametrize(
    ("copy", "words"),
    [
        ("copy.mp4", "ends in .png or .jpg"),
        ("frame.png", "is the file itself"),
        ("nowhere/copy.png", "folder does not exist"),
    ],
)
def test_a_copy_that_cannot_be_made_is_named_before_anything_is_written(tmp_path, copy, words):
    original = picture(tmp_path, clips.empty_room())
    before = original.read_bytes()
    with refused(words):
        rows(original, "--annotated", tmp_path / copy, "--csv", tmp_path / "rows.csv")
    assert original.read_bytes() == before
    assert not (tmp_path / "rows.csv").exists()
