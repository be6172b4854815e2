"""What a simulated student does that needs no camera: answers, hands, questions, votes and pulses."""

import asyncio
import random
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from demo.behaviour import NEVER, Behaviour, hardness, soon
from demo.client import RoomAccess, act, read_activities
from demo.web_client import WebClient

WORDS = ("energy", "energy", "energy", "sea", "sea", "light", "light", "sound", "sound", "physics")
SENTENCES = ("The last example, please", "How to read the diagram", "Nothing, it was clear", "The formula")
ASKED = (
    "Could you show the last step again?",
    "Is this in the book?",
    "Will this be in the test?",
    "Is it the same in water?",
    "Can we do one more example?",
    "What was the second word on the board?",
    "Do we need the formula for tomorrow?",
    "How is that measured?",
)
HAND_UP = (25.0, 80.0)  # seconds
VOTES_FOR = 0.35  # the share of others' questions
Pulse = tuple[str, dict[str, int]]


class Activity:
    """A student's part in what the teacher asks. Messages come in by `on_message`."""

    def __init__(self, behaviour: Behaviour, web: WebClient, access: RoomAccess) -> None:
        self.behaviour, self._web, self._access = behaviour, web, access
        self._answered: set[str] = set()
        self._seen: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def catch_up(self) -> None:
        """Read what is open now, as a page does after each welcome."""
        state = await asyncio.to_thread(read_activities, self._web, self._access)
        self.on_message(state["shared"])

    def on_message(self, message: Mapping[str, Any]) -> None:
        question = message["question"]
        if question and question["open"] and question["id"] not in self._answered:
            self._answered.add(question["id"])
            self._begin(self._answer(question))
        for asked in message["asked"]["questions"]:
            if asked["id"] not in self._seen:
                self._seen.add(asked["id"])
                if random.random() < VOTES_FOR:
                    self._begin(self._vote(asked["id"]))

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def live(self) -> None:
        """Raise a hand and ask now and then, until cancelled."""
        await asyncio.gather(self._raise_hands(), self._ask())

    async def _raise_hands(self) -> None:
        while self.behaviour.raises_every != NEVER:
            await asyncio.sleep(soon(self.behaviour.raises_every))
            await self._act("hand/", up=1)
            await asyncio.sleep(random.uniform(*HAND_UP))
            await self._act("hand/", up=0)

    async def _ask(self) -> None:
        while self.behaviour.asks_every != NEVER:
            await asyncio.sleep(soon(self.behaviour.asks_every))
            await self._act("ask/", text=ASKED[self.behaviour.asks_about % len(ASKED)])

    async def _answer(self, question: Mapping[str, Any]) -> None:
        if self.behaviour.thinks != NEVER:
            await asyncio.sleep(self.behaviour.thinks * random.uniform(0.6, 1.4))
            await self._act("answer/", question=question["id"], **answer_to(question))

    async def _vote(self, question_id: str) -> None:
        await asyncio.sleep(random.uniform(3, 30))
        await self._act(f"asked/{question_id}/vote/", up=1)

    async def accept_pick(self) -> None:
        await asyncio.sleep(random.uniform(2, 5))
        await self._act("pick/", do=random.choice(("accept", "accept", "pass")))

    def on_pick(self) -> None:
        self._begin(self.accept_pick())

    async def _act(self, path: str, **fields: object) -> None:
        # The teacher may have closed the question, or takes no hands: a student shrugs.
        with suppress(OSError):
            await asyncio.to_thread(act, self._web, self._access, path, **fields)


def answer_to(question: Mapping[str, Any]) -> dict[str, object]:
    """The fields of an answer to a question of any kind. The first option is the commonest."""
    match question["kind"]:
        case "choice":
            count = len(question["options"])
            weights = [3.0, *([1.0] * (count - 1))]
            return {"option": random.choices(range(count), weights)[0]}
        case "scale":
            return {"value": min(5, max(1, round(random.gauss(3.4, 1))))}
        case "word":
            return {"text": random.choice(WORDS)}
    return {"text": random.choice(SENTENCES)}


def pulse() -> Pulse:
    """What a student says with a button: more often that they are lost while the lesson is hard."""
    if random.random() < 0.15 + 0.7 * hardness():
        return random.choice(
            (("lost", {}), ("lost", {}), ("pace", {"value": 1}), ("difficulty", {"value": 1}))
        )
    kind = random.choice(("pace", "difficulty"))
    return kind, {"value": random.choice((0, 0, 0, -1))}
