import gzip
from dataclasses import replace

import numpy as np
import pytest

from tests.emotion.official_files import write_images, write_votes
from training.data.dataset import (
    NO_MAJORITY,
    BadFile,
    load_faces,
    majority,
    occurs_in,
    read_faces,
    save_faces,
    vote_shares,
    with_votes,
)


def counts(**votes: int) -> np.ndarray:
    order = [
        "neutral",
        "happiness",
        "surprise",
        "sadness",
        "anger",
        "disgust",
        "fear",
        "contempt",
        "unknown",
        "NF",
    ]
    return np.array([[votes.get(name, 0) for name in order]])


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        (counts(happiness=10), 1),
        (counts(neutral=5, sadness=4, fear=1), 0),  # the single vote is dropped: 5 of 9
        (counts(neutral=5, sadness=5), NO_MAJORITY),
        (counts(neutral=4, sadness=3, fear=3), NO_MAJORITY),
        (counts(unknown=8, neutral=2), NO_MAJORITY),
        (counts(NF=9, neutral=1), NO_MAJORITY),
        (counts(contempt=2, neutral=1, anger=1, fear=1), 7),
    ],
)
def test_the_majority_rule_of_the_ferplus_authors(votes, expected):
    assert majority(votes).tolist() == [expected]


def test_shares_leave_out_the_taggers_who_saw_no_expression():
    shares, trust = vote_shares(counts(happiness=6, fear=2, unknown=2))
    assert shares[0].tolist() == pytest.approx([0, 0.75, 0, 0, 0, 0, 0.25, 0])
    assert trust.tolist() == pytest.approx([0.8])


def test_a_row_that_nobody_could_read_counts_nothing():
    shares, trust = vote_shares(counts(NF=10))
    assert trust.tolist() == [0]
    assert shares.sum() == pytest.approx(1)


def test_plain_and_gzipped_files_hold_the_same_faces(tmp_path):
    plain = write_images(tmp_path / "fer2013.csv")
    zipped = tmp_path / "fer2013.csv.gz"
    zipped.write_bytes(gzip.compress(plain.read_bytes()))
    assert np.array_equal(read_faces(plain).images, read_faces(zipped).images)


def test_images_of_one_split_go_with_the_votes_of_all_three(tmp_path):
    images = write_images(tmp_path / "images.csv", {"PrivateTest": 4})
    votes = write_votes(tmp_path / "votes.csv", {"Training": 5, "PublicTest": 3, "PrivateTest": 4})
    assert with_votes(read_faces(images), votes).of("PrivateTest").votes.shape == (4, 10)


def test_a_repeated_image_is_found_again():
    images = np.random.default_rng(0).integers(0, 256, (3, 48, 48), dtype=np.uint8)
    assert occurs_in(images, images[1:2].copy()).tolist() == [False, True, False]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadFile, match=r"nowhere\.csv does not exist"):
        read_faces(tmp_path / "nowhere.csv")


def test_faces_that_were_never_prepared_say_how_to(tmp_path):
    with pytest.raises(BadFile, match=r"python -m training prepare"):
        load_faces(tmp_path / "faces.npz")


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "images.csv"
    path.write_text("label,pixels,Usage\n")
    with pytest.raises(BadFile, match="no column 'emotion'"):
        read_faces(path)


def test_a_csv_cut_off_in_a_row_is_named_with_its_line(tmp_path):
    path = write_images(tmp_path / "images.csv")
    path.write_text(path.read_text()[:-4000])
    with pytest.raises(BadFile, match=r"cut off or damaged at line \d+"):
        read_faces(path)


def test_a_gzip_stream_cut_off_is_named(tmp_path):
    path = tmp_path / "images.csv.gz"
    path.write_bytes(gzip.compress(write_images(tmp_path / "images.csv").read_bytes())[:-500])
    with pytest.raises(BadFile, match="cut off"):
        read_faces(path)


@pytest.mark.parametrize(
    ("emotion", "pixel"), [("7", "0"), ("angry", "0"), ("0", "256"), ("0", "-1"), ("0", "x")]
)
def test_values_out_of_range_are_refused(tmp_path, emotion, pixel):
    path = tmp_path / "images.csv"
    path.write_text(f"emotion,pixels,Usage\n{emotion},{' '.join([pixel] * 48 * 48)},Training\n")
    with pytest.raises(BadFile, match="line 2"):
        read_faces(path)


def test_votes_of_other_images_are_refused(tmp_path):
    images = write_images(tmp_path / "images.csv", {"Training": 4})
    votes = write_votes(tmp_path / "votes.csv", {"Training": 3})
    with pytest.raises(BadFile, match="3 rows of votes for 4 images"):
        with_votes(read_faces(images), votes)


def test_an_empty_split_is_named(tmp_path):
    with pytest.raises(BadFile, match="no row of the split PrivateTest"):
        read_faces(write_images(tmp_path / "images.csv", {"Training": 1})).of("PrivateTest")


def test_a_small_file_holds_the_same_faces(tmp_path):
    splits = {"Training": 7, "PublicTest": 4}  # no full rectangle
    faces = with_votes(
        read_faces(write_images(tmp_path / "fer2013.csv", splits)),
        write_votes(tmp_path / "votes.csv", splits),
    )
    noise = np.random.default_rng(0).integers(0, 256, faces.images.shape).astype(np.uint8)
    faces = replace(faces, images=noise)
    save_faces(faces, tmp_path / "faces.npz", small=True)
    read = load_faces(tmp_path / "faces.npz")
    np.testing.assert_array_equal(read.images, faces.images)
    np.testing.assert_array_equal(read.votes, faces.votes)
