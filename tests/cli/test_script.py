"""The `soundbox` script under dash, on machines that lack something: a PATH of stubs."""

import shutil
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from cli import bootstrap
from cli.process_table import ROOT

_TOOLS = ("dirname", "readlink", "cat", "id", "mktemp", "rm", "tail", "sh", "chmod")


class Machine:
    """A copy of the script with empty requirements, and a PATH that finds only what was put there."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "box"
        self.programs = folder / "programs"
        for part in (self.root / "cli", self.root / "requirements", self.programs):
            part.mkdir(parents=True)
        shutil.copy(ROOT / "soundbox", self.root / "soundbox")
        (self.root / "requirements" / "base.txt").write_text("# nothing\n")
        (self.root / "requirements" / "dev.txt").write_text("-r base.txt\n")
        (self.root / "requirements" / "audiocraft.txt").write_text("# heavy\n")
        (self.root / "requirements" / "audiocraft.no-deps.txt").write_text("# alone\n")
        for tool in _TOOLS:
            path = shutil.which(tool)
            assert path is not None, tool
            (self.programs / tool).symlink_to(path)
        self.add("id", "echo 1000")

    def add(self, name: str, script: str) -> None:
        """Put a program on the PATH."""
        path = self.programs / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def add_python(self, name: str = "python3", version: str = "3.11", lacking: str = "nothing") -> None:
        """Put a python3 on the PATH that claims a version, and may lack a module."""
        major, minor = version.split(".")
        recent = "0" if (int(major), int(minor)) >= (3, 11) else "1"
        self.add(
            name,
            f"case $2 in *{lacking}*) exit 1 ;; *version_info\\ \\<*) exit {recent} ;;"
            f" *%d.%d-venv*) echo python{version}-venv ;; *%d.%d*) echo {version} ;; *) exit 0 ;; esac",
        )

    def install_venv(self) -> None:
        """Have the environment there already, its `cli` a program that prints its arguments."""
        (self.root / ".venv" / "bin").mkdir(parents=True)
        python = self.root / ".venv" / "bin" / "python"
        python.write_text('#!/bin/sh\necho "ran $*"\n')
        python.chmod(0o755)
        stamps = {
            "base": "# nothing\n",
            "dev": "# nothing\n-r base.txt\n",
            "audiocraft": "# nothing\n# heavy\n# alone\n",
        }
        for layer, text in stamps.items():
            (self.root / ".venv" / f"soundbox-{layer}.stamp").write_text(f"{python.resolve()}\n{text}")

    def run(
        self, *arguments: str, script: str = "box/soundbox", variables: Mapping[str, str] | None = None
    ) -> tuple[int, str, str]:
        """Run the script under dash from another folder; exit status, stdout, stderr."""
        done = subprocess.run(
            [shutil.which("dash") or "sh", str(self.root.parent / script), *arguments],
            env={"PATH": str(self.programs), "RABBITMQ_PROGRAMS": "/nonexistent", **(variables or {})},
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_scripts_are_executable_and_parse_under_sh() -> None:
    for name in ("soundbox", ".ci/run"):
        path = ROOT / name
        assert path.stat().st_mode & stat.S_IXUSR, name
        assert subprocess.run(["sh", "-n", path], check=False).returncode == 0


def test_without_python_it_says_what_to_type(machine: Machine) -> None:
    code, _, said = machine.run("up")
    assert code == 1
    assert said == (
        "soundbox: Sound Box needs Python 3.11 or newer and found none."
        " Type: sudo apt-get install -y python3 python3-venv\n"
    )


def test_an_old_python_is_named(machine: Machine) -> None:
    machine.add_python(version="3.9")
    assert "needs Python 3.11 or newer and found 3.9. Type: sudo apt-get" in machine.run("up")[2]


def test_a_newer_python_beside_an_old_one_is_taken(machine: Machine) -> None:
    machine.add_python(version="3.9")
    machine.add_python("python3.12", version="3.12", lacking="ensurepip")
    code, _, said = machine.run("up")
    assert code == 1
    assert said == (
        "soundbox: Python's venv module is missing and no package manager is here that could install it."
        " Install python3.12-venv.\n"
    )


def test_a_missing_venv_module_is_a_sentence_for_who_is_not_root(machine: Machine) -> None:
    machine.add_python(lacking="ensurepip")
    machine.add("apt-get", "exit 9")
    code, _, said = machine.run("up")
    assert code == 1
    assert said.splitlines()[-1] == (
        "soundbox: Python's venv module is missing and installing it needs root."
        " Type: sudo apt-get install -y --no-install-recommends python3.11-venv"
    )


def test_a_missing_rabbitmq_is_a_sentence_for_who_is_not_root(machine: Machine) -> None:
    machine.install_venv()
    machine.add("apt-get", "exit 9")
    code, out, said = machine.run("up")
    assert (code, out) == (1, "")
    assert said.splitlines()[-1] == (
        "soundbox: RabbitMQ is missing and installing it needs root."
        " Type: sudo apt-get install -y --no-install-recommends rabbitmq-server"
    )


def test_a_missing_rabbitmq_without_a_package_manager_names_the_other_way(machine: Machine) -> None:
    machine.install_venv()
    code, _, said = machine.run("up")
    assert code == 1
    assert said == (
        "soundbox: RabbitMQ is missing and no package manager is here that could install it. Install"
        " rabbitmq-server, or name a broker: ./soundbox up --amqp-url amqp://USER:PASSWORD@HOST:5672/%2F\n"
    )


def test_sudo_that_needs_no_password_is_used(machine: Machine) -> None:
    machine.install_venv()
    machine.add("dnf", "exit 9")
    machine.add("sudo", f'[ "$2" != true ] || exit 0; echo "$*" >{machine.root}/typed')
    code, out, said = machine.run("up", "--port", "0")
    assert (code, out) == (0, "ran -P -m cli up --port 0\n")
    assert said == "soundbox: Installing RabbitMQ: sudo dnf install -y rabbitmq-server\n"
    assert (machine.root / "typed").read_text() == "-n dnf install -y rabbitmq-server\n"


def test_a_failed_installation_shows_the_end_of_its_output(machine: Machine) -> None:
    machine.install_venv()
    machine.add("dnf", "exit 9")
    machine.add("sudo", '[ "$2" != true ] || exit 0; echo "no such mirror"; exit 5')
    code, _, said = machine.run("up")
    assert code == 1
    assert said.splitlines()[1:] == [
        "no such mirror",
        "soundbox: Installing RabbitMQ failed (see above). Type: sudo dnf install -y rabbitmq-server",
    ]


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (["up", "--amqp-url", "amqp://x"], {}),
        (["up", "--amqp-url=amqp://x"], {}),
        (["up"], {"SOUNDBOX_AMQP_URL": "amqp://x"}),
        (["up", "--help"], {}),
        (["status"], {}),
    ],
)
def test_no_rabbitmq_is_needed_with_a_broker_named_or_for_other_commands(
    machine: Machine, arguments: list[str], variables: dict[str, str]
) -> None:
    machine.install_venv()
    assert machine.run(*arguments, variables=variables) == (0, f"ran -P -m cli {' '.join(arguments)}\n", "")


@pytest.mark.parametrize(
    ("arguments", "variables", "layers"),
    [
        (["up"], {}, ["base"]),
        (["status", "--engine", "audiocraft"], {}, ["base"]),
        (["up", "--engine", "synth"], {"SOUNDBOX_ENGINE": "audiocraft"}, ["base"]),
        (["up", "--engine=audiocraft", "--help"], {}, ["base"]),
        (["up", "--port", "0", "--engine", "audiocraft"], {}, ["audiocraft"]),
        (["up", "--engine=audiocraft"], {}, ["audiocraft"]),
        (["up"], {"SOUNDBOX_ENGINE": "audiocraft"}, ["audiocraft"]),
        (["test"], {}, ["dev"]),
    ],
)
def test_a_command_installs_the_layers_that_it_needs(
    machine: Machine, arguments: list[str], variables: dict[str, str], layers: list[str]
) -> None:
    machine.install_venv()
    for stamp in (machine.root / ".venv").glob("*.stamp"):
        stamp.write_text("of another time\n")
    machine.add("python3", f'[ "$1" = -c ] || echo "$2" >>{machine.root}/asked')
    machine.run(*arguments, variables={"SOUNDBOX_AMQP_URL": "amqp://x", **variables})
    assert (machine.root / "asked").read_text().split() == layers


def test_it_is_found_through_a_chain_of_links(machine: Machine, tmp_path: Path) -> None:
    machine.install_venv()
    (tmp_path / "first").symlink_to("box/soundbox")
    (tmp_path / "second").symlink_to(tmp_path / "first")
    assert machine.run("version", script="second") == (0, "ran -P -m cli version\n", "")


def test_tests_go_on_without_what_cannot_be_installed(machine: Machine) -> None:
    machine.install_venv()
    code, out, said = machine.run("test")
    assert (code, out) == (0, "ran -P -m cli test\n")
    assert "RabbitMQ is missing" in said
    assert "Chromium is missing" in said


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose layers pin nothing, so that a real environment is made without a network."""
    (tmp_path / "requirements").mkdir()
    for name in {name for names in bootstrap.LAYERS.values() for name in names}:
        (tmp_path / "requirements" / name).write_text(f"# {name}\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    return tmp_path


def test_an_environment_is_made_once_mended_when_broken_and_renewed_with_its_requirements(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert bootstrap.main("base") == 0
    assert "Making the virtual environment" in capfd.readouterr().err
    assert bootstrap.main("base") == 0
    assert capfd.readouterr().err == ""

    (project / "requirements" / "base.txt").write_text("# changed\n")
    assert bootstrap.main("base") == 0
    renewed = capfd.readouterr().err
    assert "Installing the packages" in renewed
    assert "Making" not in renewed

    (project / ".venv" / "soundbox-base.stamp").unlink()
    shutil.rmtree(next((project / ".venv").glob("lib/python3.*/site-packages/pip")))
    assert bootstrap.main("base") == 0
    assert "Making the virtual environment" in capfd.readouterr().err


def test_layers_add_up_and_each_is_installed_once(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for layer, installed in (("audiocraft", "audiocraft.txt"), ("dev", "dev.txt"), ("base", "")):
        assert bootstrap.main(layer) == 0
        assert f"requirements/{installed}" in capfd.readouterr().err or not installed
    for layer in bootstrap.LAYERS:
        assert bootstrap.stamp(layer).read_text(encoding="utf-8") == bootstrap.wanted(layer)
    (project / "requirements" / "audiocraft.no-deps.txt").write_text("./no-such-package\n")
    assert bootstrap.main("dev") == 0
    assert bootstrap.main("audiocraft") == 1
    assert not bootstrap.stamp("audiocraft").exists()


def test_no_package_is_pinned_twice_in_two_versions() -> None:
    pinned: dict[str, set[str]] = {}
    for path in (ROOT / "requirements").glob("*.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-")):
                name, version = line.partition(";")[0].split("==")
                pinned.setdefault(name.lower().replace("_", "-"), set()).add(version)
    assert len(pinned) > 80
    assert {name: versions for name, versions in pinned.items() if len(versions) > 1} == {}


def test_packages_that_cannot_be_had_are_a_sentence(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "requirements" / "base.txt").write_text("./no-such-package\n")
    assert bootstrap.main("base") == 1
    assert "Installing the packages failed (see above). Check that this machine" in capfd.readouterr().err
    assert not (project / ".venv" / "soundbox-base.stamp").exists()
