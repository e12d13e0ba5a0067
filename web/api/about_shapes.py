"""The shapes of answers about the installation as a whole; see `shapes`."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from shared.messages.job import Model
from shared.messages.live import ModelState
from web.api.deed_shapes import Count, Stats
from web.api.shapes import Check, Seconds, exact

Address = Annotated[str, Field(description="Absolute.", pattern=r"^https?://")]


@exact
class Rates(TypedDict):
    """Tracks that were published lately and are still there."""

    last_24h: Count
    last_7d: Count
    last_30d: Count


@exact
class SystemStats(Stats):
    """What an admin wants to know of the installation."""

    version: str
    generation_rate: Rates
    queue_lengths: dict[Model, Count]
    workers: Annotated[int, Field(ge=0, description="Processes heard in the last 15 s.")]
    log_offset: Annotated[int, Field(ge=-1, description="How far in the log the library is.")]
    database_bytes: Count
    checks: Annotated[dict[str, Check], Field(description="As of GET /readyz.")]


@exact
class OfferedModel(TypedDict):
    """What can be asked of a model."""

    state: ModelState
    max_duration: Seconds
    abilities: Annotated[list[str], Field(description="Beside a sound from a prompt.")]


@exact
class LibrarySize(TypedDict):
    """How many tracks are published."""

    total_tracks: Count
    total_music: Count
    total_sfx: Count


@exact
class Access(TypedDict):
    """Who may ask."""

    open_access: Annotated[bool, Field(description="Whether one may ask without a token.")]
    methods: list[Literal["cookie", "bearer"]]


@exact
class Endpoint(TypedDict):
    """An address and what it does."""

    method: str
    path: str
    summary: str


@exact
class Discovery(TypedDict):
    """Where else the installation describes itself."""

    manifest: Address
    openapi: Address
    asyncapi: Address
    agent_card: Address
    llms: Address
    metrics: Address


@exact
class Manifest(TypedDict):
    """What this Sound Box is and can do."""

    name: str
    description: str
    version: str
    base_url: Address
    capabilities: list[str]
    models: dict[Model, OfferedModel]
    library: LibrarySize
    auth: Access
    endpoints: list[Endpoint]
    discovery: Discovery


@exact
class Interface(TypedDict):
    """How the API is spoken to."""

    url: Address
    protocolBinding: str
    protocolVersion: str


@exact
class Capabilities(TypedDict):
    """What of the agents' protocol is spoken: nothing beside the API itself."""

    streaming: bool
    pushNotifications: bool


@exact
class SkillEndpoint(TypedDict):
    """Where a skill is asked for."""

    method: str
    path: str


@exact
class Skill(TypedDict):
    """One thing that can be asked for."""

    id: str
    name: str
    description: str
    tags: list[str]
    examples: list[str]
    endpoint: SkillEndpoint


@exact
class AgentCard(TypedDict):
    """Agent2Agent 1.0: who this is, and what can be asked for."""

    name: str
    description: str
    version: str
    url: Address
    documentationUrl: Address
    supportedInterfaces: list[Interface]
    capabilities: Capabilities
    defaultInputModes: list[str]
    defaultOutputModes: list[str]
    skills: list[Skill]
    openapi: Address
    manifest: Address
