"""A name that means no engine is refused at the start, without importing any."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.generator.engines import registry
from shared.errors import SettingsError
from shared.settings import Settings
from tests.running import ROOT


@pytest.mark.parametrize(
    "name", ["", "magic", "no.such.module:Engine", "no_such:Engine", ":", "json:", "json:a b", "../json:A"]
)
def test_a_name_that_means_no_engine_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"SOUNDBOX_ENGINE is '{name}'"):
        registry.check(name)


@pytest.mark.parametrize("name", ["auto", "synth", "tests.services.generator.strange_engine:StrangeEngine"])
def test_an_engine_that_is_there_is_let_through_and_not_imported(name: str) -> None:
    program = (
        "import sys; from services.generator.engines import registry; registry.check(sys.argv[1]);"
        " sys.exit(', '.join(sys.modules.keys() & {'numpy', 'scipy', 'torch'}) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, name], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_is_said_about_the_engines_names_those_that_there_are() -> None:
    said = f"auto, {', '.join(registry.ENGINES)}, or module:Class"
    assert said in str(Settings.model_fields["engine"].description)
    assert said in (ROOT / "cli" / "commands" / "up.py").read_text(encoding="utf-8")


def test_a_generator_without_an_engine_does_not_start(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "services.generator"],
        cwd=ROOT,
        env={**os.environ, "SOUNDBOX_DATA": str(tmp_path), "SOUNDBOX_ENGINE": "no_such:Engine"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert (
        "SOUNDBOX_ENGINE is 'no_such:Engine', which cannot be used: there is no module no_such."
        in done.stderr
    )
