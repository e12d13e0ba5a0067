"""A client of the web app: posts jobs, and hears from the event stream when they are done."""

import http.client
import json
import threading
from collections.abc import Sequence
from urllib.parse import urlsplit

_WAIT_S = 120


class Client:
    """One keep-alive connection for requests, and one event stream."""

    def __init__(self, url: str) -> None:
        host = urlsplit(url).netloc
        self._requests = http.client.HTTPConnection(host, timeout=60)
        self._stream = http.client.HTTPConnection(host, timeout=_WAIT_S)
        self._published: set[str] = set()
        self._changed = threading.Condition()
        self._stream.request("GET", "/api/events")
        answer = self._stream.getresponse()
        threading.Thread(target=self._listen, args=(answer,), daemon=True).start()

    def generate(self, prompt: str, duration_s: float, model: str = "music") -> str:
        """POST a job and return its id."""
        body = json.dumps({"prompt": prompt, "duration": duration_s, "model": model})
        self._requests.request("POST", "/generate", body, {"Content-Type": "application/json"})
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

    def _listen(self, answer: http.client.HTTPResponse) -> None:
        name = b""
        for line in answer:
            if line.startswith(b"event:"):
                name = line.partition(b":")[2].strip()
            elif line.startswith(b"data:") and name == b"track":
                with self._changed:
                    self._published.add(json.loads(line.partition(b":")[2])["id"])
                    self._changed.notify_all()
