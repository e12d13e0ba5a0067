"""What a published file says about itself, whatever its format."""

import json
from dataclasses import dataclass

ARTIST = "Sound Box"

LICENSES = {"synth": "CC0-1.0", "audiocraft": "CC-BY-NC-4.0"}
"""SPDX identifier for the sounds of an engine; those of other engines have none that is known here."""


@dataclass(frozen=True)
class Origin:
    """How a sound was made."""

    job_id: str
    prompt: str
    model: str
    seed: int
    engine: str
    engine_version: str

    @property
    def license(self) -> str | None:
        """SPDX identifier; None where it is not known."""
        return LICENSES.get(self.engine)

    @property
    def comment(self) -> str:
        """All of it as one JSON object, which every format keeps."""
        return json.dumps(
            {
                "ai_generated": True,
                "prompt": self.prompt,
                "model": self.model,
                "seed": self.seed,
                "engine": self.engine,
                "engine_version": self.engine_version,
                "license": self.license,
                "job_id": self.job_id,
            },
            ensure_ascii=False,
        )
