"""The stand-ins do what they promise, and refuse what is only a name."""

import sys
from typing import Any

import numpy as np
import pytest
import torch

from services.generator.engines.audiocraft import melody, standins
from shared.errors import PermanentError


def setup_module() -> None:
    standins.install()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("spacy", "load"),
        ("av", "open"),
        ("flashy.distrib", "rank"),
        ("torchaudio", "load"),
        ("xformers", "version"),
    ],
)
def test_a_name_that_is_used_after_all_is_refused_with_a_sentence(module: str, name: str) -> None:
    with pytest.raises(PermanentError, match=f"makes AudioCraft use {module}.{name}, which is not part of"):
        getattr(sys.modules[module], name)


def test_a_class_that_is_only_a_name_is_refused_when_it_is_called() -> None:
    from num2words import num2words

    with pytest.raises(PermanentError, match=r"makes AudioCraft use num2words\.num2words"):
        num2words(3)


def test_nothing_that_looks_at_every_module_is_disturbed() -> None:
    assert not hasattr(sys.modules["spacy"], "__wrapped__")
    assert repr(sys.modules["spacy"])


def test_packages_that_are_really_there_are_left_alone() -> None:
    assert sys.modules["torch"] is torch
    standins._stand_in("torch", rand=None)
    assert sys.modules["torch"].rand is not None


def test_the_spectrogram_is_the_power_of_windowed_frames_over_the_windows_energy() -> None:
    spectrogram = melody.Spectrogram(
        n_fft=64, win_length=64, hop_length=16, power=2, center=True, pad=0, normalized=True
    )
    x = np.random.default_rng(1).normal(size=200)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(64) / 64)
    padded = np.pad(x, 32, mode="reflect")
    frames = np.stack([padded[at : at + 64] * window for at in range(0, len(padded) - 63, 16)])
    wanted = np.abs(np.fft.rfft(frames)) ** 2 / (window**2).sum()
    made = spectrogram(torch.from_numpy(x).float()[None, None])
    assert made.shape == (1, 1, 33, 13)
    assert np.allclose(made[0, 0].T, wanted, atol=1e-5)


def test_a_spectrogram_without_normalization_is_the_plain_power() -> None:
    options: dict[str, Any] = {"n_fft": 64, "win_length": 64, "hop_length": 16, "power": 2, "center": True}
    x = torch.randn(1, 200, generator=torch.Generator().manual_seed(2))
    plain = melody.Spectrogram(**options, pad=0, normalized=False)
    made = melody.Spectrogram(**options, pad=0, normalized=True)
    assert torch.allclose(plain(x) / (plain.window**2).sum(), made(x), rtol=1e-4)


def test_the_window_is_among_the_weights_as_in_checkpoints() -> None:
    spectrogram = melody.Spectrogram(
        n_fft=64, win_length=64, hop_length=16, power=2, center=True, pad=0, normalized=True
    )
    assert list(spectrogram.state_dict()) == ["window"]


def test_without_demucs_all_of_a_mix_is_its_melody() -> None:
    mix = torch.randn(2, 1, 50, generator=torch.Generator().manual_seed(3))
    stems = melody.mix_as_melody(melody.mix_model("htdemucs"), mix, device="cpu")
    assert stems.shape == (2, 4, 1, 50)
    kept = [melody.Mix.sources.index(name) for name in ("vocals", "other")]
    assert torch.equal(stems[:, kept].sum(1), mix)
