"""What simulated students report of their times."""

from demo.client_stats import percentiles


def test_no_percentile_is_larger_than_what_was_measured():
    assert percentiles([1, 2]) == {"p50": 1500.0, "p95": 1950.0}
    assert percentiles([1]) is None
