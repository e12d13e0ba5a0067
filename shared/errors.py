"""The errors that several parts of Sound Box agree on."""


class SoundBoxError(Exception):
    """Root of every error that Sound Box raises on purpose; its text is a sentence for a person."""


class SettingsError(SoundBoxError):
    """A setting has a value that cannot be used; names the variable, the value and what was wanted."""


class MessageError(SoundBoxError):
    """A message body is not what its type promises.

    Attributes:
        problems: `(field, sentence)` pairs, one for each thing that is wrong. The field of the
            message as a whole is the empty string.
    """

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{field}: {text}" if field else text for field, text in problems))


class TransientError(SoundBoxError):
    """Work failed for a reason that may pass; the same message is tried again after a delay."""


class PermanentError(SoundBoxError):
    """Work failed and would fail again; the job ends as failed.

    Attributes:
        code: stable, machine-readable reason, for example `take_unreadable`.
    """

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


class BrokerUnavailableError(TransientError):
    """The broker cannot be reached, refuses the connection, or blocks publishers."""


class AnotherLogError(SoundBoxError):
    """The log is not the one that was read before; says what tells them apart."""


class IntakeFullError(TransientError):
    """The intake queue holds as many commands as it may and refused one more."""


class StoreError(TransientError):
    """The object store could not be read or written."""


class TokenError(SoundBoxError):
    """A token is not one that this installation signed, or it has expired."""


class WorkCancelledError(SoundBoxError):
    """The job was cancelled while it was being worked on."""


class WorkerDiedError(TransientError):
    """The process that did the work died of it; after three deaths the job is buried."""
