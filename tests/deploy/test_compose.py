"""docker-compose.yml, the Dockerfile and .env.example agree with each other and with the code."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.process_table import SERVICES
from shared.health import OLDEST_S
from shared.settings import PREFIX, Settings, load
from tests.deploy import compose
from tests.deploy.compose import FILE, PYTHON_SERVICES, TARGETS, MissingError, fill_in
from tests.running import ROOT

SECRETS = {"SOUNDBOX_RABBITMQ_PASSWORD": "r" * 64, "SOUNDBOX_TOKEN_SECRET": "t" * 64}
SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields}
# Filled into the file and never handed to a process.
OF_THE_FILE_ALONE = {"SOUNDBOX_RABBITMQ_PASSWORD", "SOUNDBOX_PUBLISH", "SOUNDBOX_LAYER"}
# Settings that mean nothing in a container, or that the file decides itself.
NOT_FOR_CONTAINERS = {
    "SOUNDBOX_AMQP_HEARTBEAT_S",
    "SOUNDBOX_TOKEN_SECRET_FILE",
    "SOUNDBOX_GENERATOR_MODELS",
    "SOUNDBOX_WORKER_NAME",
}


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    """The services, with the two secrets filled in and all else left to the defaults."""
    return compose.services(SECRETS)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${A}", "a"),
        ("$A$B", "a"),
        ("${B:-x}", "x"),
        ("${B-x}", ""),
        ("${C-x}", "x"),
        ("${C:-}", ""),
        ("${A:-x}:${A:?no}", "a:a"),
        ("${B?no}", ""),
        ("$$A", "$A"),
    ],
)
def test_variables_are_filled_in_as_compose_does(text: str, filled: str) -> None:
    assert fill_in(text, {"A": "a", "B": ""}) == filled


def test_there_are_rabbitmq_the_five_services_the_web_app_and_a_generator_for_gpus(
    services: dict[str, dict[str, Any]],
) -> None:
    assert set(services) == {"rabbitmq", *PYTHON_SERVICES}
    assert services["rabbitmq"]["image"] == "rabbitmq:4-management"
    assert {name: s["profiles"] for name, s in services.items() if "profiles" in s} == {
        "generator-gpu": ["gpu"]
    }
    (device,) = services["generator-gpu"]["deploy"]["resources"]["reservations"]["devices"]
    assert (device["driver"], device["capabilities"]) == ("nvidia", ["gpu"])


def test_every_program_that_soundbox_up_runs_has_a_service(services: dict[str, dict[str, Any]]) -> None:
    commands = {tuple(services[name]["command"]) for name in PYTHON_SERVICES}
    assert {("python", "-m", program.module) for program in SERVICES} == commands


@pytest.mark.parametrize("name", sorted(SECRETS))
@pytest.mark.parametrize("value", [None, ""])
def test_without_its_secrets_nothing_starts_and_the_file_says_what_to_do(
    name: str, value: str | None
) -> None:
    variables = (
        {**SECRETS, name: value} if value is not None else {n: v for n, v in SECRETS.items() if n != name}
    )
    with pytest.raises(MissingError, match=f"{name}: set it in .env"):
        compose.services(variables)


def test_the_example_names_the_two_secrets_and_gives_neither() -> None:
    assert compose.example() == dict.fromkeys(SECRETS, "")
    with pytest.raises(MissingError):
        compose.services(compose.example())


def test_no_password_stands_in_any_of_the_files(services: dict[str, dict[str, Any]]) -> None:
    text = FILE.read_text() + (ROOT / "Dockerfile").read_text() + compose.EXAMPLE.read_text()
    assert "guest" not in text
    given = re.findall(r"^\W*(\w*(?:PASS|SECRET|KEY)\w*)[:=] *(\S+)", text, re.MULTILINE)
    assert len(given) >= 4
    for name, value in given:
        assert value.startswith("${"), name
    assert (
        services["rabbitmq"]["environment"]["RABBITMQ_DEFAULT_PASS"] == SECRETS["SOUNDBOX_RABBITMQ_PASSWORD"]
    )
    assert (
        f":{SECRETS['SOUNDBOX_RABBITMQ_PASSWORD']}@" in services["ingest"]["environment"]["SOUNDBOX_AMQP_URL"]
    )


def test_every_variable_is_a_setting_or_the_files_own() -> None:
    text = FILE.read_text() + (ROOT / "Dockerfile").read_text() + compose.EXAMPLE.read_text()
    named = set(re.findall(r"SOUNDBOX_[A-Z0-9_]+", text))
    assert named - SETTINGS == OF_THE_FILE_ALONE
    assert SETTINGS - named == NOT_FOR_CONTAINERS


def test_what_the_example_offers_is_read_by_the_file_and_offered_once() -> None:
    offered = re.findall(r"^#? ?(SOUNDBOX_\w+)=", compose.EXAMPLE.read_text(), re.MULTILINE)
    read = {match[1] or match[4] for match in compose.VARIABLE.findall(FILE.read_text())}
    assert sorted(offered) == sorted(read)


def test_a_key_that_stands_twice_is_refused_as_compose_does() -> None:
    with pytest.raises(yaml.YAMLError, match=r"twice: \{'a'\}"):
        compose.load("x: {a: 1, b: 2, a: 3}")
    assert compose.load("m: &m {a: 1}\nx: {<<: *m, a: 3}")["x"] == {"a": 3}


@pytest.mark.parametrize("name", PYTHON_SERVICES)
def test_a_service_starts_with_settings_that_can_be_used(
    services: dict[str, dict[str, Any]], name: str
) -> None:
    given = {**compose.image_of(services[name]).environment, **services[name]["environment"]}
    assert not given.keys() & OF_THE_FILE_ALONE
    settings = load(given)
    assert settings.data == Path("/data")
    assert (settings.music_max_s, settings.audio_max_s, settings.max_attempts) == (120, 30, 3)
    assert settings.amqp_url.get_secret_value().endswith("@rabbitmq:5672/%2F")


def test_what_is_set_outside_reaches_the_services() -> None:
    given = {
        "SOUNDBOX_ENGINE": "my.own:Engine",
        "SOUNDBOX_STORE_URL": "s3://sounds/studio",
        "SOUNDBOX_S3_REGION": "eu-central-1",
        "SOUNDBOX_MUSIC_MAX_S": "60",
        "SOUNDBOX_PUBLIC_URL": "https://sounds.example.org",
    }
    found = compose.services({**SECRETS, **given, "SOUNDBOX_PUBLISH": "0.0.0.0:80"})
    assert load(found["generator"]["environment"]).engine == "my.own:Engine"
    assert load(found["renderer"]["environment"]).s3_region == "eu-central-1"
    assert load(found["ingest"]["environment"]).music_max_s == 60
    assert str(load(found["web"]["environment"]).public_url) == "https://sounds.example.org/"
    assert found["web"]["ports"] == ["0.0.0.0:80:5309"]


def test_every_stage_can_be_started_many_times(services: dict[str, dict[str, Any]]) -> None:
    for name in set(PYTHON_SERVICES) - {"web"}:
        assert not services[name].keys() & {"container_name", "hostname", "ports", "network_mode"}
        assert "SOUNDBOX_WORKER_NAME" not in services[name]["environment"]


def test_what_is_published_is_published_on_loopback(services: dict[str, dict[str, Any]]) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {"rabbitmq": ["127.0.0.1:15672:15672"], "web": ["127.0.0.1:5309:5309"]}
    assert services["web"]["environment"]["SOUNDBOX_PORT"] == "5309"


def test_services_wait_for_the_broker_and_are_restarted(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert service["restart"] == "unless-stopped"
        if name != "rabbitmq":
            assert service["depends_on"]["rabbitmq"] == {"condition": "service_healthy"}
            assert set(service["depends_on"]) <= set(services)
    assert services["rabbitmq"]["hostname"] == "rabbitmq"  # its data lie under this name


def test_what_must_outlast_a_container_lies_on_a_volume(services: dict[str, dict[str, Any]]) -> None:
    assert services["rabbitmq"]["volumes"] == ["rabbitmq:/var/lib/rabbitmq"]
    for name in PYTHON_SERVICES:
        assert services[name]["volumes"] == ["data:/data"]
    assert "chown soundbox /data" in " ".join(TARGETS["base"].runs)
    assert TARGETS["stage"].user == TARGETS["web"].user == "soundbox"


def test_a_health_check_is_older_than_what_it_looks_at_only_when_something_is_wrong(
    services: dict[str, dict[str, Any]],
) -> None:
    for service in services.values():
        check = service["healthcheck"]
        assert float(check["timeout"][:-1]) <= 10
        assert float(check["interval"][:-1]) < OLDEST_S
        assert float(check["start_period"][:-1]) >= 30


def test_a_generator_has_time_to_finish_what_it_makes(services: dict[str, dict[str, Any]]) -> None:
    for name in ("generator", "generator-gpu"):
        assert float(services[name]["stop_grace_period"][:-1]) >= 180
    assert {target.stop_signal for target in TARGETS.values()} == {"SIGTERM"}


def test_every_target_that_is_built_and_every_path_that_is_copied_exists(
    services: dict[str, dict[str, Any]],
) -> None:
    for name in PYTHON_SERVICES:
        build = services[name]["build"]
        assert (ROOT / build["context"] / "Dockerfile").is_file()
        layer = build.get("args", {}).get("LAYER", TARGETS[build["target"]].arguments["LAYER"])
        assert (ROOT / "requirements" / f"{layer}.txt").is_file()
    ignored = (ROOT / ".dockerignore").read_text().split()
    for target in TARGETS.values():
        for source, _ in target.copies:
            assert (ROOT / source).is_dir()
            assert source.rstrip("/") not in ignored


def test_secrets_and_data_do_not_reach_an_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".env", "data", ".git", ".venv"} <= set(ignored)


def test_the_image_itself_runs_the_same_as_the_file(services: dict[str, dict[str, Any]]) -> None:
    assert TARGETS["web"].command == services["web"]["command"]
    assert TARGETS["stage"].healthcheck == services["ingest"]["healthcheck"]["test"][1:]
    assert TARGETS["stage"].environment["SOUNDBOX_HEALTH_FILE"] == "/tmp/alive"


def test_the_python_of_the_image_is_one_that_the_code_runs_on() -> None:
    match = re.fullmatch(r"python:(\d+)\.(\d+)-slim-\w+", TARGETS["base"].base)
    assert match
    assert (int(match[1]), int(match[2])) >= (3, 11)


@pytest.mark.parametrize("target", ["stage", "web"])
def test_an_image_holds_all_that_its_commands_import(
    services: dict[str, dict[str, Any]], target: str, tmp_path: Path
) -> None:
    for source, destination in TARGETS[target].copies:
        shutil.copytree(
            ROOT / source, tmp_path / destination.lstrip("/"), ignore=shutil.ignore_patterns("__pycache__")
        )
    folder = tmp_path / TARGETS[target].workdir.lstrip("/")
    modules = {s["command"][2] for s in services.values() if s.get("build", {}).get("target") == target}
    names = [f"{module}.__main__" for module in sorted(modules)]
    lazy = ["services.generator.engines.synth.engine", "shared.health"] if target == "stage" else []
    code = (
        f"import importlib; [importlib.import_module(name) for name in {names + lazy}];"
        "import shared; print(shared.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False, timeout=90
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(folder)
    assert (folder / "web").exists() == (target == "web")
