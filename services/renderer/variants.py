"""The pictures of a sound by name, made of its finished file."""

from services.renderer import card, pictures
from services.renderer.pictures import Look
from services.renderer.spectrogram import mel_decibels
from shared.audio import read_wav

_LOOKS = {"2x": Look("dark", 2), "light": Look("light", 1), "light-2x": Look("light", 2)}
KINDS = ("strip", *_LOOKS, "card")


def make(kind: str, key: str, content: bytes, prompt: str) -> bytes:
    """A picture, as PNG, of the sound in a WAV file's bytes.

    Args:
        kind: one of KINDS: the bare strip, the labelled picture in other looks, the card; "" for the
            labelled picture as the renderer draws it.
        key: names the sound in errors.

    Raises:
        PermanentError: `take_unreadable`, as `read_wav` says.
    """
    audio = read_wav(key, content)
    decibels = mel_decibels(audio)
    if not kind:
        return pictures.labelled(decibels, audio.sample_rate_hz, audio.duration_s)
    if kind == "strip":
        return pictures.strip(decibels)
    if kind == "card":
        return card.draw(decibels, prompt, _facts(audio.duration_s, audio.sample_rate_hz))
    return pictures.labelled(decibels, audio.sample_rate_hz, audio.duration_s, _LOOKS[kind], small=True)


def _facts(duration_s: float, sample_rate_hz: int) -> str:
    minutes, seconds = divmod(round(duration_s), 60)
    length = f"{minutes}:{seconds:02} min" if minutes else f"{duration_s:.3g} s"
    return f"{length}  ·  {sample_rate_hz / 1000:g} kHz"
