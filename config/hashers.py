"""Password hashes cost half a second of a core each, on purpose. So few are made at once, and by threads that
give way: pages and sockets of the same process come first.
"""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

NICENESS = 5  # a busy thread beside it has three times as much of a core


class GivingWay(PBKDF2PasswordHasher):
    """Django's own hash. Whoever asks for one waits here, whichever page they came by."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        return THREADS.submit(super().encode, password, salt, iterations).result()


def _give_way() -> None:
    if sys.platform == "linux":  # elsewhere niceness belongs to the whole process
        me = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, me, os.getpriority(os.PRIO_PROCESS, me) + NICENESS)


THREADS = ThreadPoolExecutor(
    settings.PASSWORDS_AT_ONCE, thread_name_prefix="passwords", initializer=_give_way
)
