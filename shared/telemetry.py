"""Log lines: one line each, to stderr, with nothing in them that could forge another line."""

import logging
import sys

from shared.settings import Settings


class _OneLine(logging.Formatter):
    """Formats a record as one line; control characters of what was logged are shown escaped."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        head, *trace = text.split("\n") if record.exc_info else [text]
        return "\n".join([_printable(head), *("    " + _printable(line) for line in trace)])


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def configure(settings: Settings, service: str) -> logging.Logger:
    """Send the process's log to stderr, and return the logger of the service."""
    handler = logging.StreamHandler(sys.stderr)
    name = settings.worker_name or service
    handler.setFormatter(_OneLine(f"%(asctime)s %(levelname)-7s {name} %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # its errors reach us as exceptions
    return logging.getLogger(service)
