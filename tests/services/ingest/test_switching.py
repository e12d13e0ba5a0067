"""Pausing is for admins; it is carried out once, told again as often as it comes, and lies in the store."""

from typing import Any

import pytest

from services.ingest.stage import Intake
from shared import keys
from shared.messages.ids import new_id
from shared.messages.job import MODELS
from shared.messages.queue import QueuePaused, QueueResumed
from shared.settings import Settings
from shared.store import Store
from shared.tokens import issue
from tests.services.ingest.conftest import Outbox, send


@pytest.fixture
def chief(settings: Settings) -> str:
    return issue(settings, "chief", "admin")


def switch(intake: Intake, name: str, token: str, *models: Any, **data: Any) -> None:
    send(intake, {"models": list(models), "token": token, **data}, key=f"queue.{name}", reply_to="amq.gen-1")


def held(store: Store) -> list[str]:
    return [model for model in ("music", "audio") if store.exists(keys.paused(model))]


def test_an_admin_pauses_one_model_or_both_and_resumes_them(
    intake: Intake, outbox: Outbox, store: Store, chief: str
) -> None:
    switch(intake, "pause", chief, "music")
    assert held(store) == ["music"]
    switch(intake, "pause", chief, *MODELS)
    assert held(store) == ["music", "audio"]
    switch(intake, "resume", chief, "music")
    assert held(store) == ["audio"]
    switch(intake, "resume", chief, *MODELS)
    assert held(store) == []
    assert [fact.event for fact in outbox.facts] == [
        QueuePaused(user_id="chief", models=("music",)),
        QueuePaused(user_id="chief", models=("music", "audio")),
        QueueResumed(user_id="chief", models=("music",)),
        QueueResumed(user_id="chief", models=("music", "audio")),
    ]


@pytest.mark.parametrize("tier", ["free", "standard", "premium"])
@pytest.mark.parametrize("name", ["pause", "resume"])
def test_nobody_else_does(
    intake: Intake, outbox: Outbox, store: Store, settings: Settings, chief: str, tier: Any, name: str
) -> None:
    if name == "resume":
        switch(intake, "pause", chief, "audio")
        outbox.facts.clear()
    switch(intake, name, issue(settings, "eve", tier), "audio")
    assert outbox.facts == []
    assert held(store) == (["audio"] if name == "resume" else [])
    assert outbox.answers[-1][2]["code"] == "admins_only"


def test_a_pause_that_comes_again_after_it_was_resumed_is_told_again_and_holds_nothing(
    intake: Intake, outbox: Outbox, store: Store, chief: str
) -> None:
    command_id = new_id()
    for _ in range(2):
        switch(intake, "pause", chief, *MODELS, command_id=command_id)
        switch(intake, "resume", chief, *MODELS, command_id=command_id)
    assert held(store) == []
    assert outbox.facts[:2] == outbox.facts[2:]


def test_one_whose_intake_died_before_it_was_told_is_told_by_the_next(
    intake: Intake, outbox: Outbox, store: Store, chief: str
) -> None:
    command_id = new_id()
    outbox.away = True
    with pytest.raises(Exception, match="away"):
        switch(intake, "pause", chief, "music", command_id=command_id)
    outbox.away = False
    switch(intake, "pause", chief, "music", command_id=command_id)
    assert [fact.event for fact in outbox.facts] == [QueuePaused(user_id="chief", models=("music",))]
    assert held(store) == ["music"]


@pytest.mark.parametrize(
    ("models", "field"),
    [((), "models"), (("music",) * 3, "models"), (("video",), "models.0"), (("music", 1), "models.1")],
)
def test_what_is_no_model_is_refused_with_its_field(
    intake: Intake, outbox: Outbox, chief: str, models: Any, field: str
) -> None:
    switch(intake, "pause", chief, *models)
    assert outbox.facts == []
    assert [problem["field"] for problem in outbox.answers[-1][2]["problems"]] == [field]
