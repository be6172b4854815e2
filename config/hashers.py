"""Hash passwords in a few threads of low priority.

A hash takes half a second of a core, on purpose. Pages and sockets of the same process come first.
"""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

# A busy thread beside a hash gets three times as much of a core.
NICENESS = 5


class LowPriorityHasher(PBKDF2PasswordHasher):
    """Django's own hash, made in one of the threads below."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        return THREADS.submit(super().encode, password, salt, iterations).result()


def _lower_priority() -> None:
    # Elsewhere the niceness belongs to the whole process.
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICENESS)


THREADS = ThreadPoolExecutor(
    settings.PASSWORDS_AT_ONCE, thread_name_prefix="passwords", initializer=_lower_priority
)
