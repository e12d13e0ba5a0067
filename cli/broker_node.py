"""A private RabbitMQ node on loopback, with its own ports, user, folder and epmd."""

import secrets
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from cli import broker_files, broker_place, child, ports, private_file
from cli.errors import CommandError
from shared.bus import connection
from shared.errors import BrokerUnavailableError
from shared.settings import Settings

_READY_TIMEOUT_S = 60.0
_STOP_PATIENCE_S = 20.0
_LOOK_EVERY_S = 0.05
_CONTROL_TIMEOUT_S = 60


@dataclass(frozen=True)
class Ports:
    """The ports of one node: AMQP, Erlang distribution, epmd."""

    amqp: int
    dist: int
    epmd: int


class BrokerNode:
    """One node: prepared from its folder, then started here or by a supervisor."""

    def __init__(self, folder: Path) -> None:
        """Prepare the node that lives in this folder: stop what a crash left, choose ports, write files.

        The folder may have been moved since the node last ran in it.

        Raises:
            CommandError: RabbitMQ is not installed, or the folder's path is one it cannot take.
        """
        self.folder = folder.absolute()
        broker_files.check_folder(self.folder)
        self._programs = broker_files.programs()
        self._epmd_program = broker_files.epmd_program()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.swept = self.sweep()
        broker_place.put_right(self.folder / "mnesia")
        self.ports, self._password = self._remembered()
        broker_files.lay_out(self.folder, self.ports.amqp, self._password)
        self.environment = broker_files.environment(self.folder, self.ports.dist, self.ports.epmd)
        self._epmd: subprocess.Popen[bytes] | None = None
        self._node: subprocess.Popen[bytes] | None = None

    @property
    def epmd_command(self) -> list[str]:
        """What runs the port mapper, in the foreground."""
        return [str(self._epmd_program), "-address", "127.0.0.1", "-port", str(self.ports.epmd)]

    @property
    def node_command(self) -> list[str]:
        """What runs the node, in the foreground, as one process; epmd must listen by then."""
        return [str(self._programs / "rabbitmq-server")]

    @property
    def output(self) -> Path:
        """File of what the node and epmd print; the node's log proper is `log/node.log` beside it."""
        return self.folder / "log" / "console.log"

    def url(self, vhost: str = "/") -> str:
        """The node's AMQP address, password included."""
        quoted = vhost.replace("/", "%2F")
        return f"amqp://{broker_files.USER}:{self._password}@127.0.0.1:{self.ports.amqp}/{quoted}"

    def start(self) -> None:
        """Start epmd and the node; returns before the node is ready.

        Raises:
            CommandError: epmd does not come up.
        """
        self._epmd = self._spawn(self.epmd_command)
        self.wait_epmd(self._epmd)
        self.start_node()

    def start_node(self) -> None:
        """Start the node alone, as after it was killed."""
        self._node = self._spawn(self.node_command)

    def wait_epmd(self, process: subprocess.Popen[bytes], timeout_s: float = 10) -> None:
        """Wait until epmd answers.

        Raises:
            CommandError: it ended, or did not answer in time.
        """
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline and process.poll() is None:
            if self.epmd_answers():
                return
            time.sleep(_LOOK_EVERY_S)
        raise CommandError(f"epmd did not start on port {self.ports.epmd}; see {self.output}.")

    def epmd_answers(self) -> bool:
        """Whether something listens on epmd's port."""
        return _answers(self.ports.epmd)

    def listens(self) -> bool:
        """Whether the node takes connections; that is a moment before `is_ready`."""
        return _answers(self.ports.amqp)

    def is_ready(self) -> bool:
        """Whether the node lets our user in; it opens its port a little before that."""
        settings = Settings.model_validate({"amqp_url": self.url(), "worker_name": "readiness"})
        try:
            connection.close(connection.open_connection(settings))
        except BrokerUnavailableError:
            return False
        return True

    def wait_ready(self, timeout_s: float = _READY_TIMEOUT_S) -> None:
        """Wait until the node that was started here is ready.

        Raises:
            CommandError: it ended, or was not ready in time; quotes the end of what it printed.
        """
        deadline = time.monotonic() + timeout_s
        while not self.is_ready():
            if self._node is not None and self._node.poll() is not None:
                raise CommandError(f"RabbitMQ stopped while starting. {self.last_words()}")
            if time.monotonic() > deadline:
                raise CommandError(f"RabbitMQ was not ready within {timeout_s:.0f} s. {self.last_words()}")
            time.sleep(_LOOK_EVERY_S)

    def last_words(self) -> str:
        """The end of what the node printed and logged, and where to read on."""
        lines: list[str] = []
        for path in (self.folder / "log" / "node.log", self.output):
            if path.exists():
                lines += path.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        return "\n".join([f"See {self.folder / 'log'}; it ended with:", *lines])

    def kill_node(self) -> None:
        """Kill the node as a crash would."""
        if self._node is not None:
            self._node.kill()
            self._node.wait()

    def stop(self) -> None:
        """Stop the node, then epmd, then whatever of theirs is left."""
        for process in (self._node, self._epmd):
            if process is not None:
                child.end(process, _STOP_PATIENCE_S)
        self._node = self._epmd = None
        self.sweep()

    def control(self, *arguments: str) -> str:
        """Run rabbitmqctl on the node and return what it printed.

        Raises:
            CommandError: it failed; quotes its error.
        """
        done = subprocess.run(
            [str(self._programs / "rabbitmqctl"), "--quiet", *arguments],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_CONTROL_TIMEOUT_S,
            check=False,
        )
        if done.returncode:
            raise CommandError(f"rabbitmqctl {arguments[0]} failed: {(done.stderr or done.stdout).strip()}")
        return done.stdout

    def add_vhosts(self, names: list[str]) -> None:
        """Create virtual hosts that our user may do everything in, in one call of rabbitmqctl.

        Raises:
            CommandError: the node refused.
        """
        steps = [
            f'rabbit_vhost:add(<<"{name}">>, <<"soundbox">>), rabbit_auth_backend_internal:set_permissions('
            f'<<"{broker_files.USER}">>, <<"{name}">>, <<".*">>, <<".*">>, <<".*">>, <<"soundbox">>)'
            for name in names
        ]
        self.control("eval", ", ".join(steps) + ".")

    def members(self) -> list[psutil.Process]:
        """Every living process of this folder's node: the node, epmd, and their helpers.

        They are known by their environment, which tells the folder and cannot be anybody else's by chance,
        as a remembered pid could.
        """
        mark = str(self.folder / "mnesia")
        return [p for p in psutil.process_iter() if _variable(p, "RABBITMQ_MNESIA_BASE") == mark]

    def sweep(self) -> list[int]:
        """Stop every process of this folder's node, for example those a crash left; returns their pids."""
        found = self.members()
        for process in found:
            _signal(process, signal.SIGTERM)
        _, stubborn = psutil.wait_procs(found, timeout=_STOP_PATIENCE_S if found else 0)
        for process in stubborn:
            _signal(process, signal.SIGKILL)
        psutil.wait_procs(stubborn, timeout=5)
        return [process.pid for process in found]

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        return child.start(command, self.environment, self.folder, self.output)

    def _remembered(self) -> tuple[Ports, str]:
        """Ports and password of the last start; new ones for what is missing or taken."""
        path = self.folder / "node.json"
        known = private_file.read_json(path)
        chosen: dict[str, int] = {}
        for name in ("amqp", "dist", "epmd"):
            port = known.get(name)
            if not isinstance(port, int) or not ports.keep(port):
                port = ports.pick()
            chosen[name] = port
        password = str(known.get("password") or secrets.token_hex(24))
        private_file.write_json(path, {**chosen, "password": password})
        return Ports(**chosen), password


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _variable(process: psutil.Process, name: str) -> str | None:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return process.environ().get(name)
    except (psutil.Error, OSError):
        return None  # gone, or somebody else's


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
