"""Every `SOUNDBOX_*` environment variable, in one table, checked at start."""

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import AnyUrl, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from shared.errors import SettingsError

PREFIX = "SOUNDBOX_"


class Settings(BaseModel):
    """What a process of Sound Box can be told from outside. Every field is `SOUNDBOX_<NAME>`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Field(Path("data"), description="Folder of everything this machine keeps.")
    amqp_url: SecretStr = Field(
        SecretStr("amqp://guest:guest@127.0.0.1:5672/%2F"),
        description="The broker: amqp:// or amqps://user:password@host:port/vhost.",
    )
    amqp_heartbeat_s: int = Field(30, ge=5, le=600, description="Heartbeat asked of the broker, in seconds.")
    store_url: AnyUrl | None = Field(
        None,
        description="Object store: file:///folder or s3://bucket/prefix. Default: the folder DATA/store.",
    )
    s3_endpoint: AnyUrl | None = Field(None, description="Endpoint of an S3-compatible store, if not AWS.")
    s3_region: str = Field("us-east-1", description="Region of the S3 store.")
    s3_access_key_id: str | None = Field(None, description="Access key of the S3 store.")
    s3_secret_access_key: SecretStr | None = Field(None, description="Secret key of the S3 store.")
    token_secret: SecretStr | None = Field(
        None, min_length=32, description="Key that signs tokens. Default: DATA/secrets/token.key, made once."
    )
    token_secret_file: Path | None = Field(None, description="File that holds the key that signs tokens.")

    engine: str = Field(
        "auto", description="auto, synth, audiocraft, or module:Class for an engine of your own."
    )
    music_model: str = Field(
        "facebook/musicgen-small",
        description="MusicGen checkpoint of the audiocraft engine: a name on the hub, or a folder.",
    )
    audio_model: str = Field(
        "facebook/audiogen-medium",
        description="AudioGen checkpoint of the audiocraft engine: a name on the hub, or a folder.",
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="Where the audiocraft engine decodes: auto is a CUDA GPU where torch finds one."
    )
    precision: Literal["auto", "fp32", "fp16", "bf16", "int8"] = Field(
        "auto",
        description="Weights in decoding: fp32 is AudioCraft's own arithmetic; auto is what is fastest there,"
        " int8 on a processor, fp16 on a GPU.",
    )
    slots: int = Field(
        4, ge=1, le=64, description="Jobs of a model that the audiocraft engine works on at a time."
    )
    unload_after_s: float = Field(
        1800, ge=0, description="Idle time after which a model leaves the memory, in seconds; 0 for never."
    )
    generator_models: str = Field("music,audio", description="Models that this generator serves, by comma.")
    music_max_s: float = Field(
        120, ge=1, le=3600, description="Longest music a request may ask for, seconds."
    )
    audio_max_s: float = Field(
        30, ge=1, le=3600, description="Longest effect a request may ask for, seconds."
    )
    max_attempts: int = Field(3, ge=1, le=3, description="Takes a job may have, the first one included.")

    host: str = Field("127.0.0.1", description="Address the web app listens on.")
    port: int = Field(5309, ge=0, le=65535, description="Port the web app listens on; 0 picks a free one.")
    public_url: AnyUrl | None = Field(None, description="Address people use, when behind a proxy.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level logged.")
    health_file: Path | None = Field(
        None, description="File that a service touches every 5 s while it is connected; see shared/health.py."
    )
    worker_name: str | None = Field(None, description="Name of this process in logs and on /status.")

    @property
    def database(self) -> Path:
        """The catalog's SQLite file."""
        return self.data / "catalog" / "library.db"

    @cached_property
    def models(self) -> tuple[Literal["music", "audio"], ...]:
        """The models this generator serves.

        Raises:
            SettingsError: SOUNDBOX_GENERATOR_MODELS names another model, or none.
        """
        names = [name.strip() for name in self.generator_models.split(",") if name.strip()]
        known: dict[str, Literal["music", "audio"]] = {"music": "music", "audio": "audio"}
        if not names or any(name not in known for name in names):
            raise SettingsError(
                f"{PREFIX}GENERATOR_MODELS is {self.generator_models!r}; wanted music, audio, or music,audio."
            )
        return tuple(known[name] for name in dict.fromkeys(names))

    def max_duration_s(self, model: str) -> float:
        """Longest duration a request for this model may ask for, in seconds."""
        return self.music_max_s if model == "music" else self.audio_max_s


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment and refuse unusable ones; an empty value counts as unset.

    Raises:
        SettingsError: a value is wrong, or a `SOUNDBOX_*` variable does not exist; names each.
    """
    given = {
        k: v for k, v in (os.environ if environ is None else environ).items() if k.startswith(PREFIX) and v
    }
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    problems = [f"{name} is not a setting of Sound Box." for name in sorted(given.keys() - known)]
    try:
        settings = Settings.model_validate(
            {k[len(PREFIX) :].lower(): v for k, v in given.items() if k in known}
        )
    except ValidationError as error:
        for item in error.errors():
            name = PREFIX + str(item["loc"][0]).upper()
            shown = "a secret" if "SECRET" in name or "URL" in name else repr(given.get(name))
            problems.append(f"{name} is {shown}: {item['msg']}.")
        raise SettingsError(" ".join(problems)) from error
    if problems:
        raise SettingsError(" ".join(problems))
    return settings
