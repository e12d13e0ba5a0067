"""What a request names and must be there: the track that it continues, the melody that it follows."""

from shared import keys
from shared.messages.commands import LEAST_ADDED_S, SubmitJob
from web.api.problems import Problems, invalid
from web.ports import Ports


def check(ports: Ports, command: SubmitJob) -> None:
    """Refuse a request that names what is not there, or does not fit to it.

    Raises:
        ProblemError: 422 with each field that is wrong.
        CatalogNotReadyError: the library is away.
        StoreError: the store is away.
    """
    problems = [*_extend(ports, command), *_melody(ports, command)]
    if problems:
        raise invalid(problems, in_body=True)


def _extend(ports: Ports, command: SubmitJob) -> Problems:
    if command.extend is None:
        return []
    track = ports.library.track(command.extend)
    if track is None:
        return [("extend", "is not a track of the library")]
    if track.model != command.model:
        return [("extend", f"is a track of the model {track.model}, and model is {command.model}")]
    if command.duration_s < track.duration_s + LEAST_ADDED_S:
        wanted = f"must be more than the {track.duration_s:g} s of the track to continue"
        return [("duration", f"{wanted}, got {command.duration_s:g}")]
    return []


def _melody(ports: Ports, command: SubmitJob) -> Problems:
    if command.melody is None or ports.store.exists(keys.melody(command.melody)):
        return []
    return [("melody", "is not known here; send its file to POST /api/melodies")]
