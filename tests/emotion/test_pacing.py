from emotion.frame_queue.pacing import BEHIND_SECONDS, CAUGHT_UP_SECONDS, Pacing, next_interval_ms


def pacing() -> Pacing:
    return Pacing(fastest_ms=1000, slowest_ms=4000)


def next_interval(current: int, backlog: float) -> int:
    return next_interval_ms(current, backlog, fastest_ms=500, slowest_ms=5000)


def test_workers_that_fall_behind_slow_students_down_to_the_slowest_pace():
    pace = [500]
    for _ in range(10):
        pace.append(next_interval(pace[-1], BEHIND_SECONDS + 0.1))
    assert pace == sorted(pace)
    assert pace[1] == 750
    assert pace[-1] == 5000


def test_workers_that_caught_up_speed_students_up_again():
    pace = 5000
    for _ in range(40):
        pace = next_interval(pace, 0.0)
    assert pace == 500


def test_between_the_marks_the_pace_holds():
    for backlog in (CAUGHT_UP_SECONDS, 0.3, BEHIND_SECONDS):
        assert next_interval(1200, backlog) == 1200


def test_the_pace_slows_down_faster_than_it_speeds_up():
    assert next_interval(next_interval(1000, 1.0), 0.0) > 1000


def test_the_pace_slows_down_and_speeds_up_again() -> None:
    pace = pacing()
    assert pace.interval_ms == 1000
    for second in range(20):
        pace.update(2.0, second)
    assert pace.interval_ms == 4000
    for second in range(20, 60):
        pace.update(0.0, second)
    assert pace.interval_ms == 1000


def test_the_pace_changes_once_a_second_at_most() -> None:
    pace = pacing()
    for tenth in range(10):
        pace.update(2.0, tenth / 10)
    assert pace.interval_ms == 1500


def test_seconds_without_a_frame_count_as_seconds_without_a_backlog() -> None:
    pace = pacing()
    for second in range(20):
        pace.update(2.0, second)
    pace.update(0.0, 60.0)
    assert pace.interval_ms == 1000
