"""The CSV: a row per participant and ten seconds, and nothing that a spreadsheet would run."""

from datetime import date

import pytest

from classroom.models import Consent, Mode
from dashboards.report.csv_format import as_typed, usual_format, without_formulas
from emotion.vision.labels import EXPRESSIONS
from tests import factory
from tests.dashboards import classes
from tests.dashboards.classes import after

OWN, CLASS = Consent.Level.OWN_LINE, Consent.Level.CLASS_ONLY


def download(session):
    return factory.signed_in(session.course.teachers.get()).get(f"/sessions/{session.pk}/report.csv")


def rows(session) -> list[dict[str, str]]:
    return classes.csv_rows(download(session))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_formula_gets_an_apostrophe(start):
    assert without_formulas(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("x;=1+1;y", "x;'=1+1;y"),
        ("x; @SUM(1)", "x;' @SUM(1)"),
        ("x,=1+1", "x,'=1+1"),
        ("x\t-1", "x\t'-1"),
        ('x;"=1', "x;'\"=1"),
    ],
)
def test_a_formula_behind_what_others_split_at_gets_one_too(cell, written):
    assert without_formulas(cell) == written


@pytest.mark.parametrize("cell", ["Anna", "Anna; Ben", "Müller, Jörg", "a = b", "", 0.5, -0.5, None, 3])
def test_names_and_numbers_stay_as_they_are(cell):
    assert without_formulas(cell) == cell


@pytest.mark.django_db
def test_a_name_that_is_a_formula_arrives_as_text():
    session = classes.session(closed_at=after(10), title="=1+1")
    classes.student(session, '=HYPERLINK("http://x.example","a, b")', scores=[0.5])
    (row, *_) = rows(session)
    assert row["participant"] == '\'=HYPERLINK("http://x.example","a, b")'
    assert row["session"] == "'=1+1"


@pytest.mark.parametrize(
    "name",
    [
        "007", "1E5", "3/4", "12345678901234567890", "1.5", "1,5", "50%", "€5", "5 €", "5 EUR", "12:30",
        "3 PM", "2026-01-02", "1.2.2026", "1/2/2026", "12.5.", "5. März", "Mär 5", "March 5", "5 de mayo",
        "Januar 2026", "TRUE", "wahr", "Falsch", "１２３", "½", "(5)", "1 000", "#N/A", "0x10",
        "NA", "n/a", "None", "NaN", "Null", "Infinity",
    ],
)  # fmt: skip
def test_a_name_that_looks_like_a_value_ends_with_a_tab_and_a_no_break_space(name):
    assert as_typed(name) == f"{name}\t\u00a0"


@pytest.mark.parametrize(
    "name", ["Anna", "Anna Maria 2", "Lesson 2 of March", "李小龙", "-1", "+49 151", "=x", ""]
)
def test_other_text_gets_no_tab(name):
    assert as_typed(name) == name


@pytest.mark.parametrize(
    ("language", "marks"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "semicolon"),
        ("de", "semicolon"),
        ("fr-FR", "semicolon"),
        ("pt-BR,pt;q=0.9", "semicolon"),
        ("pl", "semicolon"),
        ("de-CH", "semicolon-point"),
        ("fr-CH", "semicolon"),
        ("en-US,en;q=0.9,de;q=0.8", "comma"),
        ("en-GB", "comma"),
        ("es-MX", "comma"),
        ("es-PE", "comma"),
        ("es-419,es;q=0.9", "comma"),
        ("es-AR", "semicolon"),
        ("ar-EG", "comma"),
        ("ar-MA", "semicolon"),
        ("no", "semicolon"),
        ("nb-NO", "semicolon"),
        ("kk", "semicolon"),
        ("sr-Latn-RS", "semicolon"),
        ("en-DE", "semicolon"),
        ("en-ZA", "semicolon"),
        ("zh-Hant-TW", "comma"),
        ("ja", "comma"),
        ("", "comma"),
        ("*", "comma"),
        ("xx-YY, ../etc", "comma"),
    ],
)
def test_separators_follow_the_browsers_language(rf, language, marks):
    assert usual_format(rf.get("/", headers={"Accept-Language": language})) == marks


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked_for", "language", "written"),
    [
        ("semicolon", "en", ';"007\t\u00a0";1;own_line;'),
        ("semicolon-point", "de", ';"007\t\u00a0";1;own_line;'),
        ("comma", "de", ',"007\t\u00a0",1,own_line,'),
        ("", "de", ';"007\t\u00a0";1;own_line;'),
        ("nonsense", "en", ',"007\t\u00a0",1,own_line,'),
    ],
)
def test_separators_can_be_chosen(asked_for, language, written):
    session = classes.session(closed_at=after(10))
    classes.student(session, "007", level=OWN, scores=[0.5])
    teacher = factory.signed_in(session.course.teachers.get())
    response = teacher.get(
        f"/sessions/{session.pk}/report.csv?separator={asked_for}", headers={"Accept-Language": language}
    )
    text = classes.csv_text(response)
    assert written in text
    score = '"0,5"' if ";" in written and asked_for != "semicolon-point" else "0.5"
    assert f"{written[0]}{score}{written[0]}" in text


@pytest.mark.django_db
def test_the_page_offers_the_browsers_own_choice_first():
    session = classes.session(closed_at=after(10))
    teacher = factory.signed_in(session.course.teachers.get())
    page = teacher.get(f"/sessions/{session.pk}/report/", headers={"Accept-Language": "de-DE"})
    assert '<option value="semicolon" selected>' in page.content.decode()


@pytest.mark.django_db
def test_two_students_of_one_name_have_two_numbers():
    session = classes.session(closed_at=after(20))
    for begin in (5, 0):
        classes.student(session, "Twin", level=OWN, scores=[0.5], begin=begin)
    assert {row["seat"] for row in rows(session)} == {"1", "2"}


@pytest.mark.django_db
def test_the_file_is_utf8_with_a_mark_and_a_name():
    session = classes.session(closed_at=after(10), title="Wärme & Licht")
    classes.student(session, "Jörg Ñandú")
    response = download(session)
    assert classes.csv_text(response).startswith(
        "\ufeffsession,course,legal_mode,approver,approval_document,"
    )
    assert rows(session)[0]["participant"] == "Jörg Ñandú"
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="warme-licht-2026-03-02.csv"'


@pytest.mark.django_db
def test_events_are_in_the_right_ten_seconds():
    session = classes.session(closed_at=after(30))
    classes.student(session, level=OWN, scores=[0.5] * 10 + [None] * 10 + [0.7] * 10, expression="happiness")
    told = [
        {
            name: row[name]
            for name in ("from", "seconds_measured", "main_gap", "readings", "score", "expression")
        }
        for row in rows(session)
    ]
    assert told == [
        {
            "from": "2026-03-02T10:00:00+00:00",
            "seconds_measured": "10.0",
            "main_gap": "",
            "readings": "10",
            "score": "0.5",
            "expression": "happiness",
        },
        {
            "from": "2026-03-02T10:00:10+00:00",
            "seconds_measured": "0",
            "main_gap": "No face in the picture",
            "readings": "10",
            "score": "",
            "expression": "",
        },
        {
            "from": "2026-03-02T10:00:20+00:00",
            "seconds_measured": "10.0",
            "main_gap": "",
            "readings": "10",
            "score": "0.7",
            "expression": "happiness",
        },
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("score", [0.87, None])
def test_the_row_of_a_class_only_student_is_the_same_with_and_without_a_face(score):
    session = classes.session(closed_at=after(10))
    classes.student(session, level=CLASS, scores=[score] * 10)
    (row,) = rows(session)
    withheld = ("score", "expression", "seconds_measured", "readings")
    assert {row[name] for name in withheld} == {"not shared"}
    assert row["main_gap"] == "Camera on, data not shown"
    assert {row[name] for name in EXPRESSIONS} == {""}
    assert row["class_score"] == "too few to show"
    assert "0.87" not in ",".join(row.values())


@pytest.mark.django_db
def test_mirror_has_presence_and_no_reading():
    session = classes.session(mode=Mode.MIRROR, closed_at=after(10))
    classes.student(session, level=OWN, scores=[0.87] * 10)
    (row,) = rows(session)
    assert row["legal_mode"] == "mirror"
    assert row["seconds_present"] == "10.0"
    assert {row[name] for name in ("seconds_measured", "readings", "score", "class_score")} == {
        "not shown in this mode"
    }
    assert "0.87" not in ",".join(row.values())


@pytest.mark.django_db
def test_its_names_and_values_are_the_same_in_every_language():
    session = classes.session(closed_at=after(20))
    classes.student(session, level=OWN, scores=[None] * 20)
    teacher = factory.signed_in(session.course.teachers.get())
    files = {
        language: classes.csv_rows(
            teacher.get(
                f"/sessions/{session.pk}/report.csv?separator=comma", headers={"accept-language": language}
            )
        )
        for language in ("en", "de", "ar")
    }
    assert files["en"] == files["de"] == files["ar"]


@pytest.mark.django_db
def test_the_approval_is_in_every_row_and_its_days_are_dates():
    session = classes.session(closed_at=after(10))
    classes.student(session, scores=[0.5] * 10)
    approval = session.approval
    for row in rows(session):
        days = (date.fromisoformat(row["approved_from"]), date.fromisoformat(row["approved_until"]))
        assert days == (approval.valid_from, approval.valid_until)
        assert (row["course"], row["approver"]) == ("Physics", "Dr. Approver")
        assert row["approval_document"].strip() == "REF-1"
