"""The Lua scripts of the frame queue. Each runs whole or not at all, and counts outcomes in the same step.

frames:waiting          sorted set: who has a frame in the queue, by the time since when they wait
frames:frame:<sender>   the newest frame of one sender; expires
frames:awake            a worker has been woken, or is reading: nobody else needs to wake one; expires
frames:help             one worker is not enough, and another has been woken; expires
frames:unread           since when frames come and a worker is done with none; expires when none comes
frames:tally:<session>  what became of its frames since the tally was last collected
frames:tallies          the sessions that have such a tally

A sender is "<32 digits of the session>:<consent>".
"""

from pathlib import Path

WAITING, AWAKE, UNREAD = "frames:waiting", "frames:awake", "frames:unread"
_FOLDER = Path(__file__).parent / "lua"


def _script(name: str) -> str:
    return (_FOLDER / f"{name}.lua").read_text()


_TALLY = _script("tally")
PUT = _TALLY + _script("put")
TAKE = _TALLY + _script("take")
ERASE = _TALLY + _script("erase")
COUNT = _TALLY + _script("count")
COLLECT = _script("collect")
