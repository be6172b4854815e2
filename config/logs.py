import logging

LONGEST_MESSAGE = 1000  # characters; anybody can ask for an address of 60,000


class WithoutTraceback(logging.Filter):
    """For what anybody can cause by a header: thirty lines each would push everything else out of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        return True


class ShortLines(logging.Formatter):
    """What others typed cannot fill the log. A traceback is our own, and whole."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        if len(record.message) > LONGEST_MESSAGE:
            record.message = f"{record.message[:LONGEST_MESSAGE]} ..."
        return super().formatMessage(record)
