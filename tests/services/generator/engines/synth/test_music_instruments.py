from itertools import combinations

import numpy as np
import pytest

from services.generator.engines.synth.dsp import SAMPLE_RATE_HZ, generator
from services.generator.engines.synth.music.instruments.kits import KITS
from services.generator.engines.synth.music.instruments.registry import VOICES

from .listening import Samples, bands

DISTINCT = (
    "piano",
    "electric piano",
    "harpsichord",
    "organ",
    "acoustic guitar",
    "strings",
    "brass",
    "flute",
    "clarinet",
    "bell",
    "marimba",
    "celesta",
    "choir",
    "supersaw",
    "chip square",
    "synth pluck",
    "trumpet",
    "banjo",
    "kalimba",
)


def note(name: str, pitch: int = 60, seconds: float = 1.0) -> Samples:
    frequency = 440 * 2 ** ((pitch - 69) / 12)
    return VOICES[name].tone(frequency, round(seconds * SAMPLE_RATE_HZ), 0.75, generator(1, name))


def features(name: str) -> Samples:
    """Level of each third of an octave against the loudest, and how the level falls over the note, in dB."""
    x = note(name)
    timbre = bands(x)
    pieces = np.array([np.sqrt(np.mean(np.square(piece))) for piece in np.array_split(x, 8)])
    envelope = 20 * np.log10(pieces / pieces.max() + 1e-4)
    return np.asarray(np.clip(np.concatenate([timbre - timbre.max(), envelope]), -50, 0), np.float32)


@pytest.mark.parametrize("name", list(VOICES))
def test_every_voice_sounds_clean_over_its_range(name: str) -> None:
    voice = VOICES[name]
    for pitch in (voice.low, voice.high):
        x = note(name, pitch, 0.4)
        assert x.dtype == np.float32
        assert x.shape == (17640,)
        assert np.isfinite(x).all()
        assert 0.01 < np.abs(x).max() < 8
        assert abs(float(x[0])) < 0.05
        assert abs(float(x.mean())) < 0.15 * float(np.sqrt(np.mean(np.square(x))))


@pytest.mark.parametrize(
    "name", ["piano", "strings", "flute", "organ", "supersaw", "marimba", "acoustic guitar", "choir"]
)
@pytest.mark.parametrize("pitch", [57, 64, 69])
def test_pitched_voices_are_in_tune(name: str, pitch: int) -> None:
    x = note(name, pitch, 1.5)[8000:]
    wanted = 440 * 2 ** ((pitch - 69) / 12)
    power = np.square(np.abs(np.fft.rfft(x * np.hanning(len(x)), 1 << 19)))
    frequencies = np.fft.rfftfreq(1 << 19, 1 / SAMPLE_RATE_HZ)
    near = (frequencies > wanted * 0.94) & (frequencies < wanted * 1.06)
    # The middle of it: several strings or oscillators lie a little to both sides.
    found = np.average(frequencies[near], weights=power[near])
    assert abs(1200 * np.log2(found / wanted)) < 12


def test_nineteen_voices_can_be_told_apart_by_spectrum_and_envelope() -> None:
    heard = {name: features(name) for name in DISTINCT}
    for one, other in combinations(DISTINCT, 2):
        assert np.abs(heard[one] - heard[other]).mean() > 2.5, (one, other)


def test_harder_notes_are_brighter() -> None:
    for name in ("piano", "trumpet", "synth bass", "electric piano"):
        voice = VOICES[name]
        soft, hard = (voice.tone(220.0, 22050, v, generator(1, name)) for v in (0.2, 0.95))
        balance = [float(bands(x)[13:].max() - bands(x)[:10].max()) for x in (soft, hard)]
        assert balance[1] > balance[0] + 1.0, name


@pytest.mark.parametrize("name", list(KITS))
def test_every_drum_of_a_kit_starts_and_ends_in_silence(name: str) -> None:
    for piece, drum in KITS[name].pieces.items():
        x = drum.stroke(generator(0, name, piece))
        assert x.dtype == np.float32, piece
        assert np.isfinite(x).all(), piece
        assert np.abs(x).max() > 0.1, piece
        assert np.abs(x[-1]) < 0.01, piece


def test_kits_differ_in_their_snares_and_kicks() -> None:
    for piece in ("kick", "snare"):
        strokes = {
            name: bands(KITS[name].pieces[piece].stroke(generator(0, "x")))
            for name in ("acoustic", "808", "909", "brushes", "chip")
        }
        for one, other in combinations(strokes, 2):
            assert np.abs(strokes[one] - strokes[other]).mean() > 1.0, (piece, one, other)
