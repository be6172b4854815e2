"""The report, from the database alone."""

import json
from datetime import timedelta

import pytest

from classroom.models import ClassSession, Consent, Mode, Presence
from dashboards.aggregates import coverage
from dashboards.report import model_facts
from dashboards.report.own_report import OwnReport
from dashboards.report.parts import StudentRow, gaps
from dashboards.report.report import Report
from dashboards.templatetags.dashboards import EXPRESSION_NAMES
from emotion.models import FrameTally
from tests import factory
from tests.dashboards import classes
from tests.dashboards.classes import after

pytestmark = pytest.mark.django_db

OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY


def page(session) -> str:
    response = factory.signed_in(session.course.teachers.get()).get(f"/sessions/{session.pk}/report/")
    return response.content.decode()


def overview(session) -> str:
    """The tiles: the live page's words stand further down, for its scripts."""
    return page(session).split("</dl>")[0]


def row_of(report: Report, name: str) -> StudentRow:
    return next(row for row in report.students if row.entry.name == name)


def test_a_gap_is_in_its_own_interval_with_its_reason():
    session = classes.session(closed_at=after(40))
    classes.student(session, level=OWN, scores=[0.5] * 20 + [None] * 10 + [0.5] * 10)
    row = row_of(Report.of(session, after(50)), "Anna")
    # The fifth step is the one in which the class ended.
    assert row.strip.steps == 5
    assert row.strip.bars == [("measured", 0, 2), ("none", 2, 1), ("measured", 3, 1)]
    assert row.coverage == 0.75
    assert [(gap.reason, gap.time.total_seconds()) for gap in row.gaps] == [("none", 10)]


def test_the_own_line_stops_at_a_gap():
    session = classes.session(closed_at=after(30))
    classes.student(session, level=OWN, scores=[1.0] * 10 + [None] * 10 + [0.0] * 10)
    lines = row_of(Report.of(session, after(50)), "Anna").strip.lines
    assert lines == [(0, [100]), (2, [0])]


def test_ten_seconds_that_were_hardly_measured_look_like_their_gap_with_a_thin_line():
    session = classes.session(closed_at=after(30))
    classes.student(session, level=OWN, scores=[0.5] * 10 + [0.5] + [None] * 9 + [0.5] * 6 + [None] * 4)
    strip = row_of(Report.of(session, after(50)), "Anna").strip
    assert [bar.reason for bar in strip.bars] == ["measured", "none", "measured"]
    assert strip.lines == [(0, [50]), (2, [50])]
    assert strip.thin_lines == [(1, [50])]
    assert page(session).count("own-line-thin") == 1


@pytest.mark.parametrize(("count", "says_so"), [(0, False), (1, True), (4, True), (5, False)])
def test_a_mean_without_a_band_says_why(count, says_so):
    session = classes.session(closed_at=after(20))
    for n in range(count):
        classes.student(session, f"S{n}", level=OWN, scores=[0.5] * 20)
    assert ("fewer than 5 students" in overview(session)) == says_so


@pytest.mark.parametrize("scores", [[0.87] * 20, [None] * 20])
def test_the_report_has_presence_but_no_reading_of_a_class_only_student(scores):
    session = classes.session(closed_at=after(20))
    classes.student(session, level=CLASS, scores=scores)
    report = Report.of(session, after(50))
    row = row_of(report, "Anna")
    assert (row.coverage, row.means, row.strip.lines) == (None, [], [])
    assert {bar.reason for bar in row.strip.bars} == {"camera_on"}
    assert (row.gaps, report.gaps, report.coverage) == ([], [], None)
    assert "not shared" in page(session)
    assert "0.87" not in json.dumps(report.chart)


def test_the_gaps_of_seven_class_only_students_are_in_the_class_gaps():
    session = classes.session(closed_at=after(20))
    for n in range(7):
        classes.student(session, f"S{n}", level=CLASS, scores=[0.5] * 10 + [None] * 10)
    report = Report.of(session, after(50))
    assert [gap.reason for gap in report.gaps] == ["not_given"]  # a reason would be a reading
    assert report.gaps[0].share == pytest.approx(1 - report.coverage)
    assert 0.1 <= report.coverage <= 0.9  # of seven, blurred by up to two in each step of ten seconds


def test_usual_is_the_students_own_first_two_minutes():
    """They begin with the first picture, whether a face was read in it or not."""
    session = classes.session(closed_at=after(240))
    classes.student(session, level=OWN, scores=[None] * 80 + [0.8] * 40 + [0.2] * 40 + [None] * 80)
    row = row_of(Report.of(session, after(300)), "Anna")
    (own,) = row.means
    assert (round(own.usual, 3), round(own.mean, 3)) == (0.8, 0.5)


@pytest.mark.postgresql
def test_students_are_in_the_order_of_their_names_and_never_of_a_score():
    session = classes.session(closed_at=after(20))
    scores = {"Zoe": 0.9, "Student 10": 0.8, "Émile": 0.3, "anna": 0.1, "Student 2": 0.5, "Anna": 0.7}
    for begin, (name, score) in enumerate(scores.items()):
        classes.student(session, name, level=OWN, scores=[score] * 5, begin=begin)
    names = [row.entry.name for row in Report.of(session, after(50)).students]
    assert names == ["anna", "Anna (2)", "Émile", "Student 2", "Student 10", "Zoe"]


def test_pulses_are_counted_without_names_and_each_student_once():
    session = classes.session(closed_at=after(900))
    anna, ben = classes.student(session, "Anna"), classes.student(session, "Ben")
    factory.pulse(anna, "pace", value=1, at=after(10))
    factory.pulse(anna, "pace", value=-1, at=after(20))  # changed her mind
    factory.pulse(ben, "pace", value=-1, at=after(30))
    factory.pulse(ben, "lost", at=after(400))
    rows = Report.of(session, after(900)).pulses
    assert [(row.since, dict(row.said)) for row in rows] == [
        (after(0), {"too_slow": 2}),
        (after(300), {"lost": 1}),
    ]


@pytest.mark.parametrize("mode", [Mode.MIRROR, Mode.PARTICIPATION])
def test_where_the_mode_keeps_readings_from_the_teacher_the_report_has_none(mode):
    session = classes.session(mode=mode, closed_at=after(20))
    classes.student(session, level=OWN, scores=[0.87] * 20)
    report = Report.of(session, after(50))
    assert (report.whole.measured, row_of(report, "Anna").coverage) == (0, None)
    assert {bar.reason for bar in row_of(report, "Anna").strip.bars} == {"camera_on"}
    assert all(point["measured"] == 0 for point in report.chart["points"])
    assert "87%" not in page(session)


def test_a_long_session_is_drawn_in_coarser_steps():
    session = classes.session(closed_at=after(3 * 3600))
    classes.student(session, level=OWN, scores=[0.5] * 30)
    chart = Report.of(session, after(3 * 3600)).chart
    assert chart["step"] == 30
    assert len(chart["points"]) <= 400
    assert chart["points"][0]["coverage"] == 1


def test_erased_participants_stay_as_a_count():
    session = classes.session(closed_at=after(20), erased_participants=3)
    assert "3 more erased everything" in page(session)


def test_the_report_says_what_became_of_every_picture():
    session = classes.session(closed_at=after(20))
    FrameTally.objects.create(session=session, received=100, taken=90, read=80, erased=4)
    text = page(session)
    assert "Lost when a worker stopped" in text
    assert '<td class="number">6</td>' in text


def test_old_readings_have_expired_and_the_report_says_so(settings):
    session = classes.session(closed_at=after(20))
    classes.student(session, level=OWN)
    report = Report.of(session, after(20) + settings.READING_RETENTION)
    assert report.readings_expired
    assert (report.coverage, row_of(report, "Anna").coverage) == (None, None)
    assert [gap.reason for gap in report.gaps] == ["erased"]


@pytest.mark.parametrize("mode", Mode)
def test_where_nothing_was_measured_nothing_has_expired(mode, settings):
    session = classes.session(mode=mode, closed_at=after(20))
    session.participants.create(display_name="Anna", joined_at=after(0))
    assert not Report.of(session, after(20) + settings.READING_RETENTION).readings_expired


def test_a_line_that_was_taken_back_is_not_said_to_be_erased():
    session = classes.session(closed_at=after(60))
    anna = classes.student(session, level=OWN, scores=[0.5] * 10)
    anna.give_consent(CLASS, "1")
    assert row_of(Report.of(session, after(60)), "Anna").gaps == []
    assert [gap.reason for gap in OwnReport.of(anna, after(60)).gaps] == ["no_frame"]


def test_the_model_that_read_one_class_only_student_is_not_shown():
    session = classes.session(closed_at=after(60))
    classes.student(session, level=CLASS, scores=[0.5] * 10)
    assert Report.of(session, after(60)).versions == []


def test_without_a_card_no_error_rate_is_invented(monkeypatch, tmp_path):
    monkeypatch.setattr(model_facts, "CARD", tmp_path / "card.json")
    assert "nobody knows how often they are wrong" in page(classes.session(closed_at=after(20)))


def test_the_cards_error_rates_are_shown(monkeypatch, tmp_path):
    measured = {"n": 3589, "accuracy": 0.712, "macro_f1": 0.69, "recall": {"fear": 0.51}}
    card = {"version": "cpls-9", "metrics": {"PublicTest": {"fer2013": measured}}}
    (tmp_path / "card.json").write_text(json.dumps(card))
    monkeypatch.setattr(model_facts, "CARD", tmp_path / "card.json")
    text = page(classes.session(closed_at=after(20)))
    assert all(words in text for words in ("FER2013", "28.8%", "51.0%", "cpls-9"))


def test_the_card_of_the_weights_that_are_served_is_found():
    facts = model_facts.model_facts()
    assert facts.version.startswith("cpls-")
    assert all(0 < rates.error < 1 for rates in facts.error_rates)
    assert [rates.title[:5] for rates in facts.error_rates] == ["FER20", "FER+:"]
    assert all(name in EXPRESSION_NAMES for rates in facts.error_rates for name, _share in rates.recall)


def test_rows_that_were_trained_on_make_no_error_rate_smaller(monkeypatch, tmp_path):
    measured = {"n": 3589, "accuracy": 0.712, "without_seen": {"n": 3310, "accuracy": 0.683}}
    card = {"version": "cpls-9", "metrics": {"PublicTest": {"fer2013": measured}}}
    (tmp_path / "card.json").write_text(json.dumps(card))
    monkeypatch.setattr(model_facts, "CARD", tmp_path / "card.json")
    text = page(classes.session(closed_at=after(20)))
    assert all(words in text for words in ("31.7%", "3310"))
    assert "28.8%" not in text


def test_shares_of_gaps_and_coverage_are_of_the_same_time():
    spent = {"measured": 1800.0, "paused": 1800.0, "camera_on": 3600.0}
    assert coverage.share_measured(spent) == 0.5
    assert [(gap.reason, gap.share) for gap in gaps(spent, shows_readings=True)] == [("paused", 0.5)]
    (mirror,) = gaps(({"paused": 180.0, "camera_on": 10_620.0}), shows_readings=False)
    assert mirror.share == pytest.approx(1 / 60)


def test_a_class_of_too_few_is_not_called_unmeasured():
    """One pauses, so there is time of which more is told than that a camera was on."""
    session = classes.session(closed_at=after(40))
    for n in range(3):
        classes.student(session, f"Student {n}", level=Consent.Level.CLASS_ONLY, scores=[0.5] * 30)
    session.participants.first().record_state(Presence.State.PAUSED, after(30))
    made = Report.of(session, after(40))
    assert made.coverage is None
    assert {point["coverage"] for point in made.chart["points"]} == {None}
    assert "at most 3 students with data at a time" in page(session)


def test_a_report_of_nobody_is_a_page():
    assert "Nobody joined" in page(classes.session(closed_at=after(20)))


@pytest.mark.postgresql
def test_the_number_of_queries_does_not_grow_with_the_class(django_assert_num_queries):
    session = classes.session(closed_at=after(60))
    for size in (3, 12):
        for n in range(size):
            factory.pulse(classes.student(session, f"{size} {n}", level=OWN, scores=[0.5] * 3), at=after(5))
        with django_assert_num_queries(20):
            read_all(Report.of(session, after(60)))


def read_all(report: Report) -> None:
    """Each part is computed when it is first read."""
    for part in vars(Report):
        getattr(report, part)


def test_a_name_is_text_in_the_page():
    session = classes.session(closed_at=after(20))
    classes.student(session, "<script>alert(1)</script>")
    assert "<script>alert(1)" not in page(session)


def test_a_reading_only_leaves_with_its_student():
    session = classes.session(closed_at=after(30))
    anna = classes.student(session, level=OWN, scores=[0.5] * 10)
    anna.withdraw_consent(after(10))
    row = row_of(Report.of(session, after(50)), "Anna")
    assert [gap.reason for gap in row.gaps] == [Presence.State.CAMERA_OFF, "erased"]
    assert row.means == []


def test_the_time_of_a_class_counts_from_its_first_student():
    session = classes.session(opened_at=after(-900), started_at=after(0), closed_at=after(60))
    classes.student(session, scores=[0.5] * 60)
    made = Report.of(session, after(60))
    assert made.duration == timedelta(seconds=60)
    assert made.chart["from"] == round(after(0).timestamp() * 1000)


def test_a_class_without_cameras_has_no_gaps_and_no_coverage():
    session = factory.open_session(Mode.PARTICIPATION, opened_at=after(0), closed_at=after(600))
    anna = factory.participant(session, joined_at=after(0), last_seen_at=after(600))
    anna.record_state(Presence.State.OFFLINE, after(300))
    anna.record_state(Presence.State.PRESENT, after(330))
    made = Report.of(ClassSession.objects.get(), after(700))
    (row,) = made.students
    assert (made.coverage, row.coverage) == (None, None)
    assert [gap.reason for gap in row.gaps] == ["offline"]
    assert {bar.reason for bar in row.strip.bars} == {"present", "offline"}
