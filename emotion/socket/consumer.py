"""The student's socket (docs/protocol.md): connect decides who may speak, receive admits frames."""

import logging
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from classroom.events import participant_group, room_group
from classroom.origins import is_our_origin
from emotion.frame_queue.producer import FrameProducer, frame_producer

from . import answers, batched_queries, presence, protocol, pulses
from .connections import Connection
from .frame_admission import FrameAdmission
from .identity import Identity, read_identity
from .last_seen import last_seen
from .protocol import Close, Refused, Rejected
from .reconciliation import reconciliation
from .token_bucket import TokenBucket

if TYPE_CHECKING:
    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable
    from channels.consumer import _ChannelScope

logger = logging.getLogger(__name__)


class RoomConsumer(AsyncJsonWebsocketConsumer):
    group: str | None = None
    connection: Connection
    producer: FrameProducer
    participant_id: UUID
    heard_at: datetime
    # When this tab opened the connection, in nanoseconds since 1970.
    connected_at: int
    frames: FrameAdmission
    states_allowed: TokenBucket
    pulses_allowed: TokenBucket
    # The camera state that this socket recorded last; None once another part of the site may have changed it.
    recorded_state: str | None = None
    is_joined = is_over = False
    refusals = 0

    async def dispatch(self, message: dict[str, Any]) -> None:
        # Channels hops to a thread before every message to tidy up database connections: twice the cost of a
        # frame. Here only database_sync_to_async opens one, and that tidies up by itself.
        await getattr(self, get_handler_name(message))(message)

    @property
    def identity(self) -> Identity:
        """Read anew each time, because the cookie expires while the socket is open."""
        return read_identity(self.scope)

    # --- connect decides --------------------------------------------------------------------------------

    async def connect(self) -> None:
        # Accepted first: a refusal before it would reach the page as 1006, without a reason.
        await self.accept()
        try:
            if not is_our_origin(self.scope):
                raise Rejected(Close.ORIGIN)
            identity = self.identity
            await self.join_group(identity)
            self.connection, state = await batched_queries.open_connection(self.channel_name, identity)
        except Rejected as rejected:
            await self.end(rejected.code)
            return
        await self.on_joined(state)

    async def join_group(self, identity: Identity) -> None:
        """Subscribe before the database is read, so that every later change arrives as a hint."""
        if identity.participant_id is None or not identity.is_own_page:
            return
        self.group = participant_group(identity.participant_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        # Before the database is read, too: an older tab must not record its state after this one has.
        self.connected_at = time.time_ns()
        event = {"type": "participant.connected", "at": self.connected_at}
        await self.channel_layer.group_send(self.group, event)

    async def on_joined(self, state: str) -> None:
        self.producer = frame_producer()
        self.recorded_state = state
        self.frames = FrameAdmission(self.connection.next_sequence)
        self.states_allowed = TokenBucket.per_minute(settings.STATES_PER_MINUTE)
        self.pulses_allowed = TokenBucket.per_minute(settings.PULSES_PER_MINUTE)
        self.participant_id, self.heard_at = self.connection.participant_id, timezone.now()
        self.is_joined = True
        await self.channel_layer.group_add(room_group(self.connection.session_id), self.channel_name)
        last_seen().add(self)
        reconciliation().add(self)
        welcome = answers.welcome(self.connection, state, interval_ms=self.producer.interval_ms)
        await self.send_json(welcome)

    # --- receive admits ---------------------------------------------------------------------------------

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **_: object
    ) -> None:
        # The client may not have heard yet that the connection is over.
        if self.is_over:
            return
        if self.is_silent:
            await self.record_presence()
        if not self.is_over:
            await self.handle(text_data, bytes_data)
        # Last: what was recorded of this message must not be older than the message.
        self.heard_at = timezone.now()

    async def handle(self, text_data: str | None, bytes_data: bytes | None) -> None:
        message = None
        try:
            if bytes_data is None:
                message = protocol.read_text(text_data or "")
                await self.handle_message(message)
            else:
                await self.admit(bytes_data)
        except Refused as refusal:
            # The producer counts by itself what it refuses as busy.
            if bytes_data is not None and refusal.code != "busy":
                self.producer.count_refused(self.connection.session_id)
            await self.refuse(refusal, about=message)
        except Rejected as rejected:
            await self.end(rejected.code)

    async def admit(self, message: bytes) -> None:
        frame = self.frames.admit(message, self.connection)
        if not await self.producer.put(frame):
            raise Refused("busy", frame.sequence)
        self.refusals = max(0, self.refusals - 1)
        await self.send_json(answers.admitted(frame.sequence, interval_ms=self.producer.interval_ms))

    async def refuse(self, refusal: Refused, *, about: dict | None = None) -> None:
        await self.send_json(answers.refused(refusal, about, interval_ms=self.producer.interval_ms))
        # Busy is not the client's fault.
        if refusal.code != "busy":
            self.refusals += 1
        if self.refusals >= settings.MAX_REFUSALS:
            await self.end(Close.BAD_MESSAGE)

    # --- text messages of a student ---------------------------------------------------------------------

    async def handle_message(self, message: dict) -> None:
        match message["type"]:
            case "state":
                await self.handle_state(message["state"])
            case "pulse":
                await self.handle_pulse(message)
            case "here":
                self.states_allowed.take_or_refuse()
        await self.send_json({"type": "noted", "about": message})

    async def handle_state(self, state: str) -> None:
        if state in protocol.CAMERA_STATES:
            self.connection.consent_to_camera()
        self.states_allowed.take_or_refuse()
        # A page repeats the state that the welcome told it.
        if state == self.recorded_state:
            return
        if not await batched_queries.record_camera_state(self.participant_id, state):
            # Raises Rejected, with the reason why they are not in class.
            await batched_queries.refresh_connection(self.channel_name, self.identity)
        self.recorded_state = state

    async def handle_pulse(self, message: dict) -> None:
        sequence = message.get("sequence")
        self.pulses_allowed.take_or_refuse(sequence)
        is_saved = await pulses.record_pulse(
            self.identity, kind=message["kind"], value=message.get("value"), sequence=sequence
        )
        if not is_saved:
            raise Refused("bad_message", sequence)

    # --- events of the participant's group --------------------------------------------------------------

    async def participant_changed(self, event: dict) -> None:
        if self.is_over:
            return
        if code := protocol.CLOSING_HINTS.get(event["reason"]):
            await self.end(code)
            return
        # What changed may have recorded another state.
        self.recorded_state = None
        before = self.connection
        try:
            self.connection = await batched_queries.refresh_connection(self.channel_name, self.identity)
        except Rejected as rejected:
            await self.end(rejected.code)
            return
        await self.send_json({"type": "consent", "consent": self.connection.level})
        if self.connection.is_paused != before.is_paused:
            await self.send_json(answers.cameras(self.connection))

    async def participant_connected(self, event: dict) -> None:
        # The event of an older tab may arrive after this one has connected.
        if not self.is_over and event["at"] > self.connected_at:
            await self.end(Close.REPLACED)

    async def participant_answer(self, event: dict) -> None:
        """Forward a worker's `reading` or `check`, which is JSON already."""
        if not self.is_over:
            await self.send(text_data=event["text"])

    async def room_message(self, event: dict) -> None:
        """Forward what all students of the session are told, which is JSON already."""
        if not self.is_over:
            await self.send(text_data=event["text"])

    async def participant_message(self, event: dict) -> None:
        """Forward what this participant alone is told, which is JSON already."""
        if not self.is_over:
            await self.send(text_data=event["text"])

    async def participant_frame_refused(self, event: dict) -> None:
        """A worker could not decode a frame that was admitted here."""
        if not self.is_over:
            # Its admission took off a refusal that it did not make up for.
            self.refusals += 1
            await self.refuse(Refused(event["code"], event["sequence"]))

    # --- presence and the end ---------------------------------------------------------------------------

    @property
    def is_silent(self) -> bool:
        """Whether nothing was heard for so long that the participant counts as gone."""
        return timezone.now() - self.heard_at >= settings.GONE_AFTER

    async def record_presence(self) -> None:
        """Record that the participant is in class, after a silence or because the database says otherwise."""
        if self.is_over:
            return
        self.recorded_state = None
        try:
            await presence.record_presence(self.identity)
        except Rejected as rejected:
            await self.end(rejected.code)
        except DatabaseError:
            logger.exception("The presence of participant %s was not recorded.", self.participant_id)

    async def end(self, code: Close) -> None:
        if not self.is_over:
            self.is_over = True
            if code == Close.BAD_MESSAGE:
                await self.record_offline()
            await self.close(code)

    async def disconnect(self, code: int) -> None:
        if code in protocol.CLOSED_BY_PAGE and self.is_joined and not self.is_silent:
            self.heard_at = timezone.now()
        await self.cleanup()

    async def __call__(
        self, scope: "_ChannelScope", receive: "ASGIReceiveCallable", send: "ASGISendCallable"
    ) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Channels calls no disconnect() where the client went while a message was sent to it.
            await self.cleanup()

    async def cleanup(self) -> None:
        """Release what the connection holds, once, whoever calls first."""
        reconciliation().discard(self)
        was_joined, self.is_joined = self.is_joined, False
        group, self.group = self.group, None
        if was_joined:
            room = room_group(self.connection.session_id)
            await self.channel_layer.group_discard(room, self.channel_name)
            last_seen().discard(self)
            if not self.is_over:
                await self.record_offline()
        if group:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def record_offline(self) -> None:
        await batched_queries.record_offline(self.participant_id, self.heard_at)
