"""The band of the class line: a percentile bootstrap over students, for the frames of one are correlated."""

from functools import lru_cache

import numpy as np

from .arrays import Bools, Floats

# A 95 % band.
PERCENTILES = (2.5, 97.5)
RESAMPLES = 1000
SEED = 20
# A percentile bootstrap of 3 values covers the truth about 75 % of the time when it says 95 %: no band
# rather than a false one. Of 5 it covers about 83 %, of 10 about 90 % (docs/decisions.md).
SMALLEST_BAND = 5


def band(scores: Floats, counts: Bools) -> tuple[Floats, Floats]:
    """(low, high) of each step (column) over its students (rows); NaN under SMALLEST_BAND students.

    Seeded by the number of students alone: the same class gives the same band on screen and in the report.
    """
    low, high = np.full((2, scores.shape[1]), np.nan)
    n_counted = counts.sum(axis=0)
    for n in np.unique(n_counted[n_counted >= SMALLEST_BAND]):
        steps = np.flatnonzero(n_counted == n)
        own = scores[:, steps].T[counts[:, steps].T].reshape(len(steps), n)
        means = own @ _resamples(int(n)) / n  # (steps, RESAMPLES)
        low[steps], high[steps] = np.percentile(means, PERCENTILES, axis=1)
    return low, high


# Each change of a live page asks for the few sizes that it asked for before.
@lru_cache(maxsize=8)
def _resamples(n: int) -> Floats:
    """(n, RESAMPLES): how often each of n students is drawn.

    As floats: the product with integers takes thirty times as long.
    """
    draws = np.random.default_rng([SEED, n]).integers(n, size=(RESAMPLES, n))
    rows = np.arange(RESAMPLES)[:, None]
    drawn = np.bincount((draws + rows * n).ravel(), minlength=RESAMPLES * n).reshape(RESAMPLES, n)
    return np.ascontiguousarray(drawn.T, dtype=float)
