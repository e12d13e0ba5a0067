"""Identifiers: time-ordered for jobs, derived for events."""

import re

import uuid_utils

_JOB_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_EVENTS = uuid_utils.UUID("6b1f3c1e-7a55-5d0c-9d0e-5b6a2f0e9c11")


def new_id() -> str:
    """A fresh UUIDv7 in canonical lower-case text: later ids sort after earlier ones."""
    return str(uuid_utils.uuid7())


def is_id(text: str) -> bool:
    """Whether the text is a UUID in canonical lower-case form (36 characters)."""
    return _JOB_ID.fullmatch(text) is not None


def derived_id(*parts: object) -> str:
    """The UUIDv5 of the parts in their order: the same parts give the same id, in every process and run."""
    return str(uuid_utils.uuid5(_EVENTS, "\x1f".join(str(part) for part in parts)))


def seed_from(job_id: str, attempt: int) -> int:
    """The seed of an attempt when nobody asked for one; 0 .. 2**31 - 1, fixed by job and attempt."""
    return uuid_utils.uuid5(_EVENTS, f"seed\x1f{job_id}\x1f{attempt}").int % 2**31
