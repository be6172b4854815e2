"""What a webhook is sent: ids and links, nothing about a person."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from .rows import WebhookEvent


class AboutSession(BaseModel):
    """The session that a message is about. What happened in it is read with a token."""

    session: UUID = Field(description="The id of the session.")
    course: int = Field(description="The id of its course.")
    url: str = Field(description="The address of the session in this API.")


class Message(BaseModel):
    """What a webhook is sent."""

    model_config = ConfigDict(title="WebhookMessage")

    type: WebhookEvent = Field(description="What happened.")
    timestamp: datetime = Field(description="When it happened.")
    data: AboutSession
