"""The documents say what is true: names, links, tables, and examples that run."""

import fnmatch
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pika
import pytest
import soundfile

from cli.__main__ import COMMANDS
from cli.commands.bench import BENCHES
from docs.tables import TABLES, renewed
from services.generator import takes
from services.generator.engines.engine import Engine, Request
from shared.bus import topology
from shared.messages.events import EVENTS
from shared.settings import PREFIX, Settings
from tests.running import ROOT, SoundBox
from tests.waiting import eventually

DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
NAMED = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
DECISIONS = ROOT / "docs" / "decisions"

_LINK = re.compile(r"\]\((?!https?://)([^)\s#]*)(?:#([^)\s]*))?\)")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_SNIPPET = re.compile(r"<!-- snippet: (\w+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_VARIABLE = re.compile(rf"\b{PREFIX}[A-Z0-9_]+\b")
_BROKER_NAME = re.compile(r"(?<![\w/.])soundbox\.[a-z0-9.]+\b|\bgenerate\.(?!MODEL)[a-z]+\b")
_CALLED = re.compile(r"\./soundbox +([a-z]+)(?: +([a-z]+))?")
_HERE = re.compile(r"/(?:work|tmp|root|home|mnt/(?!sounds))\b")


def words(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def everything() -> str:
    return "\n".join(words(path) for path in DOCUMENTS)


def snippet(document: str, name: str) -> str:
    found = dict(_SNIPPET.findall(words(ROOT / document)))
    assert name in found, f"{document} has no snippet {name}"
    return str(found[name])


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, made as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", words(path)), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.replace("`", "")).lower() for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("name", NAMED)
def test_every_link_inside_the_project_leads_somewhere(name: str) -> None:
    document = ROOT / name
    broken = []
    for target, anchor in _LINK.findall(_FENCE.sub("", words(document))):
        path = (document.parent / target).resolve() if target else document
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(f"{target}#{anchor}" if anchor else target)
    assert broken == []


@pytest.mark.parametrize("name", NAMED)
def test_the_tables_are_as_the_code_makes_them(name: str) -> None:
    text = words(ROOT / name)
    assert text == renewed(text), "run: PYTHONPATH=. .venv/bin/python docs/tables.py"


def test_every_table_stands_in_a_document() -> None:
    shown = set(re.findall(r"<!-- table: (\w+) -->", everything()))
    assert shown == set(TABLES)


def test_every_command_is_named_and_no_other() -> None:
    calls = _CALLED.findall(everything())
    assert {command for command, _ in calls} == set(COMMANDS)
    assert {name for command, name in calls if command == "bench"} <= set(BENCHES)
    assert {name for command, name in calls if command == "token"} == {"create"}


@pytest.mark.parametrize("name", NAMED)
def test_only_settings_that_exist_are_named(name: str) -> None:
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    compose = {"SOUNDBOX_RABBITMQ_PASSWORD", "SOUNDBOX_LAYER"}
    assert set(_VARIABLE.findall(words(ROOT / name))) <= known | compose


@pytest.mark.parametrize("name", NAMED)
def test_only_exchanges_queues_and_streams_that_exist_are_named(name: str) -> None:
    known = {one.name for one in topology.EXCHANGES} | {one.name for one in topology.QUEUES}
    assert set(_BROKER_NAME.findall(words(ROOT / name))) <= known


def test_every_event_is_named_where_the_way_of_a_job_is_told() -> None:
    told = words(ROOT / "docs" / "architecture.md")
    assert [event for event in EVENTS if event not in told] == []


@pytest.mark.parametrize("name", NAMED)
def test_no_folder_of_a_certain_machine_is_named(name: str) -> None:
    assert _HERE.findall(words(ROOT / name)) == []


def test_the_map_of_folders_shows_every_folder() -> None:
    _, _, rest = words(ROOT / "README.md").partition("## Where things are")
    mapped = {target.split("/")[0] for target, _ in _LINK.findall(rest.partition("\n## ")[0])}
    assert mapped == set(folders())


def folders() -> Iterator[str]:
    """The project's own folders at the top, without what git leaves out."""
    ignored = [line.strip("/") for line in words(ROOT / ".gitignore").splitlines()]
    for path in ROOT.iterdir():
        left_out = path.name == ".git" or any(fnmatch.fnmatch(path.name, pattern) for pattern in ignored)
        if path.is_dir() and not left_out:
            yield path.name


def test_decisions_are_numbered_without_gaps_and_all_listed() -> None:
    files = sorted(path.name for path in DECISIONS.glob("[0-9]*.md"))
    assert [name[:4] for name in files] == [f"{number:04d}" for number in range(1, len(files) + 1)]
    listed = words(DECISIONS / "README.md")
    for name in files:
        text = words(DECISIONS / name)
        title = re.match(rf"# {int(name[:4])}\. (.+)\n", text)
        assert title, name
        assert f"| {name[:4]} | [{title[1]}]({name}) |" in listed
        assert re.findall(r"^## (\w+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequence"], name


def test_the_engine_of_the_documents_makes_a_sound() -> None:
    module: dict[str, type[Engine]] = {}
    exec(snippet("docs/architecture.md", "engine"), module)
    engine = module["Hum"]()
    engine.load("music")
    request = Request("1", "hum", "music", 2.0, False, 1)
    (sound,) = engine.generate([request], lambda _job_id, _fraction: True)
    assert sound is not None
    _, duration_s, _, channels = takes.describe(takes.encode(sound))
    assert (duration_s, channels) == (2.0, 1)
    assert engine.generate([request], lambda _job_id, _fraction: False) == [None]


def run(sound_box: SoundBox, *command: str, folder: Path = ROOT) -> str:
    """Run an example as a person would, told of the data folder by the environment alone."""
    environment = {**os.environ, "SOUNDBOX_DATA": str(sound_box.data)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_job_over_http_leaves_a_file_named_after_its_prompt(
    running_sound_box: SoundBox, tmp_path: Path
) -> None:
    script = snippet("README.md", "http").replace("http://127.0.0.1:5309", running_sound_box.url)
    run(running_sound_box, "sh", "-euc", script, folder=tmp_path)
    (wav,) = tmp_path.glob("rain-on-a-tin-roof_*.wav")
    samples, rate = soundfile.read(wav)
    assert abs(len(samples) / rate - 5) < 0.05
    assert np.abs(samples).max() > 0.05


def test_the_job_on_the_broker_is_accepted_and_finished_and_stands_in_the_log(
    running_sound_box: SoundBox,
) -> None:
    answer = run(running_sound_box, sys.executable, "-c", snippet("README.md", "broker"))
    accepted = re.fullmatch(r'\{"status": "accepted", "job_id": "([0-9a-f-]{36})"\}\n', answer)
    assert accepted, answer
    eventually(lambda: running_sound_box.client.get(f"/job/{accepted[1]}").status_code == 200)
    (job,) = running_sound_box.finished([accepted[1]])
    assert job["status"] == "completed"
    log = run(running_sound_box, sys.executable, "-c", snippet("docs/messages.md", "log"))
    kinds = [line.split()[2] for line in log.splitlines() if accepted[1] in line]
    assert set(kinds) >= {"job.accepted", "audio.generated", "audio.approved", "track.published"}


def test_a_dead_letter_is_shown_and_stays(running_sound_box: SoundBox) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(running_sound_box.status()["amqp_url"]))
    channel = connection.channel()

    def waiting() -> int:
        return int(channel.queue_declare(topology.DEAD_QUEUE, passive=True).method.message_count)

    there = waiting() + 1
    channel.basic_publish("", topology.ANALYZE_QUEUE, b"no event")
    eventually(lambda: waiting() == there)
    shown = run(running_sound_box, sys.executable, "-c", snippet("docs/operations.md", "dead"))
    assert "None analyze bad_message: must be a CloudEvents envelope" in shown
    eventually(lambda: waiting() == there)
    channel.queue_purge(topology.DEAD_QUEUE)
    connection.close()
