"""The services of docker-compose.yml as local processes, each in a folder that holds what its image does.

Where a container has its own network, root and volumes, names are translated: a service's host name and
port to an address on loopback, a path in the container to a folder below the test's.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from cli import broker_files, child, ports, private_file
from cli.broker_node import BrokerNode
from tests.deploy import compose
from tests.running import ROOT

_CHECK_TIMEOUT_S = 30


class Containers:
    """Starts and stops what the file describes."""

    def __init__(self, folder: Path, variables: Mapping[str, str]) -> None:
        self._folder = folder
        self.services = compose.services(variables)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._images: dict[str, Path] = {}
        self.broker = self._prepare_broker()
        self._ports = {("rabbitmq", 5672): self.broker.ports.amqp, ("web", 5309): ports.pick()}

    @property
    def web_url(self) -> str:
        """Where the page is published."""
        return f"http://127.0.0.1:{self._ports['web', 5309]}"

    def start_broker(self) -> None:
        """Start RabbitMQ; returns when it is ready."""
        self.broker.start()
        self.broker.wait_ready()

    def start(self, *names: str) -> None:
        """Start services with their own commands and environments."""
        for name in names:
            self._processes[name] = child.start(
                self._command(self.services[name]["command"]),
                self.environment(name),
                self._workdir(name),
                self._folder / f"{name}.log",
            )

    def kill(self, name: str) -> None:
        """End a service as a crash does."""
        process = self._processes.pop(name)
        process.kill()
        process.wait()

    def stop(self, name: str) -> int:
        """Send the image's stop signal, wait as long as the file allows, and return the exit status."""
        process = self._processes.pop(name)
        target = compose.image_of(self.services[name])
        assert target.stop_signal == "SIGTERM"
        process.terminate()
        grace_s = float(self.services[name]["stop_grace_period"].removesuffix("s"))
        return process.wait(grace_s)

    def close(self) -> None:
        """End everything."""
        for process in self._processes.values():
            child.end(process, 10)
        self.broker.stop()

    def is_running(self, name: str) -> bool:
        """Whether the service's process lives."""
        return name in self._processes and self._processes[name].poll() is None

    def environment(self, name: str) -> dict[str, str]:
        """What the service's process finds in its environment: the image's, then the file's."""
        service = self.services[name]
        given = {**compose.image_of(service).environment, **service["environment"]}
        translated = {key: self._translated(name, key, str(value)) for key, value in given.items()}
        system = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(self._home()),
        }
        return {**system, **translated}

    def health_file(self, name: str) -> Path:
        """The file that the service touches."""
        return Path(self.environment(name)["SOUNDBOX_HEALTH_FILE"])

    def is_healthy(self, name: str) -> bool:
        """Whether the service's own health check passes."""
        kind, *command = self.services[name]["healthcheck"]["test"]
        assert kind == "CMD"
        if name == "rabbitmq":
            program = str(broker_files.programs() / command[0])
            return self._passes([program, *command[1:]], self.broker.environment, self.broker.folder)
        return self._passes(self._command(command), self.environment(name), self._workdir(name))

    def _passes(self, command: list[str], environment: Mapping[str, str], folder: Path) -> bool:
        done = subprocess.run(
            command,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_CHECK_TIMEOUT_S,
            check=False,
        )
        return done.returncode == 0

    def _prepare_broker(self) -> BrokerNode:
        """The private node, in the place of RabbitMQ's image, with the user and the options of the file."""
        environment = self.services["rabbitmq"]["environment"]
        assert environment["RABBITMQ_DEFAULT_USER"] == broker_files.USER
        folder = self._folder / "broker"
        folder.mkdir()
        private_file.write_json(folder / "node.json", {"password": environment["RABBITMQ_DEFAULT_PASS"]})
        node = BrokerNode(folder)
        configuration = folder / "rabbitmq.conf"
        lines = configuration.read_text(encoding="ascii").splitlines()
        # The node of `soundbox up` is told in its own file what the image is told in its environment.
        kept = [line for line in lines if not line.startswith("consumer_timeout")]
        private_file.write(configuration, "\n".join(kept) + "\n")
        more = environment["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"]
        node.environment["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] += f" {more}"
        return node

    def _command(self, command: list[str]) -> list[str]:
        assert command[0] == "python"
        return [sys.executable, *command[1:]]

    def _workdir(self, name: str) -> Path:
        """A folder with nothing of the checkout but what the image copies."""
        target = self.services[name]["build"]["target"]
        if target not in self._images:
            root = self._folder / "images" / target
            for source, destination in compose.TARGETS[target].copies:
                shutil.copytree(
                    ROOT / source,
                    root / destination.lstrip("/"),
                    ignore=shutil.ignore_patterns("__pycache__"),
                )
            self._images[target] = root / compose.TARGETS[target].workdir.lstrip("/")
        return self._images[target]

    def _home(self) -> Path:
        """Shared: what the libraries compile there takes a while."""
        home = self._folder / "home"
        home.mkdir(exist_ok=True)
        return home

    def _translated(self, name: str, key: str, value: str) -> str:
        for (host, port), local in self._ports.items():
            value = re.sub(rf"(?<=[@/]){host}:{port}\b", f"127.0.0.1:{local}", value)
        if key == "SOUNDBOX_HOST":
            assert value == "0.0.0.0"  # all interfaces of a container; of this machine, loopback will do
            return "127.0.0.1"
        if key == "SOUNDBOX_PORT":
            return str(self._ports[name, int(value)])
        if value.startswith("/"):
            return str(self._local_path(name, Path(value)))
        return value

    def _local_path(self, name: str, path: Path) -> Path:
        """A path of the container, on a volume or in its own file system."""
        for mount in self.services[name]["volumes"]:
            volume, inside = mount.split(":")
            if path.is_relative_to(inside):
                return _made(self._folder / "volumes" / volume / path.relative_to(inside))
        return _made((self._folder / "containers" / name) / path.relative_to("/"))


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
