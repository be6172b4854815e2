"""A session as one JSON document, with a published schema: docs/schema/session-1.1.json."""

from datetime import datetime
from typing import Any

from django.utils.translation import override
from pydantic import BaseModel, ConfigDict, Field

from dashboards.report.model_facts import model_facts

from .columns import Count, Share
from .record import SessionRecord
from .schema import (
    SCHEMA_VERSION,
    Answer,
    Average,
    Feedback,
    Gap,
    Hand,
    Marker,
    Minute,
    Participant,
    ParticipantMinute,
    Question,
    Result,
    Session,
    StudentQuestion,
    Visit,
)


class ErrorRate(BaseModel):
    """How often the model that is installed is wrong on pictures it was not trained on."""

    model_config = ConfigDict(frozen=True)

    pictures: str = Field(description="Which test pictures, and how they were labelled.")
    faces: Count | None = Field(description="How many faces.")
    wrong: Share = Field(description="The share of wrong expressions.")


class SessionDocument(BaseModel):
    """A session with every table about it."""

    model_config = ConfigDict(frozen=True)

    schema_version: str = Field(description="Version of this schema.")
    made_at: datetime = Field(description="As of when. Who withdrew before is in no part of it.")
    session: Session
    minutes: list[Minute]
    participants: list[Participant]
    averages: list[Average]
    visits: list[Visit]
    participant_minutes: list[ParticipantMinute]
    questions: list[Question]
    results: list[Result]
    answers: list[Answer]
    student_questions: list[StudentQuestion]
    hands: list[Hand]
    feedback: list[Feedback]
    markers: list[Marker]
    gaps: list[Gap]
    model_error_rates: list[ErrorRate] = Field(
        description="Of the model on the server. Empty: no camera was used, or nobody knows them."
    )


def json_document(record: SessionRecord) -> str:
    return document(record).model_dump_json()


def document(record: SessionRecord) -> SessionDocument:
    return SessionDocument(
        schema_version=SCHEMA_VERSION,
        made_at=record.made_at,
        session=record.session,
        minutes=record.minutes,
        participants=record.participants,
        averages=record.averages,
        visits=record.visits,
        participant_minutes=record.participant_minutes,
        questions=record.questions,
        results=record.results,
        answers=record.answers,
        student_questions=record.student_questions,
        hands=record.hands,
        feedback=record.feedback,
        markers=record.markers,
        gaps=record.gaps,
        model_error_rates=error_rates(record),
    )


def error_rates(record: SessionRecord) -> list[ErrorRate]:
    if not record.has_camera:
        return []
    with override("en"):
        rates = model_facts().error_rates
    return [ErrorRate(pictures=one.title, faces=one.n, wrong=round(one.error, 6)) for one in rates]


def published_schema() -> dict[str, Any]:
    """JSON Schema of the document: what docs/schema/ holds."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:classpulse:session:{SCHEMA_VERSION}",
        **SessionDocument.model_json_schema(mode="serialization"),
    }
