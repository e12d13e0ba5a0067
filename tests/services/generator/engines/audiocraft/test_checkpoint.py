"""Checkpoints by name or folder; what is missing or broken is a sentence that says what to do."""

import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
import torch
from huggingface_hub import constants
from omegaconf import OmegaConf

from services.generator.decoder import weights
from services.generator.engines.audiocraft import checkpoint
from shared.errors import PermanentError
from tests.services.generator.engines.audiocraft.checkpoints import FRAME_RATE_HZ, SMALL
from tests.services.generator.engines.audiocraft.test_parity import PairOf

_SNAPSHOT = f"models--{SMALL.name.replace('/', '--')}/snapshots/{'0' * 40}"


@pytest.fixture
def folder(hub: Path, tmp_path: Path) -> Path:
    """The small checkpoint, copied out of the cache into a folder of somebody's own."""
    return Path(shutil.copytree(hub / _SNAPSHOT, tmp_path / "mine"))


def refusal(name: object, model: Any = "music") -> PermanentError:
    with pytest.raises(PermanentError) as caught:
        checkpoint.load(str(name), model, "fp32")
    return caught.value


def change(file: Path, edit: Callable[[Any], None]) -> None:
    """Edit the configuration inside a checkpoint's file."""
    package = torch.load(file)
    config = OmegaConf.create(package["xp.cfg"])
    edit(config)
    torch.save({**package, "xp.cfg": OmegaConf.to_yaml(config)}, file)


def test_a_checkpoint_says_what_it_was_trained_on(pair: PairOf) -> None:
    loaded = pair(SMALL).ours
    assert (loaded.name, loaded.window_s, loaded.frame_rate_hz) == (SMALL.name, 30, FRAME_RATE_HZ)
    assert (loaded.windows.longest, loaded.windows.stride) == (150, 90)


def test_a_folder_is_as_good_as_a_name(folder: Path, pair: PairOf) -> None:
    loaded = checkpoint.load(str(folder), "music", "fp32")
    assert torch.equal(loaded.weights.embeddings, pair(SMALL).ours.weights.embeddings)


def test_its_own_transformer_is_not_kept(pair: PairOf) -> None:
    loaded = pair(SMALL).ours
    kept = {name.rpartition(".")[0] for name, _ in loaded.listener._provider.named_parameters()}
    assert kept == {"conditioners.description.output_proj"}


def test_one_that_is_not_here_while_the_hub_must_not_be_asked(hub: Path) -> None:
    error = refusal("facebook/musicgen-large")
    assert error.code == "checkpoint_missing"
    assert "The checkpoint facebook/musicgen-large, its codec or its text encoder cannot be had" in str(error)
    assert "in SOUNDBOX_MUSIC_MODEL" in str(error)


def test_a_folder_without_the_files_names_them(hub: Path, tmp_path: Path) -> None:
    error = refusal(tmp_path, "audio")
    assert error.code == "checkpoint_missing"
    assert "state_dict.bin and compression_state_dict.bin, in SOUNDBOX_AUDIO_MODEL" in str(error)


def test_a_name_that_none_can_have_is_told(hub: Path) -> None:
    error = refusal("no/such/checkpoint")
    assert error.code == "checkpoint_missing"
    assert "'no/such/checkpoint'" in str(error)


def test_a_missing_text_encoder_is_a_missing_part(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "empty"))
    assert refusal(folder).code == "checkpoint_missing"


def test_what_is_here_is_used_without_asking_the_hub(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(socket, "getaddrinfo", _no_network)
    assert checkpoint.load(SMALL.name, "music", "fp32").name == SMALL.name
    assert constants.HF_HUB_OFFLINE is False


def _no_network(*_address: Any, **_options: Any) -> NoReturn:
    raise AssertionError("the network was asked")


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04 half an archive"])
def test_a_broken_file_is_told(folder: Path, content: bytes) -> None:
    (folder / "state_dict.bin").write_bytes(content)
    error = refusal(folder)
    assert error.code == "checkpoint_broken"
    assert f"The checkpoint {folder} cannot be read" in str(error)
    assert "delete its folder, so that they are fetched anew" in str(error)


def test_code_in_a_checkpoint_is_never_run(folder: Path, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "run",)

    torch.save({"xp.cfg": Trap(), "best_state": {}}, folder / "state_dict.bin")
    assert refusal(folder).code == "checkpoint_broken"
    assert not (tmp_path / "run").exists()


def test_a_checkpoint_of_something_else_is_told(folder: Path) -> None:
    torch.save({"weights": torch.zeros(3)}, folder / "state_dict.bin")
    assert "KeyError: 'xp.cfg'" in str(refusal(folder))


def test_weights_of_other_shapes_are_told(folder: Path) -> None:
    def wider(config: Any) -> None:
        config.transformer_lm.hidden_scale = 8

    change(folder / "state_dict.bin", wider)
    assert refusal(folder).code == "checkpoint_broken"


def test_a_transformer_that_the_decoder_does_not_know_is_named(folder: Path) -> None:
    def placed(config: Any) -> None:
        config.fuser.cross_attention_pos_emb = True

    change(folder / "state_dict.bin", placed)
    error = refusal(folder)
    assert error.code == "unknown_model"
    assert f"The checkpoint {folder} cannot be used: This checkpoint has positions in" in str(error)


def test_a_part_that_has_only_a_stand_in_is_named(folder: Path) -> None:
    def normalizing(config: Any) -> None:
        config.conditioners.description.t5.normalize_text = True

    change(folder / "state_dict.bin", normalizing)
    error = refusal(folder)
    assert error.code == "audiocraft_part"
    assert "makes AudioCraft use spacy.load, which is not part of Sound Box" in str(error)


def test_memory_that_does_not_suffice_for_it_is_no_damage(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def packed(*_arguments: Any) -> NoReturn:
        torch.empty(1 << 50)  # more than any machine has
        raise AssertionError("there was memory")

    monkeypatch.setattr(weights, "of", packed)
    error = refusal(folder)
    assert error.code == "out_of_memory"
    assert f"There is not enough memory to load the checkpoint {folder} (" in str(error)
    assert "Name a smaller one in SOUNDBOX_MUSIC_MODEL or a lower SOUNDBOX_PRECISION, or have" in str(error)
