"""The web app with the catalog and the intake beside it: what people do comes back to them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from services.ingest.stage import Intake
from shared.bus import topology
from shared.bus.consumer import Consumer, Lane
from shared.bus.publisher import Publisher
from shared.bus.record import StageRecords
from shared.messages.ids import new_id
from shared.messages.job import Tier
from shared.settings import Settings
from shared.tokens import issue
from tests.jobs import recorded
from tests.services.catalog.events import accepted, life, make_job
from tests.web.described import checked
from tests.web.serving import Followed


class Crowded(Followed):
    """A web app whose commands are decided about while `deciding`."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._decided = Publisher(settings)
        self._clients: list[httpx2.Client] = []

    def stop(self) -> None:
        """Stop them."""
        for client in self._clients:
            client.close()
        super().stop()
        self._decided.close()

    @contextmanager
    def deciding(self) -> Iterator[None]:
        """While inside, an intake takes the commands."""
        stop = threading.Event()
        intake = Intake(self.settings, self.ports.store, self._decided, stop)
        consumer = Consumer(self.settings, [Lane(topology.INTAKE_QUEUE, intake)])
        thread = threading.Thread(target=consumer.run, args=(stop,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(10)
            assert not thread.is_alive()

    def a_track(self, user_id: str = "ada", **more: Any) -> str:
        """A new track of this person, as its stages record and publish it; returns its id."""
        job = make_job(1, user_id=user_id, **more).model_copy(update={"job_id": new_id()})
        facts = life(job)
        StageRecords("ingest", self.ports.store).keep(job.job_id, 0, [recorded(accepted(job))])
        StageRecords("renderer", self.ports.store).keep(job.job_id, 0, [recorded(facts[-1], "renderer")])
        self.say(*facts)
        self.settle(job.job_id, "completed")
        return job.job_id

    def listener(self, user_id: str, tier: Tier = "free") -> httpx2.Client:
        """Somebody with a token."""
        return self._client({"Authorization": f"Bearer {issue(self.settings, user_id, tier)}"})

    def visitor(self) -> httpx2.Client:
        """Somebody who was never here before."""
        return self._client({})

    def _client(self, headers: dict[str, str]) -> httpx2.Client:
        client = checked(httpx2.Client(base_url=self.url, headers=headers, timeout=20))
        self._clients.append(client)
        return client
