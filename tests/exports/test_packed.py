"""What a report and its files say does not depend on whether summaries are packed."""

from datetime import timedelta

import pytest

from classroom.models import ClassSession
from dashboards.report.keeping import report_body
from emotion.models import BucketSummary, PackedSummaries
from emotion.packing import pack_session
from exports.json_document import json_document
from exports.record import SessionRecord
from tests.dashboards import classes
from tests.dashboards.classes import after
from tests.exports.lessons import CLASS, OWN, report_of

pytestmark = pytest.mark.django_db
NOW = 15 * 60


def said(session: ClassSession) -> tuple[str, str]:
    session = ClassSession.objects.get(pk=session.pk)
    return report_body(session, after(NOW)), json_document(SessionRecord.of(report_of(session, NOW)))


@pytest.mark.slow
def test_page_and_files_are_the_same_byte_by_byte_with_and_without_packs():
    session = classes.session()
    for place in range(4):
        classes.student(session, f"Own {place}", level=OWN, scores=[0.2 + place / 9, None] * 20, every=10)
    for place in range(5):
        classes.student(session, f"Class {place}", level=CLASS, scores=[0.5, 0.1 * place] * 20, every=10)
    # They are told of the class first, which is what teachers see from then on.
    said(session)
    before = said(session)
    pack_session(session, after(NOW) + timedelta(minutes=10))
    assert PackedSummaries.objects.values("pack").distinct().count() == 2
    assert said(session) == before
    BucketSummary.objects.all().delete()
    assert said(session) == before, "they were read from the packs"
