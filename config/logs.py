import logging


class WithoutTraceback(logging.Filter):
    """For what anybody can cause by a header: thirty lines each would push everything else out of the log."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        return True
