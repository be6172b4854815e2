"""Webhooks: where a program is told that something happened."""

import re
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from ..addresses import Unreachable, require_sendable
from ..bearer import TokenRequest, opened_by
from ..models import Event, Scope, Webhook
from ..paging import Asked, Page, json_answer, page_of_query
from ..problems import Problem
from ..rows import CourseId, WebhookEvent

router = Router(tags=["Webhooks"])
LONGEST_URL = 500
# 1 to 65535.
PORT = "[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
URL = rf"^https://[A-Za-z0-9._-]{{1,253}}(:({PORT}))?([/?][!-\"$-~]*)?$"


class WebhookRow(BaseModel):
    """Where a program is told of events."""

    model_config = ConfigDict(title="Webhook", from_attributes=True)

    id: UUID = Field(description="The id of the webhook.")
    url: str = Field(description="Where messages are sent.")
    events: list[WebhookEvent] = Field(description="Of what it tells.")
    course: int | None = Field(
        validation_alias="course_id", description="The only course of which it tells; null: all."
    )
    created_at: datetime = Field(description="When it was made.")
    disabled_at: datetime | None = Field(description="Since when nothing is sent; null while it works.")
    disabled_reason: str = Field(description="Why nothing is sent.")


class NewWebhookRow(WebhookRow):
    """A new webhook, with its secret."""

    model_config = ConfigDict(title="NewWebhook", from_attributes=True)

    secret: str = Field(description="The key of its signatures (Standard Webhooks). It is not shown again.")


class WebhookToMake(Schema):
    """Where and of what to tell."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(
        max_length=LONGEST_URL,
        # Checked below, where a refusal has words in place of the pattern.
        json_schema_extra={"pattern": URL},
        description="An address on the internet: https://, and a host name or an IPv4 address.",
    )
    events: list[WebhookEvent] = Field(min_length=1, max_length=10, description="Of what to tell.")
    course: CourseId | None = Field(None, description="Only of this course; of all, if nothing is said.")

    @field_validator("url")
    @classmethod
    def is_sendable(cls, url: str, _info: ValidationInfo) -> str:
        try:
            require_sendable(url)
        except Unreachable as error:
            raise ValueError(str(error.for_people)) from error
        if not re.fullmatch(URL, url):
            raise ValueError("The host has to be a name or an IPv4 address.")
        return url


class DeliveryRow(BaseModel):
    """A message, and how far it came."""

    model_config = ConfigDict(title="Delivery", from_attributes=True)

    message_id: UUID = Field(description="The webhook-id of the message, without msg_.")
    event: Event = Field(description="Of what it tells.")
    created_at: datetime = Field(description="When it happened.")
    attempts: int = Field(description="How often it was sent.")
    delivered_at: datetime | None = Field(description="When it arrived; null if it has not.")
    next_try_at: datetime | None = Field(description="When it is sent again; null after that.")
    status: int | None = Field(description="The status of the last answer.")
    problem: str = Field(description="Why it has not arrived.")


@router.get(
    "/webhooks",
    response=Page[WebhookRow],
    operation_id="list_webhooks",
    summary="Webhooks",
    **opened_by(Scope.WEBHOOKS),
)
def list_webhooks(request: TokenRequest, asked: Asked) -> HttpResponse:
    """The webhooks of the token's teacher; of a token for one course, those of that course."""
    return page_of_query(request, request.auth.webhooks(), WebhookRow.model_validate, asked)


@router.post(
    "/webhooks",
    response={201: NewWebhookRow},
    operation_id="make_webhook",
    summary="Make a webhook",
    **opened_by(Scope.WEBHOOKS),
)
def make_webhook(request: TokenRequest, wanted: WebhookToMake) -> HttpResponse:
    """The secret in the answer is the key of the signatures. `webhooks` describes the messages."""
    teacher = request.auth.teacher
    if teacher.webhooks.count() >= settings.MOST_WEBHOOKS:
        raise Problem(409, f"A teacher has {settings.MOST_WEBHOOKS} webhooks at most.")
    course_id = wanted.course or request.auth.course_id
    if course_id is not None:
        get_object_or_404(request.auth.courses(), pk=course_id)
    events = list(dict.fromkeys(wanted.events))
    webhook = Webhook.objects.create(teacher=teacher, course_id=course_id, url=wanted.url, events=events)
    address = f"{settings.PUBLIC_URL}/api/v1/webhooks/{webhook.pk}"
    return json_answer(NewWebhookRow.model_validate(webhook), status=201, location=address)


@router.get(
    "/webhooks/{webhook_id}",
    response=WebhookRow,
    operation_id="get_webhook",
    summary="One webhook",
    **opened_by(Scope.WEBHOOKS),
)
def get_webhook(request: TokenRequest, webhook_id: UUID) -> HttpResponse:
    return json_answer(WebhookRow.model_validate(get_object_or_404(request.auth.webhooks(), pk=webhook_id)))


@router.delete(
    "/webhooks/{webhook_id}",
    response={204: None},
    operation_id="delete_webhook",
    summary="Delete a webhook",
    **opened_by(Scope.WEBHOOKS),
)
def delete_webhook(request: TokenRequest, webhook_id: UUID) -> HttpResponse:
    get_object_or_404(request.auth.webhooks(), pk=webhook_id).delete()
    return HttpResponse(status=204)


@router.get(
    "/webhooks/{webhook_id}/deliveries",
    response=Page[DeliveryRow],
    operation_id="list_deliveries",
    summary="What was sent to a webhook",
    **opened_by(Scope.WEBHOOKS),
)
def list_deliveries(request: TokenRequest, webhook_id: UUID, asked: Asked) -> HttpResponse:
    """The messages of the last 30 days, newest first."""
    webhook = get_object_or_404(request.auth.webhooks(), pk=webhook_id)
    return page_of_query(request, webhook.deliveries.all(), DeliveryRow.model_validate, asked)
