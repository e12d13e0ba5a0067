"""The error of a command that cannot do what it was asked."""

from shared.errors import SoundBoxError


class CommandError(SoundBoxError):
    """A command cannot go on; its text says why and, where there is one, what to type.

    Attributes:
        code: exit status of the process.
    """

    def __init__(self, sentence: str, code: int = 1) -> None:
        self.code = code
        super().__init__(sentence)
