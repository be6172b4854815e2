import pytest

from emotion.socket.limits import BEHIND_SECONDS, CAUGHT_UP_SECONDS, TokenBucket, next_interval_ms


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


def taken(bucket: TokenBucket, attempts: int) -> int:
    return sum(bucket.take() for _ in range(attempts))


def test_a_burst_passes_and_then_no_more(clock):
    assert taken(TokenBucket(per_second=2, burst=4, clock=clock), 10) == 4


def test_tokens_come_back_with_time_and_never_above_the_burst(clock):
    bucket = TokenBucket(per_second=2, burst=4, clock=clock)
    taken(bucket, 4)
    clock.now += 1
    assert taken(bucket, 10) == 2
    clock.now += 3600
    assert taken(bucket, 10) == 4


def test_a_flood_does_not_keep_its_own_sender_out(clock):
    bucket = TokenBucket(per_second=2, burst=2, clock=clock)
    passed = 0
    for _ in range(100):  # ten attempts a second for ten seconds
        passed += bucket.take()
        clock.now += 0.1
    assert passed == pytest.approx(2 + 20, abs=1)


def test_a_clock_that_steps_back_gives_nothing_and_takes_nothing(clock):
    bucket = TokenBucket(per_second=2, burst=2, clock=clock)
    taken(bucket, 2)
    clock.now -= 50
    assert taken(bucket, 1) == 0
    clock.now += 1
    assert taken(bucket, 5) == 2


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


def test_it_slows_down_faster_than_it_speeds_up():
    assert next_interval(next_interval(1000, 1.0), 0.0) > 1000
