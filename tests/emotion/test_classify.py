import csv
import io
import os
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from zipfile import ZipFile

import cv2
import numpy as np
import pytest
from PIL import Image

from emotion.vision import command
from emotion.vision.files.sources import source
from emotion.vision.labels import EXPRESSIONS
from emotion.vision.recogniser import Recogniser
from tests.media import clips

ROOT = Path(__file__).parents[2]
MEDIA = ROOT / "tests/media"
VARYING_RATE = MEDIA / "varying_rate.webm"


@pytest.fixture(autouse=True)
def loaded_once(recogniser: Recogniser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call of the command would compile the shipped network anew."""
    monkeypatch.setattr(Recogniser, "load", lambda: recogniser)


def picture(folder: Path, shown: np.ndarray, name: str = "frame.png") -> Path:
    cv2.imwrite(str(folder / name), shown)
    return folder / name


def rows(*arguments: object, stderr: io.StringIO | None = None) -> list[dict[str, str]]:
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(stderr or io.StringIO()):
        command.main([str(argument) for argument in arguments])
    return list(csv.DictReader(io.StringIO(out.getvalue())))


@contextmanager
def refused(words: str) -> Iterator[None]:
    """The command ends with one sentence that has these words, a pattern."""
    with pytest.raises(SystemExit, match=words):
        yield


def test_a_picture_of_a_smile_is_one_row_with_all_its_facts(tmp_path):
    [row] = rows(picture(tmp_path, clips.frames(clips.SMILING)[-1]))
    assert (row["face"], row["expression"], row["unsure"]) == ("seen", "happiness", "no")
    assert sum(float(row[name]) for name in EXPRESSIONS) == pytest.approx(1, abs=0.001)
    assert 0 <= float(row["engagement"]) <= 1
    assert row["recogniser_version"] == Recogniser.load().version


def test_a_phones_portrait_is_turned_as_its_exif_says(tmp_path):
    lying = Image.fromarray(np.rot90(clips.frames(clips.SMILING)[-1][:, :, ::-1]))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter
    lying.save(tmp_path / "portrait.jpg", exif=exif, quality=90)
    [row] = rows(tmp_path / "portrait.jpg")
    assert row["expression"] == "happiness"


def test_a_large_photograph_is_read_like_a_small_one(tmp_path):
    large = cv2.resize(clips.frames(clips.SMILING, width=640)[-1], (4000, 3000))
    [row] = rows(picture(tmp_path, large, "frame.jpg"), "--annotated", tmp_path / "copy.jpg")
    assert row["expression"] == "happiness"
    assert max(cv2.imread(str(tmp_path / "copy.jpg")).shape) == 1280


@pytest.mark.parametrize(
    ("shown", "face"),
    [
        (clips.empty_room, "none"),
        (lambda: clips.lit(clips.frames()[250], 0.1), "too_dark"),
        (lambda: clips.side_by_side(clips.frames()[0], clips.frames()[250]), "several"),
        (lambda: cv2.GaussianBlur(clips.frames()[250], (0, 0), 9), "unsure"),
    ],
)
def test_where_nothing_can_be_said_the_row_says_why_and_no_more(tmp_path, shown, face):
    [row] = rows(picture(tmp_path, shown()))
    assert row["face"] == face
    assert {row[name] for name in ("expression", "engagement", *EXPRESSIONS)} == {""}
    assert row["unsure"] == ("yes" if face == "unsure" else "no")


def test_a_video_is_a_row_every_so_many_seconds(tmp_path):
    found = rows(clips.VIDEO, "--every", 4)
    assert [float(row["seconds"]) for row in found] == pytest.approx([0, 4, 8, 12, 16], abs=0.05)
    assert found[4]["expression"] == "happiness"


def test_a_video_of_varying_rate_has_the_times_at_which_its_pictures_are_shown():
    found = rows(VARYING_RATE, "--every", 1)
    assert [float(row["seconds"]) for row in found] == list(range(10))
    assert [row["expression"] for row in found] == ["sadness"] * 4 + ["happiness"] * 6
    every = [float(row["seconds"]) for row in rows(VARYING_RATE)]
    assert len(every) == 123
    assert every[-1] == pytest.approx(9.769)
    assert every == sorted(every)


@pytest.mark.parametrize("every", ["-1", "nan", "inf", "often", "1,5", "0.0001", "1e-300"])
def test_a_time_between_pictures_that_is_none_is_refused(every):
    output = io.StringIO()
    with refused("2"):  # argparse's exit status
        rows(VARYING_RATE, f"--every={every}", stderr=output)
    assert f"--every: {every} is not 0 or a number of seconds" in output.getvalue()


@pytest.mark.parametrize("name", ["mostly-still.webm", "trimmed.mp4"])
def test_a_video_with_fewer_pictures_than_its_rate_says_is_not_called_cut_off(name):
    output = io.StringIO()
    assert rows(MEDIA / name, "--every", 1, stderr=output)
    assert output.getvalue() == ""


def test_a_part_of_a_longer_recording_is_not_called_cut_off():
    output = io.StringIO()
    found = rows(MEDIA / "late-start.mkv", "--every", 1, stderr=output)  # its clock begins at 100 s
    assert [float(row["seconds"]) for row in found] == [0, 1]
    assert output.getvalue() == ""


def test_pictures_are_read_as_wide_as_they_are_shown():
    found = rows(MEDIA / "squeezed.mp4")  # square in the file, shown 16:9, as camcorders record
    assert {row["expression"] for row in found} == {"happiness"}
    [shown, *_] = [picture for _, picture in source(MEDIA / "squeezed.mp4", every=0).pictures()]
    assert shown.shape == (360, 640, 3)


def test_a_video_that_is_cut_off_says_how_much_of_it_there_is(tmp_path):
    half, output = tmp_path / "half.webm", io.StringIO()
    half.write_bytes((MEDIA / "mostly-still.webm").read_bytes()[:12_000])
    assert rows(half, "--every", 1, stderr=output)
    assert re.search(r"half\.webm ends after [\d.]+ of the 6\.0 s it announces", output.getvalue())


def animation(folder: Path, ending: str) -> Path:
    """Nearly neutral for 4 s, then a smile for 1.5 s."""
    frames = clips.frames()
    first, *others = (Image.fromarray(frames[place][:, :, ::-1].copy()) for place in (0, 250, 400))
    path = folder / f"moving.{ending}"
    first.save(path, save_all=True, append_images=others, duration=[4000, 500, 1000])
    return path


@pytest.mark.parametrize("ending", ["gif", "png", "webp"])
def test_an_animated_picture_is_read_as_the_video_it_is(tmp_path, ending):
    found = rows(animation(tmp_path, ending))
    assert [float(row["seconds"]) for row in found] == [0, 4, 4.5]
    assert [row["expression"] for row in found] == ["neutral", "happiness", "happiness"]
    assert len(rows(animation(tmp_path, ending), "--every", 1)) == 6


@pytest.mark.parametrize("milliseconds", [0, 10])
@pytest.mark.parametrize("ending", ["png", "webp"])
def test_an_animation_without_times_has_those_that_browsers_give_it(tmp_path, ending, milliseconds):
    first, second, third = (
        Image.fromarray(clips.frames()[place][:, :, ::-1].copy()) for place in (0, 250, 400)
    )
    path = tmp_path / f"quick.{ending}"
    first.save(path, save_all=True, append_images=[second, third], duration=milliseconds)
    assert [float(row["seconds"]) for row in rows(path)] == pytest.approx([0, 0.1, 0.2])
    assert len(rows(path, "--every", 1)) == 1


def test_the_copy_of_an_animation_lasts_as_long_as_the_animation(tmp_path):
    rows(animation(tmp_path, "gif"), "--annotated", tmp_path / "copy.mp4")
    copy = cv2.VideoCapture(str(tmp_path / "copy.mp4"))
    assert copy.get(cv2.CAP_PROP_FRAME_COUNT) / copy.get(cv2.CAP_PROP_FPS) == pytest.approx(5.5, abs=0.05)


def test_the_first_page_of_a_file_is_read_and_a_remark_names_the_others(tmp_path):
    first, second = (Image.fromarray(clips.frames()[place][:, :, ::-1].copy()) for place in (250, 0))
    first.save(tmp_path / "pages.tiff", save_all=True, append_images=[second])
    output = io.StringIO()
    [row] = rows(tmp_path / "pages.tiff", stderr=output)
    assert row["expression"] == "happiness"
    assert "holds 2 pictures; the first one is read" in output.getvalue()


@pytest.mark.parametrize("ending", ["png", "webp", "tiff"])
def test_what_is_transparent_is_not_read(tmp_path, ending):
    smile = Image.fromarray(clips.frames(clips.SMILING)[-1][:, :, ::-1].copy()).convert("RGBA")
    for name, alpha in (("shown", 255), ("cut", 0)):
        smile.putalpha(alpha)
        smile.save(tmp_path / f"{name}.{ending}", exact=True)  # with the colours of what cannot be seen
    faces = [rows(tmp_path / f"{name}.{ending}")[0]["face"] for name in ("shown", "cut")]
    assert faces == ["seen", "none"]


def test_a_photo_with_a_video_behind_it_says_that_only_the_photo_is_read(tmp_path):
    photo = clips.jpeg(clips.frames()[250]) + clips.VIDEO.read_bytes()[:2000]
    (tmp_path / "motion.jpg").write_bytes(photo)
    output = io.StringIO()
    [row] = rows(tmp_path / "motion.jpg", stderr=output)
    assert row["expression"] == "happiness"
    assert "also holds a video, which is not read" in output.getvalue()


def test_a_photo_shown_for_long_in_a_video_is_still(tmp_path):
    photo, other = (Image.fromarray(clips.frames()[place][:, :, ::-1].copy()) for place in (250, 0))
    photo.save(tmp_path / "photo.gif", save_all=True, append_images=[other], duration=[30_000, 1000])
    found = [row["face"] for row in rows(tmp_path / "photo.gif", "--every", 1)]
    assert found == ["seen"] * 6 + ["still"] * 24 + ["seen"]


def test_the_annotated_video_has_a_picture_a_row_with_the_reading_in_it(tmp_path):
    copy = tmp_path / "copy.mp4"
    found = rows(clips.VIDEO, "--every", 5, "--annotated", copy, "--regions")
    video, shown = cv2.VideoCapture(str(copy)), []
    while (read := video.read())[0]:
        shown.append(read[1])
    assert len(shown) == len(found) == 4
    assert shown[0].shape == clips._video()[0].shape
    assert np.abs(shown[0].astype(int) - clips._video()[0]).max() > 100


def test_an_annotated_picture_differs_only_where_something_is_drawn(tmp_path):
    original = picture(tmp_path, clips.frames()[250])
    rows(original, "--annotated", tmp_path / "copy.png")
    change = np.abs(cv2.imread(str(tmp_path / "copy.png")).astype(int) - clips.frames()[250]).max(axis=2)
    assert 0 < (change > 0).mean() < 0.15


def test_the_rows_go_to_a_file_on_request(tmp_path):
    assert rows(picture(tmp_path, clips.empty_room()), "--csv", tmp_path / "rows.csv") == []
    [row] = csv.DictReader((tmp_path / "rows.csv").open())
    assert row["face"] == "none"


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


@pytest.mark.parametrize("program", [["-m", "emotion.vision"], ["manage.py", "classify"]])
def test_it_needs_no_settings_and_no_server(tmp_path, program):
    done = subprocess.run(
        [sys.executable, *program, picture(tmp_path, clips.empty_room())],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert "0.000,none" in done.stdout


def test_a_program_that_reads_only_the_first_rows_gets_them_without_a_complaint():
    reading = subprocess.Popen(
        [sys.executable, "-m", "emotion.vision", str(VARYING_RATE)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reading.stdout.readline().startswith("seconds,face")
    reading.stdout.close()
    assert reading.stderr.read() == ""
    assert reading.wait() == 0


def test_the_library_needs_no_django():
    code = "import sys, emotion.vision.command, emotion.vision.reader; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
