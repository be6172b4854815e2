"""What an ordinary upright face loses by all the tests together."""

from collections.abc import Iterator

from emotion.training.trials.rows import Given, Row, of_crops, of_frames


def rows(given: Given) -> Iterator[Row]:
    yield of_crops(given, "ordinary", "as they are", given.faces.images)
    if len(given.frames):
        yield of_frames(given, "ordinary", "as they are", given.frames)
