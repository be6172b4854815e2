"""Every number in the rows is one that the report shows, or follows from such numbers alone."""

import pytest

from classroom.models import Mode
from dashboards.aggregates.coverage import REASONS
from dashboards.charts.chart import moment
from dashboards.report.pictures import lesson_of
from exports import words
from exports.schema import TABLES
from tests.dashboards import classes, taught
from tests.exports import lessons
from tests.exports.lessons import CLASS, MINUTE, OWN

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def record(for_all_tests):
    return for_all_tests(lambda: lessons.whole_record(lessons.with_cameras()))


def test_the_session_has_the_numbers_of_the_reports_overview(record):
    row, report = record.session, record.report
    assert (row.students, row.with_camera, row.questions, row.hands) == (23, 17, 6, 1)
    assert (row.average, row.average_low, row.average_high) == (
        report.whole.mean,
        report.whole.low,
        report.whole.high,
    )
    assert (row.students_with_data, row.students_counted) == (report.whole.measured, report.whole.counted)
    assert row.coverage == pytest.approx(report.coverage, abs=1e-6)
    assert row.typical_share_answered == pytest.approx(report.typical_share_answered, abs=1e-6)
    assert (row.most_lost, row.most_lost_at) == (report.most_lost, report.most_lost_at)
    assert (row.begins_at, row.ends_at) == (report.session.begins_at, report.until)


def test_a_minute_is_its_six_steps_of_ten_seconds(record):
    """Weighted by the students that each step counts, as the chart of a longer session is."""
    steps = record.report.timeline.points(1)
    # The class ends with the fortieth, and nothing is left for another one: so it is on the page.
    assert len(record.minutes) == len(record.report.lesson_chart.table.rows) == 40
    for row in record.minutes:
        begin = row.begins_at.timestamp() * 1000
        own = [
            step for step in steps if begin <= step["at"] < begin + 60_000 and step.get("mean") is not None
        ]
        if own:
            total = sum(step["counted"] for step in own)
            mean = sum(step["mean"] * step["counted"] for step in own) / total
            assert row.average == pytest.approx(mean, abs=0.01)
        assert (row.average is None) == (not own)
        assert row.students_counted == max((step["counted"] for step in own), default=0)


def test_each_student_has_the_numbers_of_the_reports_table(record):
    for row, student in zip(record.participants, record.report.students, strict=True):
        assert (row.name, row.participant) == (
            student.entry.name,
            record.report.timeline.numbers[student.entry.id],
        )
        assert row.present_seconds == student.present.total_seconds()
        assert row.coverage == pytest.approx(student.coverage, abs=1e-6)
        assert [row.average] == [round(own.mean, 6) for own in student.means] or not student.means
        assert (row.joined_at, row.left_at) == (student.visits[0].begin, student.visits[-1].end)


def test_participant_minutes_add_up_to_the_time_in_class(record):
    seconds = dict.fromkeys((row.participant for row in record.participants), 0.0)
    for row in record.participant_minutes:
        seconds[row.participant] += row.present_seconds
    assert seconds == pytest.approx(
        {row.participant: row.present_seconds for row in record.participants}, abs=2
    )
    minutes = [row.begins_at for row in record.participant_minutes]
    assert {row.begins_at: row.in_class for row in record.minutes if row.in_class} == {
        minute: minutes.count(minute) for minute in set(minutes)
    }


def test_who_is_in_the_class_average_only_has_presence_and_nothing_of_a_reading(record):
    numbers = {row.participant for row in record.participants if row.sharing == "Class average only"}
    assert len(numbers) == 7
    own = [row for row in record.participant_minutes if row.participant in numbers]
    assert {(row.seconds_with_data, row.average, row.expression, row.formula) for row in own} == {
        (None, None, "", "")
    }
    assert {row.main_gap for row in own} == {"Camera on, data not shown", "Camera switched off"}
    people = [row for row in record.participants if row.participant in numbers]
    assert {(row.coverage, row.average, row.usual, row.average_note) for row in people} == {
        (None, None, None, words.NOT_SHARED)
    }


def test_questions_have_the_results_of_the_page(record):
    for row, asked in zip(record.questions, record.report.asked, strict=True):
        assert (row.answered, row.present, row.share_answered) == (
            asked.answered,
            asked.present,
            pytest.approx(asked.share_answered, abs=1e-6),
        )
        shown = [(bar.label, bar.count) for bar in asked.bars] + asked.words + asked.texts
        assert [(one.answer, one.count) for one in record.results if one.question == row.question] == shown


def test_an_anonymous_question_has_no_row_of_a_person(record):
    anonymous = {row.question for row in record.questions if row.is_anonymous}
    assert anonymous == {3, 4, 5}
    assert anonymous.isdisjoint(row.question for row in record.answers)
    assert "private words" not in "".join(str(record.table(name)) for name in TABLES)
    few = record.questions[4]
    assert (few.answered, few.note) == (1, words.FEW_ANSWERS)


def test_who_did_not_answer_a_question_with_names_has_a_row_that_says_so(record):
    own = [row for row in record.answers if row.question == 2]
    assert sorted(row.answer for row in own if row.answered_at) == ["No", "Yes"]
    assert {row.answer for row in own if not row.answered_at} == {""}


def test_hands_markers_feedback_and_questions_are_those_of_the_page(record):
    (hand,), people = record.hands, {row.name: row.participant for row in record.participants}
    assert (hand.participant, hand.up_seconds, hand.lowered_by) == (people["Student C"], 90, "Teacher")
    assert [(row.kind, row.label, row.lost) for row in record.markers] == [
        ("Got it", "", 1),
        ("Marker", "Derivative", None),
    ]
    assert [(row.said, row.students) for row in record.feedback] == [("I'm lost", 1), ("Too fast", 1)]
    assert [(row.text, row.votes, row.participant) for row in record.student_questions] == [
        ("Why is it so?", 3, None),
        ("By name?", 0, people["Student A"]),
    ]


def test_lost_students_of_a_minute_are_those_of_the_chart(record):
    steps = {moment(step.begin): step.counts["lost"] for step in lesson_of(record.report).steps}
    lost = {row.begins_at: row.lost for row in record.minutes if row.lost}
    assert lost == {at: count for at, count in steps.items() if count}


def test_gaps_are_those_of_the_page_in_its_words(record):
    whole = [(row.reason, row.seconds) for row in record.gaps if row.participant is None]
    assert whole == [(gap.label, gap.time.total_seconds()) for gap in record.report.gaps]
    assert {row.reason for row in record.gaps} <= {str(reason) for reason in REASONS.values()}


def test_no_cell_is_a_code_of_the_program(record):
    codes = {"class_only", "own_line", "no_camera", "camera_off", "exit_ticket", "check_in", "analytics"}
    for name in TABLES:
        rows = [row.model_dump() for row in record.table(name)]
        assert rows, name
        assert codes.isdisjoint(value for row in rows for value in row.values() if isinstance(value, str))


def test_mirror_has_presence_and_no_number_about_expressions():
    session = classes.session(mode=Mode.MIRROR, closed_at=classes.after(60))
    classes.student(session, level=OWN, scores=[0.87] * 10)
    record = lessons.record_of(session)
    assert (record.session.average, record.session.average_note) == (None, words.NOT_SHOWN)
    assert {(row.average, row.coverage, row.students_with_data) for row in record.minutes} == {
        (None, None, None)
    }
    (person,) = record.participants
    assert (person.coverage, person.average, person.present_seconds) == (None, None, 60)
    assert {row.seconds_with_data for row in record.participant_minutes} == {None}


def test_a_class_without_cameras_has_no_word_of_them():
    record = lessons.record_of(lessons.without_cameras())
    assert (record.session.with_camera, record.session.average_note, record.gaps) == (None, "", [])
    assert {row.sharing for row in record.participants} == {""}


def test_what_is_erased_by_age_says_so(settings):
    session = lessons.with_cameras()
    settings.READING_RETENTION = classes.timedelta(seconds=1)
    record = lessons.record_of(session, 3 * 24 * 3600)
    assert (record.session.average, record.session.average_note) == (None, words.ERASED)
    assert {row.average for row in record.participants} == {None}


def test_few_in_the_class_average_only_leave_the_average_to_others_and_say_so():
    session = classes.session(mode=Mode.ANALYTICS, closed_at=classes.after(60))
    for number in range(5):
        classes.student(session, f"Own {number}", level=OWN, scores=[0.5] * 12, every=5)
    classes.student(session, "Eva", level=CLASS, scores=[0.9] * 12, every=5)
    row = lessons.record_of(session).minutes[0]
    assert (row.average, row.students_counted, row.average_note) == (0.5, 5, words.LEFT_OUT)


def test_times_have_the_offset_of_the_sites_time_zone(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    record = lessons.record_of(taught.lesson())
    assert record.session.time_zone == "Europe/Berlin"
    assert record.session.begins_at.isoformat() == "2026-03-02T11:00:00+01:00"
    assert record.minutes[1].begins_at.isoformat() == "2026-03-02T11:01:00+01:00"
    assert record.session.duration_seconds == 40 * MINUTE
