"""Handing commands to the broker's intake, within the time that a person waits for an answer."""

import anyio
from anyio import to_thread

from shared.errors import BrokerUnavailableError
from shared.messages.command import Command
from web.ports import Ports

PATIENCE_S = 5.0


async def hand_in(ports: Ports, command: Command) -> None:
    """Return when the intake holds the command.

    A broker that hangs is given up after five seconds; its threads are few and apart from those of
    other requests, so that a hanging broker does not stop the library. The command may still arrive.

    Raises:
        IntakeFullError: too many commands wait.
        BrokerUnavailableError: no confirmation came.
    """
    try:
        with anyio.fail_after(PATIENCE_S):
            await to_thread.run_sync(
                ports.commands.submit, command, abandon_on_cancel=True, limiter=ports.intake_threads
            )
    except TimeoutError as error:
        raise BrokerUnavailableError(f"The broker confirmed nothing for {PATIENCE_S:g} s.") from error
