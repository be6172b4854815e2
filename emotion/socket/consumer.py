"""The student's socket, as docs/protocol.md has it: connect decides who may speak, receive admits frames."""

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from classroom.events import participant_group
from classroom.origins import is_our_origin
from emotion.frame_queue.frame import PROTOCOL_VERSION, Frame
from emotion.frame_queue.producer import frame_producer
from emotion.vision import jpeg

from . import batched_queries, connections, protocol
from .connections import NoSeat, Seat
from .last_seen import signs
from .protocol import Close, Refused
from .reconciliation import roll_call
from .token_bucket import TokenBucket

logger = logging.getLogger(__name__)


class RoomConsumer(AsyncWebsocketConsumer):
    group: str | None = None
    seat: Seat | None = None
    heard_at: datetime  # the last word of this client
    noted_state: str | None = None  # of its camera, by this socket, as far as it is still so
    is_seated = is_over = False
    refusals = 0

    async def dispatch(self, message: dict) -> None:
        # Channels hops to a thread before every message to tidy up database connections: twice the cost of a
        # frame. Here only database_sync_to_async opens one, and that tidies up by itself.
        await getattr(self, get_handler_name(message))(message)

    # --- connect decides --------------------------------------------------------------------------------

    async def connect(self) -> None:
        await self.accept()  # a refusal before it would reach the page as 1006, without a reason
        try:
            if not is_our_origin(self.scope):
                raise NoSeat(Close.ORIGIN)
            await self.join_group(connections.named_by_cookie(self.scope))
            self.seat, state = await batched_queries.take_seat(self.channel_name, self.scope)
        except NoSeat as refused:
            await self.end(refused.code)
            return
        await self.sit_down(state)

    async def join_group(self, named: UUID | None) -> None:
        """Before the seat is read: of what changes from here on there is a hint."""
        if named is None:
            return  # the database knows why
        self.group = participant_group(named)
        await self.channel_layer.group_add(self.group, self.channel_name)
        # An older tab is sent away before, too: what it notes when it goes must not be the last word.
        self.seated_at = time.time_ns()
        await self.channel_layer.group_send(
            self.group, {"type": "participant.connected", "at": self.seated_at}
        )

    async def sit_down(self, state: str) -> None:
        self.producer = frame_producer()
        self.last_sequence, self.noted_state = self.seat.next_sequence - 1, state
        self.frames_allowed = _bucket(settings.FRAMES_PER_SECOND, settings.FRAME_BURST)
        self.states_allowed = _bucket(settings.STATES_PER_MINUTE / 60, settings.STATES_PER_MINUTE)
        self.pulses_allowed = _bucket(settings.PULSES_PER_MINUTE / 60, settings.PULSES_PER_MINUTE)
        self.participant_id, self.heard_at = self.seat.participant_id, timezone.now()
        self.is_seated = True
        signs().add(self)
        roll_call().add(self)
        await self.say(
            type="welcome",
            protocol=PROTOCOL_VERSION,
            server_time=round(time.time() * 1000),
            sequence=self.seat.next_sequence,
            interval_ms=self.producer.interval_ms,
            max_frame_bytes=settings.MAX_FRAME_BYTES,
            mode=self.seat.mode,
            consent=self.seat.level,
            state=state,
        )

    async def note_presence(self) -> None:
        """Here again, after a silence or because signs of life were lost."""
        if self.is_over:
            return  # the client has not heard of it yet
        self.noted_state = None
        try:
            await connections.note_presence(self.scope)
        except NoSeat as gone:
            await self.end(gone.code)
        except DatabaseError:
            logger.exception("A sign of life of participant %s was not noted.", self.participant_id)

    # --- receive admits ---------------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.is_over:
            return  # the client has not heard of it yet
        if timezone.now() - self.heard_at >= settings.GONE_AFTER:
            await self.note_presence()
        if not self.is_over:
            await self.answer(text_data, bytes_data)
        self.heard_at = timezone.now()  # after what was noted of it

    async def answer(self, text_data: str | None, bytes_data: bytes | None) -> None:
        said = None
        try:
            if bytes_data is None:
                said = protocol.read_text(text_data)
                await self.hear(said)
            else:
                await self.admit(bytes_data)
        except Refused as refusal:
            if bytes_data is not None and refusal.code != "busy":  # put() counts its own
                self.producer.count_refused(self.seat.session_id)
            await self.refuse(refusal, about=said)
        except NoSeat as gone:  # the hint was lost
            await self.end(gone.code)

    async def admit(self, message: bytes) -> None:
        frame = self.frame_in(message)
        if not await self.producer.put(frame):
            raise Refused("busy", frame.sequence)
        self.refusals = max(0, self.refusals - 1)
        await self.say(
            type="admitted",
            sequence=frame.sequence,
            interval_ms=self.producer.interval_ms,
            server_time=round(time.time() * 1000),
        )

    def frame_in(self, message: bytes) -> Frame:
        """Every reason to refuse it, the cheap ones first."""
        envelope, seat = protocol.open_envelope(message, max_bytes=settings.MAX_FRAME_BYTES), self.seat
        if envelope.sequence <= self.last_sequence:
            raise Refused("sequence", envelope.sequence)
        self.last_sequence = envelope.sequence
        if not seat.uses_camera:
            raise Refused("mode", envelope.sequence)
        if seat.consent_id is None:
            raise Refused("no_consent", envelope.sequence)
        try:
            jpeg.verify(envelope.jpeg, max_side=settings.MAX_FRAME_SIDE)
        except jpeg.BadFrame as bad:
            raise Refused(bad.code, envelope.sequence) from bad
        if not self.frames_allowed.take():
            raise Refused("too_many", envelope.sequence)
        return Frame(
            session_id=seat.session_id,
            participant_id=seat.participant_id,
            consent_id=seat.consent_id,
            sequence=envelope.sequence,
            taken_at=believable(envelope.captured_ms, time.time()),
            purpose=envelope.purpose,
            jpeg=envelope.jpeg,
        )

    async def refuse(self, refusal: Refused, *, about: dict | None = None) -> None:
        await self.say(
            type="refused",
            sequence=refusal.sequence,
            about=about,
            code=refusal.code,
            message=protocol.REFUSALS[refusal.code],
            interval_ms=self.producer.interval_ms,
        )
        if refusal.code != "busy":  # that one is not the client's fault
            self.refusals += 1
        if self.refusals >= settings.MAX_REFUSALS:
            await self.end(Close.BAD_MESSAGE)

    # --- what a student says ----------------------------------------------------------------------------

    async def hear(self, message: dict) -> None:
        match message["type"]:
            case "state":
                await self.hear_state(message["state"])
            case "pulse":
                await self.hear_pulse(message)
            case "here":
                self.hear_sign_of_life()
        await self.say(type="noted", about=message)

    def hear_sign_of_life(self) -> None:
        if not self.states_allowed.take():
            raise Refused("too_many")

    async def hear_state(self, state: str) -> None:
        if state in protocol.CAMERA_STATES and not self.seat.uses_camera:
            raise Refused("mode")
        if state in protocol.CAMERA_STATES and self.seat.consent_id is None:
            raise Refused("no_consent")
        if not self.states_allowed.take():
            raise Refused("too_many")
        if state != self.noted_state:  # a page says again what the welcome told it
            if not await batched_queries.note_camera(self.participant_id, state):
                await batched_queries.find_seat(self.channel_name, self.scope)  # says why not
            self.noted_state = state

    async def hear_pulse(self, message: dict) -> None:
        sequence = message.get("sequence")
        if not self.pulses_allowed.take():
            raise Refused("too_many", sequence)
        known = await connections.note_pulse(
            self.scope, kind=message["kind"], value=message.get("value"), sequence=sequence
        )
        if not known:
            raise Refused("bad_message", sequence)

    # --- what reaches this seat from elsewhere ----------------------------------------------------------

    async def participant_changed(self, event: dict) -> None:
        if self.is_over:
            return
        if code := protocol.CLOSING_HINTS.get(event["reason"]):
            await self.end(code)
            return
        self.noted_state = None  # whatever changed may have noted another one
        try:
            self.seat = await batched_queries.find_seat(self.channel_name, self.scope)
        except NoSeat as refused:
            await self.end(refused.code)
            return
        await self.say(type="consent", consent=self.seat.level)

    async def participant_connected(self, event: dict) -> None:
        # An older tab's message may still be on its way.
        if not self.is_over and event["at"] > self.seated_at:
            await self.end(Close.REPLACED)

    async def participant_answer(self, event: dict) -> None:
        """A worker's `reading` or `check`, already in its final words."""
        if not self.is_over:
            await self.send(text_data=event["text"])

    async def participant_frame_refused(self, event: dict) -> None:
        if not self.is_over:
            await self.refuse(Refused(event["code"], event["sequence"]))

    # --- the end ----------------------------------------------------------------------------------------

    async def end(self, code: Close) -> None:
        if not self.is_over:
            self.is_over = True
            if code == Close.BAD_MESSAGE:
                await self.note_offline()
            await self.close(code)

    async def disconnect(self, code: int) -> None:
        is_silent = not self.is_seated or timezone.now() - self.heard_at >= settings.GONE_AFTER
        if code in protocol.GOODBYES and not is_silent:
            self.heard_at = timezone.now()
        await self.go()

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:  # a client that went while it was spoken to: Channels says no "disconnect" then
            await self.go()

    async def go(self) -> None:
        """Once, whoever notices first."""
        roll_call().discard(self)
        was_seated, self.is_seated = self.is_seated, False
        group, self.group = self.group, None
        if was_seated:
            signs().remove(self)
            if not self.is_over:
                await self.note_offline()
        if group:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def note_offline(self) -> None:
        await batched_queries.note_offline(self.participant_id, self.heard_at)

    async def say(self, **message: object) -> None:
        await self.send(text_data=json.dumps(message))


def _bucket(per_second: float, burst: int) -> TokenBucket:
    return TokenBucket(per_second=per_second, burst=burst, clock=time.monotonic)


def believable(captured_ms: int, now: float) -> datetime:
    """The client's capture time, never later than our own clock and never much earlier."""
    earliest = now - settings.CLOCK_TOLERANCE.total_seconds()
    return datetime.fromtimestamp(min(max(captured_ms / 1000, earliest), now), UTC)
