"""One JSON document of a session, that keeps to its published schema."""

import json
from pathlib import Path

import pytest

from exports.json_document import json_document, published_schema
from exports.schema import SCHEMA_VERSION, TABLES
from tests.exports import lessons

PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / f"session-{SCHEMA_VERSION}.json"


def faults(document: dict, schema: Path) -> list:
    from jsonschema import Draft202012Validator

    formats = Draft202012Validator.FORMAT_CHECKER
    validator = Draft202012Validator(json.loads(schema.read_text()), format_checker=formats)
    return list(validator.iter_errors(document))


def test_the_published_schema_is_that_of_the_rows():
    """If not: manage.py export_schema > docs/schema/session-1.1.json, and think of SCHEMA_VERSION."""
    assert json.loads(PUBLISHED.read_text()) == published_schema()


def test_every_column_has_a_title_and_a_description():
    for name in [table.__name__ for table in TABLES.values()]:
        about = published_schema()["$defs"][name]
        assert about["description"]
        assert all(one["title"] and one["description"] for one in about["properties"].values())


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("lesson", [lessons.with_cameras, lessons.without_cameras])
def test_a_document_keeps_to_the_schema_and_has_all_rows(lesson):
    record = lessons.record_of(lesson())
    made = json.loads(json_document(record))
    assert faults(made, PUBLISHED) == []
    assert made["schema_version"] == SCHEMA_VERSION
    for name in TABLES:
        rows = made[name] if name != "session" else [made["session"]]
        assert rows == [row.model_dump(mode="json") for row in record.table(name)]


@pytest.mark.slow
@pytest.mark.django_db
def test_a_reader_of_the_first_version_of_the_schema_understands_the_document():
    made = json.loads(json_document(lessons.record_of(lessons.with_cameras())))
    assert faults(made, PUBLISHED.with_name("session-1.0.json")) == []


@pytest.mark.slow
@pytest.mark.django_db
def test_a_document_says_how_often_the_model_is_wrong_where_cameras_were_used():
    with_camera, without = (
        json.loads(json_document(lessons.record_of(lesson())))["model_error_rates"]
        for lesson in (lessons.with_cameras, lessons.without_cameras)
    )
    assert all(0 < one["wrong"] < 1 for one in with_camera)
    assert (bool(with_camera), without) == (True, [])
