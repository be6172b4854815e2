"""Where each second went, with times passed in."""

import uuid

import pytest

from dashboards.aggregates.coverage import NO_FRAME, REASONS, share_measured
from dashboards.aggregates.own_cells import OwnCells
from dashboards.aggregates.roster import RosterEntry
from dashboards.aggregates.time_use import AT_ONCE, time_use, time_uses, time_uses_without_readings
from emotion.buckets import Cell

ON = "measuring"


def student(
    *states: tuple[float, str], joined: float = 0, left: float | None = None, withdrawn=()
) -> RosterEntry:
    return RosterEntry(
        id=uuid.uuid4(),
        name="Anna",
        joined=joined,
        left=left,
        was_removed=False,
        level="own_line",
        consent_id=1,
        states=states,
        withdrawn=withdrawn,
    )


def cell(first: float, last: float, **faces: int) -> Cell:
    return Cell(first, last, faces or {"seen": 10}, 0.5, None)


def spent(entry: RosterEntry, cells: dict[int, Cell], until: float, **options) -> dict[str, float]:
    return {
        reason: round(value, 3)
        for reason, value in time_use(entry, cells, until, **options).total().items()
        if value
    }


def test_a_reading_each_second_measures_all_the_time_after_the_first():
    cells = {0: cell(1, 9.5), 1: cell(10.5, 19.5)}
    assert spent(student((0, ON)), cells, until=20) == {"no_frame": 1, "measured": 19}


def test_the_last_reading_stands_for_ten_seconds_and_no_longer():
    assert spent(student((0, ON)), {0: cell(0, 4)}, until=60) == {"measured": 14, "no_frame": 46}


def test_now_is_the_end_of_what_can_have_been_measured():
    assert spent(student((0, ON)), {0: cell(0, 4)}, until=5) == {"measured": 5}


def test_a_gap_between_readings_longer_than_ten_seconds_is_a_gap():
    cells = {0: cell(0, 2), 2: cell(26, 29)}
    assert spent(student((0, ON)), cells, until=30) == {"measured": 12 + 4, "no_frame": 14}


def test_a_reading_does_not_stand_into_a_pause():
    pause = student((0, ON), (8, "paused"), (18, ON))
    assert spent(pause, {0: cell(0, 7.5)}, until=20) == {"measured": 8, "paused": 10, "no_frame": 2}


def test_a_reading_from_before_a_pause_says_nothing_about_the_time_after_it():
    pause = student((0, ON), (3, "hidden"), (6, ON))
    assert spent(pause, {0: cell(0, 2)}, until=10) == {"measured": 3, "hidden": 3, "no_frame": 4}


def test_a_bucket_is_shared_among_its_face_states():
    assert spent(student((0, ON)), {0: cell(0, 9, seen=6, none=3, too_dark=1)}, until=10) == {
        "measured": 6,
        "none": 3,
        "too_dark": 1,
    }


def test_time_after_leaving_is_not_possible_time():
    assert spent(student((0, ON), (10, "left"), left=10), {0: cell(0, 9)}, until=100) == {"measured": 10}


def test_a_student_who_comes_back_was_not_in_class_meanwhile():
    back = student((0, ON), (10, "left"), (30, ON))
    assert spent(back, {0: cell(0, 9), 3: cell(30, 39)}, until=40) == {"measured": 20}


def test_before_any_state_is_known_there_was_no_camera():
    assert spent(student((5, ON)), {0: cell(5, 9)}, until=10) == {"no_camera": 5, "measured": 5}


def test_a_student_who_has_not_chosen_yet_does_not_count_as_without_camera():
    choosing = student((0, "deciding"), (12, "checking"), (15, ON))
    assert spent(choosing, {1: cell(15, 19)}, until=20) == {"deciding": 12, "checking": 3, "measured": 5}


def test_withdrawn_readings_count_as_erased_and_not_as_missing_frames():
    withdrew = student((0, ON), (20, "camera_off"), withdrawn=((0, 20),))
    assert spent(withdrew, {}, until=30) == {"erased": 20, "camera_off": 10}


def test_readings_older_than_their_retention_are_named_as_erased():
    assert spent(student((0, ON)), {}, until=20, erased_before=10) == {"erased": 10, "no_frame": 10}


@pytest.mark.parametrize("since", [0, 10, 25])
def test_a_later_start_gives_the_rest_of_the_same_time_use(since):
    cells = {0: cell(1, 9), 1: cell(11, 14), 2: cell(27, 29)}
    states = student((0, ON), (15, "paused"), (21, ON))
    whole = time_use(states, cells, until=30)
    rest = time_use(states, cells, until=30, since=since)
    complete = {bucket: seconds for bucket, seconds in whole.items() if bucket * 10 >= since}
    assert {bucket: rest[bucket] for bucket in complete} == complete


def test_every_second_has_exactly_one_reason():
    states = student((2, "checking"), (7, ON), (31.5, "offline"), (33, ON), joined=0.25)
    cells = {0: cell(8, 9), 1: cell(10, 19, none=9, seen=1), 3: cell(33.5, 34)}
    assert sum(time_use(states, cells, until=47.75).total().values()) == pytest.approx(47.5)


def test_without_readings_a_camera_is_only_on():
    seconds = time_uses_without_readings([student((0, ON), (4, "paused"))], until=10)[0].total()
    assert dict(seconds) == {"camera_on": 4, "paused": 6}


def test_a_share_of_nothing_is_unknown():
    assert share_measured({}) is None


def test_where_no_worker_reads_it_is_not_said_that_no_picture_arrived():
    assert str(REASONS[NO_FRAME]) == "Camera on, but no picture was analysed"


def test_students_of_a_large_class_are_counted_as_each_of_them_alone():
    """They are computed in parts, so that a long day takes no gigabyte."""
    entries = [student((n, ON), joined=n, left=n + 17 + n % 5) for n in range(2 * AT_ONCE + 1)]
    cells = {bucket: cell(bucket * 10 + 1, bucket * 10 + 8, seen=7, none=3) for bucket in range(9)}
    own = [OwnCells.of(cells)] * len(entries)
    found = time_uses(entries, own, 90, since=0.0, erased_before=[0.0] * len(entries))
    assert list(map(dict, found)) == [dict(time_use(entry, cells, 90)) for entry in entries]
    # Nobody's table is longer than their time in class.
    assert max(len(used.seconds) for used in found) == 3
