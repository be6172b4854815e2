"""The Lua scripts of the frame queue. Each runs whole or not at all, and counts outcomes in the same step.

frames:waiting          sorted set of the senders with a frame in the queue, by the time since which they wait
frames:frame:<sender>   the newest frame of one sender; expires
frames:awake            exists while a worker has been woken or is reading, and need not be woken; expires
frames:help             exists while a second worker has been woken, because one is not enough; expires
frames:unread           the time since which frames arrive and no worker finishes one; expires without frames
frames:tally:<session>  hash of counts of what became of a session's frames since the last collection
frames:tallies          set of the sessions that have a tally

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
