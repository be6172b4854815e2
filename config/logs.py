import logging
import re

LONGEST_MESSAGE = 1000  # characters; anybody can ask for an address of 60,000


class ShortRefusals(logging.Filter):
    """What anybody can cause, by a header or by too many fields, has one line: the forty of a traceback each
    would push everything else out of the log.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = None
        return True


E_MAIL = re.compile(r"[\w.+%'-]+@[\w-]+(\.[\w-]+)+")


class ShortLines(logging.Formatter):
    """What others typed cannot fill the log. A traceback is our own, and whole but for addresses of people:
    a mail server that refuses one names it.
    """

    def format(self, record: logging.LogRecord) -> str:
        return E_MAIL.sub("(e-mail address)", super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        if len(record.message) > LONGEST_MESSAGE:
            record.message = f"{record.message[:LONGEST_MESSAGE]} ..."
        return super().formatMessage(record)
