"""What a lesson showed: claims that held or did not, times, CPU, screenshots."""

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Error, Page

from demo.client_stats import percentiles

# Seconds in which a page has to show something. A machine that does other things draws late.
PATIENCE = 120.0
LOOK_EVERY = 0.3  # seconds


@dataclass
class Claim:
    scene: str
    text: str
    holds: bool
    why: str = ""


@dataclass
class Record:
    folder: Path
    began: float = field(default_factory=time.monotonic)
    scene: str = ""
    claims: list[Claim] = field(default_factory=list)
    latencies: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cores: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    loads: list[float] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def claim(self, text: str, holds: bool, why: object = "") -> None:
        self.claims.append(Claim(self.scene, text, holds, "" if holds else _one_line(why)))
        if not holds:
            print(f"{self.minute:5.1f} {self.scene}: NOT {text}: {_one_line(why)}", flush=True)

    async def holds(self, text: str, expectation: Awaitable[Any]) -> bool:
        """Whether what a page is expected to show comes."""
        try:
            await expectation
        except (AssertionError, Error) as error:
            self.claim(text, False, error)
            return False
        self.claim(text, True)
        return True

    async def becomes(
        self, text: str, look: Callable[[], Awaitable[Any]], wanted: object, patience: float = PATIENCE
    ) -> None:
        """Whether look() gives the wanted value within that time."""
        until, found = time.monotonic() + patience, await look()
        while found != wanted and time.monotonic() < until:
            await asyncio.sleep(LOOK_EVERY)
            found = await look()
        self.claim(text, found == wanted, f"{found!r} instead of {wanted!r}")

    @property
    def minute(self) -> float:
        return (time.monotonic() - self.began) / 60

    def enter(self, scene: str) -> None:
        self.scene = scene
        print(f"{self.minute:5.1f} {scene}", flush=True)

    async def shot(self, page: Page, name: str, *, whole: bool = False) -> None:
        try:
            await page.screenshot(path=self.folder / f"{name}.png", full_page=whole)
        except Error as error:
            print(f"{self.minute:5.1f} no picture of {name}: {_one_line(error)[:80]}", flush=True)

    def as_json(self) -> dict[str, Any]:
        return {
            "claims": len(self.claims),
            "failed": [vars(claim) for claim in self.claims if not claim.holds],
            "scenes": self._by_scene(),
            "latencies_ms": {name: percentiles(times) for name, times in self.latencies.items()},
            "counts": {name: len(times) for name, times in self.latencies.items()},
            "cores": {
                name: {"mean": round(sum(some) / len(some), 2), "most": round(max(some), 2)}
                for name, some in self.cores.items()
            },
            "facts": self.facts,
            "load": [round(min(self.loads), 1), round(max(self.loads), 1)] if self.loads else [],
        }

    def _by_scene(self) -> dict[str, list[int]]:
        scenes: dict[str, list[int]] = {}
        for claim in self.claims:
            held = scenes.setdefault(claim.scene, [0, 0])
            held[0] += claim.holds
            held[1] += 1
        return scenes


def _one_line(why: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\x1b\[\d+m", "", str(why)))[:300]
