"""What `auto` takes: AudioCraft where it can work, and the synthesizer everywhere else."""

from pathlib import Path

import pytest

from services.generator.engines import registry
from services.generator.engines.audiocraft import presence
from shared.errors import SettingsError
from shared.settings import load

NAME = "facebook/musicgen-small"


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with an empty cache, no GPU, and the hub in reach."""
    for name in ("AUDIOCRAFT_CACHE_DIR", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(presence, "_NVIDIA", tmp_path / "no-driver")
    return tmp_path


def put(folder: Path, *files: str) -> None:
    folder.mkdir(parents=True)
    for file in files:
        (folder / file).touch()


def chosen(model: str = "music", **settings: str) -> str:
    given = {f"SOUNDBOX_{name.upper()}": value for name, value in settings.items()}
    return registry.open_engine(load(given), "music" if model == "music" else "audio").name


def test_without_weights_and_gpu_it_is_the_synthesizer() -> None:
    assert chosen() == "synth"


@pytest.mark.parametrize(
    ("variable", "below"),
    [
        ("AUDIOCRAFT_CACHE_DIR", "."),
        ("HF_HUB_CACHE", "."),
        ("HF_HOME", "hub"),
        ("XDG_CACHE_HOME", "huggingface/hub"),
    ],
)
def test_weights_in_the_cache_are_found_for_the_model_that_has_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, below: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "kept"))
    put(tmp_path / "kept" / below / "models--facebook--musicgen-small/snapshots/1", *presence.FILES)
    assert chosen() == "audiocraft"
    assert chosen(music_model="small") == "audiocraft"
    assert chosen(model="audio") == "synth"


def test_half_a_checkpoint_is_none(tmp_path: Path) -> None:
    put(tmp_path / "huggingface/hub/models--facebook--musicgen-small/snapshots/1", "state_dict.bin")
    assert chosen() == "synth"


def test_weights_in_a_folder_are_found(tmp_path: Path) -> None:
    put(tmp_path / "mine", *presence.FILES)
    assert chosen(music_model=str(tmp_path / "mine")) == "audiocraft"


def test_a_gpu_is_worth_a_download_unless_the_hub_must_not_be_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(presence, "_NVIDIA", tmp_path)
    assert chosen() == "audiocraft"
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert chosen() == "synth"


def test_without_its_packages_it_is_refused_by_name_and_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "installed", lambda: False)
    monkeypatch.setattr(presence, "has_weights", lambda _name: True)
    assert chosen() == "synth"
    for refuse in (lambda: registry.check("audiocraft"), lambda: chosen(engine="audiocraft")):
        with pytest.raises(
            SettingsError, match=r"not installed; \./soundbox up --engine audiocraft does that"
        ):
            refuse()


def test_its_precision_is_part_of_its_version() -> None:
    def version(precision: str) -> str:
        wanted = {"ENGINE": "audiocraft", "DEVICE": "cpu", "PRECISION": precision}
        settings = load({f"SOUNDBOX_{name}": value for name, value in wanted.items()})
        return registry.open_engine(settings, "music").version

    assert version("fp32") == "1.3.0+decoder1.fp32"
    assert version("int8") == "1.3.0+decoder1.int8"
