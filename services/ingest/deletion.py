"""Deleting tracks: who may, the one fact that says so, and the files that go."""

from services.ingest.admission import RefusalError, is_theirs
from shared import keys
from shared.bus.record import StageRecords
from shared.messages import envelope
from shared.messages.deeds import DeleteTrack
from shared.messages.envelope import Recorded
from shared.messages.events import TrackPublished
from shared.messages.job import Job
from shared.store import Store
from shared.tokens import Identity

_RENDERER = "renderer"


class Deletion:
    """Deletes tracks from the store; every step may be taken again."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rendered = StageRecords(_RENDERER, store)

    def fact(self, command: DeleteTrack, who: Identity, job: Job, fact: Recorded) -> Recorded:
        """The fact to publish: this one, or the one of an earlier deletion.

        Raises:
            RefusalError: it is somebody else's, or is no track yet. Its renderer might still be at
                work then, and store files after they were removed here.
        """
        if not is_theirs(job, who):
            raise RefusalError("not_yours", (("track_id", "is somebody else's track"),), who.user_id)
        if not self._is_published(command.track_id):
            raise RefusalError("not_published", (("track_id", "is no track yet; cancel its job instead"),))
        key = keys.deletion(command.track_id)
        if self._store.put_once(key, envelope.encode(fact)):
            return fact
        return envelope.decode(self._store.read(key))

    def remove_files(self, track_id: str) -> None:
        """Delete the sound first: what is made of it on demand looks for it afterwards, and goes with it."""
        self._store.delete(*keys.of_track(track_id))

    def _is_published(self, track_id: str) -> bool:
        records = (self._rendered.find(track_id, attempt) for attempt in range(keys.MOST_ATTEMPTS))
        return any(isinstance(fact.event, TrackPublished) for facts in records for fact in facts or ())
