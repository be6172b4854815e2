import io
import struct
import time

import pytest
from PIL import Image

from emotion.vision.jpeg import BadFrame, check_jpeg
from emotion.vision.pixels import decode_grey
from tests.media.clips import frames, jpeg


@pytest.fixture(scope="module")
def frame() -> bytes:
    return jpeg(frames()[100])


def refusal(check, frame: bytes) -> str:
    with pytest.raises(BadFrame) as refused:
        check(frame)
    return refused.value.code


def announcing(frame: bytes, width: int, height: int) -> bytes:
    """The same file with other dimensions in its frame header."""
    at = frame.index(b"\xff\xc0") + 5
    return frame[:at] + struct.pack(">HH", height, width) + frame[at + 4 :]


def saved(picture: Image.Image, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, **options)
    return file.getvalue()


def test_a_camera_frame_passes_and_says_its_size(frame):
    assert check_jpeg(frame) == (320, 240)
    assert decode_grey(frame).shape == (240, 320)


@pytest.mark.parametrize("check", [check_jpeg, decode_grey])
@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"\xff",
        b"\xff\xd8",
        b"hello",
        bytes(5000),
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\xff\xd8\xff\xd9",
    ],
)
def test_bytes_that_are_no_jpeg_are_refused(check, junk):
    assert refusal(check, junk) in {"not_jpeg", "truncated"}


@pytest.mark.parametrize(
    ("width", "height"),
    [(10000, 10000), (65535, 65535), (1281, 240), (320, 1281), (0, 240), (320, 0), (8, 8)],
)
def test_announced_dimensions_are_refused_before_anything_is_decoded(frame, width, height):
    assert refusal(check_jpeg, announcing(frame, width, height)) == "dimensions"


def test_larger_frames_pass_where_they_are_allowed(frame):
    assert check_jpeg(announcing(frame, 1920, 1080), max_side=1920) == (1920, 1080)


@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_cut_file_is_refused_as_truncated(frame, tenth):
    assert refusal(check_jpeg, frame[: len(frame) * tenth // 10]) == "truncated"


@pytest.mark.parametrize("tenth", range(1, 10))
def test_decoding_finds_a_cut_behind_a_forged_end_marker(frame, tenth):
    assert refusal(decode_grey, frame[: len(frame) * tenth // 10] + b"\xff\xd9") == "truncated"


def test_decoding_finds_a_cut_wherever_the_scan_was_cut(frame):
    scan = frame.index(b"\xff\xda")
    assert all(
        refusal(decode_grey, frame[:at] + b"\xff\xd9") == "truncated"
        for at in range(scan + 14, len(frame) - 2, 7)
    )


def test_a_second_header_hidden_behind_a_marker_without_length_is_refused(frame):
    hidden = frame[:2] + b"\xff\x01" + frame[2:]
    assert refusal(check_jpeg, hidden) == "not_jpeg"


def test_two_frame_headers_are_refused(frame):
    at = frame.index(b"\xff\xc0")
    header = frame[at : at + 19]
    assert refusal(check_jpeg, frame[:at] + header + frame[at:]) == "not_jpeg"


def test_a_header_with_wrong_lengths_is_refused(frame):
    astray = frame[:4] + struct.pack(">H", 17) + frame[6:]
    assert refusal(check_jpeg, astray) == "not_jpeg"


def test_a_scan_without_a_frame_header_is_refused(frame):
    at = frame.index(b"\xff\xc0")
    length = struct.unpack_from(">H", frame, at + 2)[0]
    assert refusal(check_jpeg, frame[:at] + frame[at + 2 + length :]) == "not_jpeg"


def test_only_baseline_jpegs_pass():
    assert (
        refusal(check_jpeg, saved(Image.new("RGB", (320, 240)), format="JPEG", progressive=True))
        == "not_jpeg"
    )


def test_baseline_files_of_other_programs_pass():
    noise = Image.effect_noise((320, 240), 40)
    for options in ({}, {"optimize": True}, {"quality": 95, "subsampling": 0}, {"comment": b"hello"}):
        assert check_jpeg(saved(noise.convert("RGB"), format="JPEG", **options)) == (320, 240)
    assert check_jpeg(saved(noise, format="JPEG")) == (320, 240)


def test_a_second_scan_is_refused_because_thousands_fit_into_one_frame(frame):
    scan = frame.index(b"\xff\xda")
    empty = b"".join(b"\xff\xda\0\x08\x01" + bytes([1 + n % 3, 0]) + b"\0\x3f\0\0\0" for n in range(8000))
    began = time.thread_time()
    assert refusal(check_jpeg, frame[:scan] + empty + b"\xff\xd9") == "not_jpeg"
    assert time.thread_time() - began < 0.1  # libjpeg would walk 8,000 pictures


def test_a_header_of_thousands_of_segments_is_refused(frame):
    comment = b"\xff\xfe\0\x02"
    assert check_jpeg(frame[:2] + comment * 50 + frame[2:]) == (320, 240)
    assert refusal(check_jpeg, frame[:2] + comment * 20_000 + frame[2:]) == "not_jpeg"


def test_restart_markers_in_the_scan_are_no_second_scan(frame):
    picture = Image.open(io.BytesIO(frame))
    with_restarts = saved(picture, format="JPEG", restart_marker_rows=1)
    assert b"\xff\xd0" in with_restarts
    assert check_jpeg(with_restarts) == (320, 240)
