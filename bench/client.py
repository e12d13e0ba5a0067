"""A client of the web app: posts jobs, and hears from the event stream when they are done."""

import http.client
import json
import threading
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

_WAIT_S = 120


class Client:
    """One keep-alive connection for requests, and an event stream that is opened again when it ends."""

    def __init__(self, url: str) -> None:
        self._host = urlsplit(url).netloc
        self._requests = http.client.HTTPConnection(self._host, timeout=60)
        self._published: set[str] = set()
        self._changed = threading.Condition()
        self._headers: dict[str, str] = {}
        self._ending = False
        answer = self._connect()
        threading.Thread(target=self._listen, args=(answer,), daemon=True).start()

    def generate(self, prompt: str, duration_s: float, model: str = "music") -> str:
        """POST a job and return its id."""
        body = json.dumps({"prompt": prompt, "duration": duration_s, "model": model})
        headers = {"Content-Type": "application/json", "Cookie": self._headers["Cookie"]}
        self._requests.request("POST", "/generate", body, headers)
        answer = self._requests.getresponse()
        content = json.loads(answer.read())
        if answer.status != http.client.ACCEPTED:
            raise RuntimeError(f"POST /generate answered {answer.status}: {content}")
        return str(content["job_id"])

    def wait_published(self, job_ids: Sequence[str]) -> None:
        """Wait until the stream told that every one of these is in the library.

        Raises:
            TimeoutError: two minutes were not enough.
        """
        wanted = set(job_ids)
        with self._changed:
            if not self._changed.wait_for(lambda: wanted <= self._published, _WAIT_S):
                raise TimeoutError(f"{len(wanted - self._published)} of {len(wanted)} jobs are not published")

    def end(self) -> None:
        """Do not open the stream again: the server is about to end."""
        self._ending = True

    def _connect(self) -> http.client.HTTPResponse:
        stream = http.client.HTTPConnection(self._host, timeout=_WAIT_S)
        stream.request("GET", "/api/events", headers=self._headers)
        answer = stream.getresponse()
        if answer.status != http.client.OK:
            raise RuntimeError(f"GET /api/events answered {answer.status}: {answer.read()!r}")
        cookie = answer.headers.get("Set-Cookie")
        if cookie is not None:  # from now on we are the same visitor
            self._headers["Cookie"] = cookie.partition(";")[0]
        return answer

    def _listen(self, answer: http.client.HTTPResponse) -> None:
        while not self._ending:
            name = ""
            for line in answer:
                field, _, value = line.decode().strip().partition(":")
                if field == "event":
                    name = value.strip()
                elif field == "id":
                    self._headers["Last-Event-ID"] = value.strip()
                elif field == "data" and name in ("snapshot", "track"):
                    self._hear(name, json.loads(value))
            # The server ends a stream that fell behind, and tells the rest in the next one's snapshot.
            if not self._ending:
                answer = self._connect()

    def _hear(self, name: str, data: dict[str, Any]) -> None:
        jobs = data["jobs"] if name == "snapshot" else [data]
        with self._changed:
            self._published |= {job["id"] for job in jobs if name == "track" or job["status"] == "completed"}
            self._changed.notify_all()
