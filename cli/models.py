"""The models of a running Sound Box: the state of each, and saying which one is wanted in memory."""

import http.client
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cli.errors import CommandError
from shared.bus import live
from shared.errors import BrokerUnavailableError
from shared.messages.job import MODELS, Model
from shared.messages.live import ModelWanted, WantedState
from shared.settings import Settings

_ANSWER_TIMEOUT_S = 5
_LOOK_EVERY_S = 0.2
_OK = 200


@dataclass(frozen=True)
class Holder:
    """A generator, as it has one model.

    Attributes:
        reason: why the model is in state error, or how far a download is; not only of this model.
    """

    model: str
    state: str
    worker: str
    engine: str | None
    reason: str | None


def checked(name: str) -> Model:
    """The model of this name.

    Raises:
        CommandError: there is none.
    """
    for model in MODELS:
        if name == model:
            return model
    raise CommandError(f"There is no model {name}; wanted one of {', '.join(MODELS)}.", 2)


def holders(web_url: str) -> list[Holder]:
    """Every model of every generator that was heard lately, by model.

    Raises:
        CommandError: the web app, which hears them, does not answer.
    """
    found = [
        Holder(model, state, worker["name"], worker["engine"], worker["reason"])
        for worker in _status(web_url)["workers"]
        for model, state in worker["models"].items()
    ]
    return sorted(found, key=lambda holder: (holder.model != MODELS[0], holder.worker))


def paused(web_url: str) -> list[str]:
    """The models that an admin paused.

    Raises:
        CommandError: the web app does not answer.
    """
    return [model for model, is_paused in _status(web_url)["paused"].items() if is_paused]


def want(state: dict[str, Any], model: Model, wanted: WantedState, patience_s: float) -> list[Holder]:
    """Tell every generator, and wait a while until they have the model so; how they have it then.

    Raises:
        CommandError: the broker or the web app cannot be reached, or no generator serves the model.
    """
    settings = Settings.model_validate({"amqp_url": state["amqp_url"], "worker_name": "soundbox models"})
    try:
        live.tell(settings, ModelWanted(model=model, state=wanted))
    except BrokerUnavailableError as error:
        raise CommandError(str(error)) from error
    deadline = time.monotonic() + patience_s
    while True:
        found = [holder for holder in holders(state["web_url"]) if holder.model == model]
        if not found:
            raise CommandError(f"No generator that serves {model} is running.")
        if all(holder.state == wanted for holder in found) or time.monotonic() > deadline:
            return found
        time.sleep(_LOOK_EVERY_S)


def _status(web_url: str) -> dict[str, Any]:
    address = urlsplit(web_url)
    connection = http.client.HTTPConnection(
        address.hostname or "", address.port or 80, timeout=_ANSWER_TIMEOUT_S
    )
    try:
        connection.request("GET", "/status")
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException) as error:
        reason = error or type(error).__name__
        raise CommandError(f"The web app at {web_url} does not answer: {reason}.") from error
    finally:
        connection.close()
    if response.status != _OK:
        raise CommandError(f"The web app at {web_url} answered {response.status} instead of its status.")
    status: dict[str, Any] = json.loads(body)
    return status
