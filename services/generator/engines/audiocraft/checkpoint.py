"""Checkpoints of MusicGen and AudioGen: found, read by AudioCraft itself, and taken apart for our decoder."""

import logging
import pickle
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from services.generator.decoder import choice
from services.generator.decoder.codec import Codec
from services.generator.decoder.generation import Windows
from services.generator.decoder.linear import CPU, Precision
from services.generator.decoder.weights import Weights
from services.generator.engines import memory
from services.generator.engines.audiocraft import downloads, standins
from services.generator.engines.audiocraft.conditions import Listener
from services.generator.engines.audiocraft.continuation import Encoder
from services.generator.engines.engine import OnDownload, unheard
from shared.errors import PermanentError
from shared.messages.job import Model

_log = logging.getLogger(__name__)

_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,  # of a configuration that lacks a key
    EOFError,
    LookupError,
    MemoryError,
    pickle.UnpicklingError,
    RuntimeError,  # of torch: no archive, or weights of other shapes
    TypeError,
    ValueError,
)


_ANSWERS = {
    401: "the hub has none of that name, or not without a token, which goes into HF_TOKEN (401)",
    403: "the hub does not let this token read it (403)",
    404: "the hub does not have it (404)",
    429: "the hub wants no more requests for now (429)",
}
"""What the hub's refusals mean to a person."""


@dataclass(frozen=True)
class Checkpoint:
    """A model in the parts that we use; AudioCraft's own transformer is gone.

    Attributes:
        name: as it was asked for.
        frame_rate_hz: frames of codes a second.
        window_s: length of the clips it was trained on, in seconds.
    """

    name: str
    weights: Weights
    listener: Listener
    encoder: Encoder
    codec: Codec
    windows: Windows
    frame_rate_hz: float
    window_s: float


def load(
    name: str,
    model: Model,
    precision: Precision,
    on_download: OnDownload = unheard,
    device: torch.device = CPU,
) -> Checkpoint:
    """Load a checkpoint by its name on the Hugging Face hub, or from a folder.

    What decodes comes onto the device; what makes codes of samples stays on the processor. `on_download`
    hears what has to be fetched for it.

    Raises:
        PermanentError: it is not there and cannot be fetched, or is none that we can use; says what to do.
    """
    with _told(name, model):
        loaded = _kept_or_fetched(name, model, on_download)
        lm = loaded.lm
        return Checkpoint(
            name=name,
            weights=choice.weights(lm, precision, device),
            listener=Listener(lm.condition_provider, lm.fuser, lm.dim, loaded.sample_rate, device),
            encoder=Encoder(loaded.compression_model),
            codec=Codec(loaded.compression_model, device),
            windows=Windows(
                longest=int(loaded.max_duration * loaded.frame_rate),
                stride=int(loaded.extend_stride * loaded.frame_rate),
            ),
            frame_rate_hz=loaded.frame_rate,
            window_s=loaded.max_duration,
        )


def read(name: str, model: Model) -> Any:
    """AudioCraft's own `MusicGen` or `AudioGen` of a checkpoint, in float32 on the processor."""
    standins.install()
    from audiocraft.models import AudioGen, MusicGen
    from audiocraft.modules.transformer import set_efficient_attention_backend

    set_efficient_attention_backend("torch")
    with warnings.catch_warnings():
        # Of AudioCraft's convolutions; the decoder folds the norm into the weights.
        warnings.filterwarnings("ignore", "`torch.nn.utils.weight_norm` is deprecated", FutureWarning)
        return (MusicGen if model == "music" else AudioGen).get_pretrained(name, device="cpu")


def _kept_or_fetched(name: str, model: Model, on_download: OnDownload) -> Any:
    """As `read`, but the hub is asked only for what is not here.

    Its client asks for every file whether there is a newer one, and without a network does so for minutes.
    """
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        return read(name, model)
    constants.HF_HUB_OFFLINE = True
    try:
        return read(name, model)
    except OSError:
        _log.info("%s is not all here: fetching what is missing", name)
    finally:
        constants.HF_HUB_OFFLINE = False
    with downloads.told(on_download):
        return read(name, model)


@contextmanager
def _told(name: str, model: Model) -> Iterator[None]:
    """Whatever goes wrong in loading, as a sentence that says what to do."""
    from httpx2 import HTTPError
    from huggingface_hub.errors import HFValidationError

    setting = f"SOUNDBOX_{model.upper()}_MODEL"
    try:
        yield
    except PermanentError as error:
        raise PermanentError(error.code, f"The checkpoint {name} cannot be used: {error}") from error
    except (OSError, HTTPError, HFValidationError) as error:  # not there, refused, no network, not readable
        raise PermanentError(
            "checkpoint_missing",
            f"The checkpoint {name}, its codec or its text encoder cannot be had: {_why(error)}."
            " Let this machine reach the Hugging Face hub once, or name another checkpoint,"
            f" or a folder with state_dict.bin and compression_state_dict.bin, in {setting}.",
        ) from error
    except _BROKEN as error:
        if memory.is_short(error):
            raise PermanentError(
                "out_of_memory",
                f"There is not enough memory to load the checkpoint {name} ({_first_line(error)})."
                f" Name a smaller one in {setting} or a lower SOUNDBOX_PRECISION, or have another generator"
                " serve the other model (SOUNDBOX_GENERATOR_MODELS).",
            ) from error
        raise PermanentError(
            "checkpoint_broken",
            f"The checkpoint {name} cannot be read: {type(error).__name__}: {_first_line(error)}."
            " If its files are damaged, delete its folder, so that they are fetched anew;"
            f" else name another checkpoint in {setting}.",
        ) from error


def _why(error: BaseException) -> str:
    """What kept something from being fetched: the hub's answer or silence, if that is behind the error."""
    from httpx2 import TransportError

    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, TransportError):
            return f"the connection to the hub failed ({_first_line(behind)})"
        response = getattr(behind, "response", None)
        if response is not None:
            return _ANSWERS.get(response.status_code, f"the hub answers {response.status_code}")
        behind = behind.__cause__ or behind.__context__
    return _first_line(error)


def _first_line(error: BaseException) -> str:
    """What an error says, without its advice and addresses."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(" .")
