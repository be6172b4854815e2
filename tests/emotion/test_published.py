"""Published steps lose their values with the first of their readings that expires."""

from datetime import timedelta

import pytest
from django.utils import timezone

from emotion.models import PublishedBucket
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("hidden", [True, False])
def test_an_expired_step_keeps_no_value_also_if_its_number_was_withheld(hidden: bool) -> None:
    now, session = timezone.now(), factory.open_session()
    mean = {} if hidden else {"mean": 0.5}
    values = {"covered": 0.4, "measured": 8, "counted": 8, "on": 80, "group": 8} | mean
    for bucket, seconds in enumerate((-1, 1)):
        expires_at = now + timedelta(seconds=seconds)
        PublishedBucket.objects.create(
            session=session, bucket=bucket, hidden=hidden, expires_at=expires_at, **values
        )
    PublishedBucket.objects.empty(now)
    rows = PublishedBucket.objects.order_by("bucket").values_list("hidden", "covered")
    assert list(rows) == [(True, None), (hidden, 0.4)]
