"""Django's sign-in sessions, asked for by keys that Django makes and by no others."""

import re

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

KEY = re.compile(r"[a-z0-9]{32}")


class SessionStore(DatabaseStore):
    def _validate_session_key(self, key: str | None) -> bool:
        """PostgreSQL takes no NUL: with one in a cookie anybody would get a server error from every page."""
        return bool(key and KEY.fullmatch(key))
