"""What the log leaves out: tracebacks of refusals, long messages and e-mail addresses."""

import logging
import re

# Characters; anybody can request an address of 60,000.
LONGEST_MESSAGE = 1000


class ShortRefusals(logging.Filter):
    """Drops the traceback of errors that any request can cause, by a header or by too many fields.

    With forty lines for each, they would push everything else out of the log.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = None
        return True


E_MAIL = re.compile(r"[\w.+%'-]+@[\w-]+(\.[\w-]+)+")


class ShortLines(logging.Formatter):
    """Shortens messages, which may hold what a client sent, and removes e-mail addresses everywhere.

    A traceback stays whole. It may hold an address, too: a mail server that refuses one names it.
    """

    def format(self, record: logging.LogRecord) -> str:
        return E_MAIL.sub("(e-mail address)", super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        if len(record.message) > LONGEST_MESSAGE:
            record.message = f"{record.message[:LONGEST_MESSAGE]} ..."
        return super().formatMessage(record)
