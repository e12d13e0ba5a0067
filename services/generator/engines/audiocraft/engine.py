"""MusicGen and AudioGen as an engine: AudioCraft's checkpoints, decoded by our own decoder."""

import gc
import importlib.metadata
from collections import deque
from collections.abc import Sequence

import torch

from services.generator.decoder import choice
from services.generator.engines.audiocraft import checkpoint
from services.generator.engines.audiocraft.studio import Studio
from services.generator.engines.engine import Ability, OnDownload, Progress, Request, Sound, unheard
from services.generator.engines.stepping import Advance
from shared.messages.job import Model
from shared.settings import Settings

DECODER_VERSION = "1"
"""Changes whenever the decoder gives other samples for the same request."""


class AudioCraftEngine:
    """Makes music with MusicGen and effects with AudioGen, several requests at a time.

    Attributes:
        slots: requests in work at a time. On a processor a slot takes memory only once it was used.
    """

    name = "audiocraft"

    def __init__(self, settings: Settings, on_download: OnDownload | None = None) -> None:
        """`on_download` hears how far the download of a checkpoint is.

        Raises:
            SettingsError: the device that is wanted is not there, or has no such precision.
        """
        self._names: dict[Model, str] = {"music": settings.music_model, "audio": settings.audio_model}
        self._device = choice.device(settings.device)
        self._precision = choice.precision(settings.precision, self._device)
        self.slots = settings.slots
        self._on_download = on_download or unheard
        self._studios: dict[Model, Studio] = {}

    @property
    def version(self) -> str:
        """AudioCraft's version, the decoder's, its precision, and the device if it draws its own numbers."""
        where = "" if self._device.type == "cpu" else f".{self._device.type}"
        audiocraft = importlib.metadata.version("audiocraft")
        return f"{audiocraft}+decoder{DECODER_VERSION}.{self._precision}{where}"

    @property
    def abilities(self) -> tuple[Ability, ...]:
        """Any checkpoint samples and continues; some follow melodies."""
        melody: tuple[Ability, ...] = ("melody",)
        return ("sampling", "extend", *(melody if self._hears_melodies() else ()))

    def load(self, model: Model) -> None:
        """Load the checkpoint of a model; what the hub's cache lacks is downloaded.

        Raises:
            PermanentError: it cannot be had or used; says what to do.
        """
        if model not in self._studios:
            loaded = checkpoint.load(
                self._names[model], model, self._precision, self._on_download, self._device
            )
            self._studios[model] = Studio(loaded, self.slots)

    def begin(self, request: Request) -> None:
        """Take a request in; there is a slot free.

        Raises:
            PermanentError: its model cannot be loaded.
        """
        self.load(request.model)
        with torch.inference_mode():
            self._studios[request.model].begin(request)

    def step(self) -> Sequence[Advance]:
        """One token column of every request that was begun."""
        with torch.inference_mode():
            return [advance for studio in self._studios.values() for advance in studio.step()]

    def stop(self, job_id: str) -> None:
        """Forget a request."""
        for studio in self._studios.values():
            studio.stop(job_id)

    def shrink(self, slots: int) -> None:
        """Forget everything begun, and work on up to so many requests at a time from now on.

        What the slots before had in memory is free again; the checkpoints stay.
        """
        loaded = {model: studio.checkpoint for model, studio in self._studios.items()}
        self.slots = slots
        self._studios.clear()
        gc.collect()
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        for model, one in loaded.items():
            self._studios[model] = Studio(one, slots)

    def _hears_melodies(self) -> bool:
        return any(studio.hears_melodies for studio in self._studios.values())

    def generate(self, requests: Sequence[Request], progress: Progress) -> list[Sound | None]:
        """One sound a request, in order; None where `progress` said stop. Their job ids must differ."""
        waiting, begun = deque(requests), set[str]()
        sounds: dict[str, Sound] = {}
        try:
            while waiting or begun:
                while waiting and len(begun) < self.slots:
                    self.begin(waiting[0])
                    begun.add(waiting.popleft().job_id)
                for advance in self.step():
                    wanted = progress(advance.job_id, advance.fraction)
                    if wanted and advance.sound is not None:
                        sounds[advance.job_id] = advance.sound
                    if not wanted or advance.sound is not None:
                        self.stop(advance.job_id)
                        begun.remove(advance.job_id)
        finally:  # nothing of a call that failed may stay in the slots
            for job_id in begun:
                self.stop(job_id)
        return [sounds.get(request.job_id) for request in requests]
