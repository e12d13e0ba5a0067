"""Where the private RabbitMQ node lives: its programs, its folder, its configuration."""

import os
import re
import secrets
import shutil
from pathlib import Path

from cli import private_file
from cli.errors import CommandError

_SERVER = "rabbitmq-server"
_HOMES = (
    "/usr/lib/rabbitmq/bin",
    "/usr/lib64/rabbitmq/bin",
    "/opt/rabbitmq/sbin",
    "/opt/homebrew/opt/rabbitmq/sbin",
    "/usr/local/opt/rabbitmq/sbin",
)
_SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"

# RabbitMQ's own list (* ? ^ ! [ ] { }, https://www.rabbitmq.com/docs/relocate), and what ends a word in
# the Erlang terms that its start makes of the path: seen with 3.10.8, where spaces, umlauts and # do no harm.
_REFUSED = re.compile(r"[*?^!\[\]{}\"'\\`]|[\x00-\x1f\x7f]")

_LOOPBACK_ONLY = "-kernel inet_dist_use_interface {127,0,0,1}"

_CONFIGURATION = """\
# Written by Sound Box at every start; changes made here are lost.
listeners.tcp.local = 127.0.0.1:{port}
default_user = {user}
default_pass = {password}
# A take of long audio on a slow machine must not lose its message: three hours.
consumer_timeout = 10800000
heartbeat = 30
max_message_size = 1048576
# Below this much free disk the node refuses to take more, before the machine itself is in trouble.
disk_free_limit.absolute = 500MB
vm_memory_high_watermark.relative = 0.4
log.file = node.log
log.file.level = info
log.file.rotation.size = 10485760
log.file.rotation.count = 3
log.console = false
"""

USER = "soundbox"


def programs() -> Path:
    """Folder of the package's own rabbitmq-server and rabbitmqctl.

    `RABBITMQ_PROGRAMS` in the environment names another folder, and then no other is looked at.
    The ones on PATH are wrappers on most systems: they change the user and forget the environment.

    Raises:
        CommandError: RabbitMQ is not installed.
    """
    named = os.environ.get("RABBITMQ_PROGRAMS")
    for home in [named] if named else _HOMES:
        if (Path(home) / _SERVER).is_file():
            return Path(home)
    found = None if named else shutil.which(_SERVER, path=search_path())
    if found is None:
        raise CommandError(
            "RabbitMQ is not installed. Type: sudo apt-get install -y --no-install-recommends rabbitmq-server"
            " (or name a broker with --amqp-url)."
        )
    return Path(found).resolve().parent


def search_path() -> str:
    """PATH, with the folders of system programs that an ordinary user's PATH may lack."""
    return f"{os.environ.get('PATH', '/usr/bin:/bin')}:{_SYSTEM_FOLDERS}"


def check_folder(folder: Path) -> None:
    """Refuse a folder that RabbitMQ could not live in.

    Raises:
        CommandError: the path holds a character that RabbitMQ cannot take.
    """
    refused = _REFUSED.search(str(folder))
    if refused:
        shown = repr(refused.group()).strip("'")
        raise CommandError(
            f"RabbitMQ cannot keep its files in {folder}: the path holds the character {shown}."
            " Type: ./soundbox up --data FOLDER with another path."
        )


def lay_out(folder: Path, port: int, password: str) -> None:
    """Make the node's folder, its cookie and its configuration, all readable by us alone."""
    for part in ("", "log", "mnesia", "run"):
        (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    cookie = folder / ".erlang.cookie"
    if not cookie.exists():
        private_file.write(cookie, secrets.token_hex(20), mode=0o400)
    private_file.write(folder / "enabled_plugins", "[].\n")
    text = _CONFIGURATION.format(port=port, user=USER, password=password)
    private_file.write(folder / "rabbitmq.conf", text)


def environment(folder: Path, dist_port: int, epmd_port: int) -> dict[str, str]:
    """All that the node, its epmd and rabbitmqctl are told; nothing of RabbitMQ's own is inherited."""
    return {
        "PATH": search_path(),
        "LC_ALL": "C.UTF-8",
        "HOME": str(folder),  # of the cookie
        "RABBITMQ_NODENAME": "soundbox@localhost",
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_DIST_PORT": str(dist_port),
        "ERL_EPMD_PORT": str(epmd_port),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",  # else the one in /etc is read
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "run"),
        "RABBITMQ_PID_FILE": str(folder / "run" / "node.pid"),
        # For every Erlang machine that the node starts too: an epmd of theirs would outlive us.
        "ERL_AFLAGS": "-start_epmd false",
        # With this the start script becomes the Erlang machine, so that its pid is the node's.
        "RABBITMQ_ALLOW_INPUT": "true",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-noinput {_LOOPBACK_ONLY}",
        "RABBITMQ_CTL_ERL_ARGS": _LOOPBACK_ONLY,
    }


def epmd_program() -> Path:
    """Erlang's port mapper.

    Raises:
        CommandError: it is not where Erlang packages put it.
    """
    found = shutil.which("epmd", path=search_path())
    if found is not None:
        return Path(found)
    erl = shutil.which("erl", path=search_path())
    if erl is not None:
        for candidate in sorted(Path(erl).resolve().parent.parent.glob("erts-*/bin/epmd")):
            return candidate
    raise CommandError("Erlang's epmd was not found. Type: sudo apt-get install -y --reinstall erlang-base")
