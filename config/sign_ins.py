"""Django's sign-in sessions in the database, looked up only by keys that Django can have made."""

import re

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

KEY = re.compile(r"[a-z0-9]{32}")


class SessionStore(DatabaseStore):
    def __init__(self, session_key: str | None = None) -> None:
        # PostgreSQL accepts no NUL in a text: with one in the cookie, every page would be a server error.
        super().__init__(session_key if session_key and KEY.fullmatch(session_key) else None)
