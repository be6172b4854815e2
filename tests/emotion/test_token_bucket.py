import pytest

from emotion.socket.token_bucket import TokenBucket


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


def test_a_flood_passes_at_the_rate_of_the_bucket(clock):
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
