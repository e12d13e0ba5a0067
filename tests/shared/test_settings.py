"""Settings are refused at the start when they are wrong, with the variable's name."""

import re
from pathlib import Path

import pytest

from shared.errors import SettingsError
from shared.settings import PREFIX, Settings, load

ROOT = Path(__file__).resolve().parents[2]


def test_without_variables_everything_has_a_default() -> None:
    settings = load({})
    assert (settings.host, settings.port, settings.data) == ("127.0.0.1", 5309, Path("data"))
    assert settings.models == ("music", "audio")


def test_a_wrong_value_is_named_with_its_variable() -> None:
    with pytest.raises(SettingsError, match="SOUNDBOX_PORT is '70000'"):
        load({"SOUNDBOX_PORT": "70000"})


def test_an_unknown_variable_is_refused_so_that_a_typo_does_not_pass() -> None:
    with pytest.raises(SettingsError, match="SOUNDBOX_PROT is not a setting"):
        load({"SOUNDBOX_PROT": "1"})


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(SettingsError, match=r"SOUNDBOX_FOO.*SOUNDBOX_PORT"):
        load({"SOUNDBOX_FOO": "1", "SOUNDBOX_PORT": "x"})


def test_a_secret_is_not_shown_in_an_error() -> None:
    with pytest.raises(SettingsError) as caught:
        load({"SOUNDBOX_TOKEN_SECRET": "short-secret"})
    assert "short-secret" not in str(caught.value)
    assert "SOUNDBOX_TOKEN_SECRET" in str(caught.value)


def test_a_secret_is_not_part_of_what_settings_print() -> None:
    settings = load({"SOUNDBOX_AMQP_URL": "amqp://me:hidden@host/", "SOUNDBOX_TOKEN_SECRET": "x" * 40})
    assert "hidden" not in repr(settings)
    assert "x" * 40 not in repr(settings)


def test_an_empty_variable_counts_as_unset() -> None:
    assert load({"SOUNDBOX_STORE_URL": "", "SOUNDBOX_PORT": ""}).port == 5309


@pytest.mark.parametrize("models", ["", ",", "speech", "music,speech"])
def test_unknown_models_are_refused(models: str) -> None:
    settings = load({"SOUNDBOX_GENERATOR_MODELS": models or " "})
    with pytest.raises(SettingsError, match="SOUNDBOX_GENERATOR_MODELS"):
        _ = settings.models


def test_variables_of_others_are_left_alone() -> None:
    assert load({"PATH": "/bin", "SOUND": "x"}).port == 5309


def test_docker_compose_passes_every_setting_of_the_store_on() -> None:
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for name in Settings.model_fields:
        if name.startswith(("store_", "s3_")):
            variable = f"{PREFIX}{name.upper()}"
            assert f"{variable}: ${{{variable}:-}}" in compose


def test_every_setting_is_read_by_something() -> None:
    sources = [path for part in ("shared", "services", "web", "cli") for path in (ROOT / part).rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    read = set(re.findall(r"\bsettings\.(\w+)", text))
    read |= set(re.findall(r"\bself\.(\w+)", (ROOT / "shared" / "settings.py").read_text(encoding="utf-8")))
    assert Settings.model_fields.keys() - read == set()
