"""Tiny checkpoints with random weights, in AudioCraft's format, in a hand-made cache of the Hugging Face hub.

They have all that the real ones have, in small: the unchanged loaders read them by their real names.
"""

import io
import shutil
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from omegaconf import OmegaConf
from transformers import EncodecConfig, EncodecModel, T5Config, T5EncoderModel

from services.generator.engines.audiocraft import standins

CARD = 256
"""Tokens a codebook; above the 250 that are sampled from, so that the sampling cuts some off."""

_DIM = 64
_REVISION = "0" * 40
_TEXT = (
    "a calm piano over soft rain at night with cello drums bass guitar slow fast happy sad epic jazz techno"
    " wind thunder footsteps on gravel dog barking door wood metal bell engine water fire crowd birds"
)


@dataclass(frozen=True)
class Kind:
    """What tells the checkpoints apart."""

    name: str
    window_s: int
    codebooks: int = 4
    stereo: bool = False
    melody: bool = False
    text_encoder: str = "t5-base"


SMALL = Kind("facebook/musicgen-small", 30)
STEREO = Kind("facebook/musicgen-stereo-small", 30, codebooks=8, stereo=True)
MELODY = Kind("facebook/musicgen-melody", 30, melody=True)
AUDIO = Kind("facebook/audiogen-medium", 10, text_encoder="t5-large")
KINDS = (SMALL, STEREO, MELODY, AUDIO)
LARGE_BYTES = 25_000_000
"""Least size of a checkpoint that was made large; the hub's client takes in 10 MiB at a time."""

FRAME_RATE_HZ = 5
"""Of both codecs: a tenth of the real ones', so that a window of 30 s is 150 frames."""


def write_text_encoder(cache: Path, name: str, width: int) -> None:
    """A T5 encoder of one layer, and a tokenizer trained on a few words."""
    folder = _snapshot(cache, name)
    torch.manual_seed(len(name))
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(_TEXT.split() * 20),
        model_writer=model,
        vocab_size=90,
        hard_vocab_limit=False,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        minloglevel=2,
    )
    (folder / "spiece.model").write_bytes(model.getvalue())
    config = T5Config(
        vocab_size=200, d_model=width, d_kv=8, num_heads=2, d_ff=16, num_layers=1, num_decoder_layers=0
    )
    T5EncoderModel(config).save_pretrained(folder)


def write_encodec(cache: Path) -> None:
    """The codec of MusicGen: transformers' EnCodec, which audiocraft's file only names."""
    torch.manual_seed(3)
    config = EncodecConfig(
        target_bandwidths=[4 * FRAME_RATE_HZ * 8 / 1000],  # four codebooks of 8 bits
        sampling_rate=32_000,
        audio_channels=1,
        normalize=False,
        num_filters=4,
        num_residual_layers=1,
        upsampling_ratios=[10, 10, 8, 8],
        use_causal_conv=False,
        pad_mode="reflect",
        codebook_size=CARD,
        codebook_dim=16,
        hidden_size=16,
        use_conv_shortcut=False,
    )
    model = EncodecModel(config)
    for layer in model.quantizer.layers:
        layer.codebook.embed.normal_(0, 2)
    model.save_pretrained(_snapshot(cache, "facebook/encodec_32khz"))


def write(cache: Path, kind: Kind) -> None:
    """A language model and its codec."""
    standins.install()
    from audiocraft.models import builders

    folder = _snapshot(cache, kind.name)
    config = OmegaConf.create(_language_model(kind))
    torch.manual_seed(kind.codebooks + kind.window_s)
    model = builders.get_lm_model(OmegaConf.merge(config, {"device": "cpu", "dtype": "float32"}))
    with torch.no_grad():
        for linear in model.linears:
            linear.weight *= 3  # else every token is about as likely as any other
    _save(folder / "state_dict.bin", model.state_dict(), config)
    if kind == AUDIO:
        codec = OmegaConf.create(_codec())
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "`torch.nn.utils.weight_norm` is deprecated", FutureWarning)
            built = builders.get_compression_model(OmegaConf.merge(codec, {"device": "cpu"}))
        for layer in built.quantizer.vq.layers:
            layer._codebook.embed.normal_(0, 2)
            layer._codebook.inited.fill_(1)
        _save(folder / "compression_state_dict.bin", built.state_dict(), codec)
    else:
        named = {"pretrained": "facebook/encodec_32khz", "exported": True, "version": "1.3.0"}
        torch.save(named, folder / "compression_state_dict.bin")


def write_all(cache: Path, kinds: Sequence[Kind] = KINDS) -> None:
    """Every checkpoint with what it needs, in a hub cache; the loaders must look for it there already."""
    standins.install()
    write_text_encoder(cache, "t5-base", 768)
    write_text_encoder(cache, "t5-large", 1024)
    write_encodec(cache)
    for kind in kinds:
        write(cache, kind)


def enlarge(cache: Path, other: Path, kind: Kind) -> None:
    """The same hub cache in another folder, where a language model's file is as large as a small download."""
    _share(cache, other, kind.name)
    package = torch.load(folder_of(cache, kind.name) / "state_dict.bin")
    package["padding"] = torch.zeros(LARGE_BYTES, dtype=torch.uint8)
    torch.save(package, folder_of(other, kind.name) / "state_dict.bin")


def quieten(cache: Path, other: Path, factor: float) -> None:
    """The same hub cache in another folder, where MusicGen's codec gives samples `factor` times as loud."""
    name = "facebook/encodec_32khz"
    _share(cache, other, name)
    codec = EncodecModel.from_pretrained(folder_of(cache, name))
    last = codec.decoder.layers[-1].conv
    with torch.no_grad():
        last.parametrizations.weight.original0 *= factor  # the length of the weights, as they are normed
        last.bias *= factor
    codec.save_pretrained(folder_of(other, name))


def folder_of(cache: Path, name: str) -> Path:
    """Where the only revision of a repository lies."""
    return cache / f"models--{name.replace('/', '--')}" / "snapshots" / _REVISION


def _share(cache: Path, other: Path, name: str) -> None:
    """Links to all of a hub cache, but for the files of one repository, which are copies."""
    for repository in cache.glob("models--*"):
        (other / repository.name).symlink_to(repository)
    (other / f"models--{name.replace('/', '--')}").unlink()
    shutil.copytree(folder_of(cache, name), folder_of(other, name))


def _snapshot(cache: Path, name: str) -> Path:
    """The folder of a repository's only revision, laid out as the hub's client does."""
    repository = cache / f"models--{name.replace('/', '--')}"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(_REVISION)
    folder = repository / "snapshots" / _REVISION
    folder.mkdir(parents=True)
    return folder


def _save(path: Path, state: dict[str, Any], config: Any) -> None:
    exported = {
        "best_state": state,
        "xp.cfg": OmegaConf.to_yaml(config),
        "version": "1.3.0",
        "exported": True,
    }
    torch.save(exported, path)


def _language_model(kind: Kind) -> dict[str, Any]:
    """The part of a training run's configuration that the loader reads, keys as in AudioCraft's `config`."""
    delays = [k // 2 for k in range(8)] if kind.stereo else list(range(4))
    text = {"name": kind.text_encoder, "finetune": False, "word_dropout": 0.3, "normalize_text": False}
    conditioners: dict[str, Any] = {"description": {"model": "t5", "t5": text}}
    if kind.melody:
        chroma = {
            "sample_rate": 32_000,
            "n_chroma": 12,
            "radix2_exp": 14,
            "argmax": True,
            "match_len_on_eval": False,
            "eval_wavs": None,
            "n_eval_wavs": 100,
            "cache_path": None,
        }
        conditioners["self_wav"] = {"model": "chroma_stem", "chroma_stem": chroma}
    heard = ["self_wav", "description"] if kind.melody else ["description"]
    return {
        "solver": "audiogen" if kind == AUDIO else "musicgen",
        "sample_rate": 16_000 if kind == AUDIO else 32_000,
        "channels": 2 if kind.stereo else 1,
        "lm_model": "transformer_lm",
        "dataset": {"segment_duration": kind.window_s},
        "codebooks_pattern": {"modeling": "delay", "delay": {"delays": delays}},
        "interleave_stereo_codebooks": {"use": kind.stereo, "per_timestep": False},
        "transformer_lm": {
            "dim": _DIM,
            "num_heads": 4,
            "num_layers": 2,
            "hidden_scale": 4,
            "n_q": kind.codebooks,
            "card": CARD,
            "dropout": 0.0,
            "emb_lr": None,
            "activation": "gelu",
            "norm_first": True,
            "bias_ff": False,
            "bias_attn": False,
            "bias_proj": False,
            "past_context": None,
            "causal": True,
            "custom": False,
            "memory_efficient": True,
            "attention_as_float32": False,
            "layer_scale": None,
            "positional_embedding": "sin",
            "xpos": False,
            "checkpointing": "none",
            "weight_init": "gaussian",
            "depthwise_init": "current",
            "zero_bias_init": True,
            "norm": "layer_norm",
            "cross_attention": False,
            "qk_layer_norm": False,
            "qk_layer_norm_cross": False,
            "attention_dropout": None,
            "kv_repeat": 1,
            "two_step_cfg": False,
        },
        "classifier_free_guidance": {"training_dropout": 0.3, "inference_coef": 3.0},
        "attribute_dropout": {},
        "fuser": {
            "cross_attention_pos_emb": False,
            "cross_attention_pos_emb_scale": 1,
            "sum": [],
            "prepend": heard if kind.melody else [],
            "cross": [] if kind.melody else heard,
            "input_interpolate": [],
        },
        "conditioners": conditioners,
    }


def _codec() -> dict[str, Any]:
    """The configuration of a codec of AudioCraft's own, as AudioGen has."""
    return {
        "sample_rate": 16_000,
        "channels": 1,
        "compression_model": "encodec",
        "encodec": {
            "autoencoder": "seanet",
            "quantizer": "rvq",
            "sample_rate": 16_000,
            "channels": 1,
            "causal": False,
            "renormalize": False,
        },
        "seanet": {
            "dimension": 16,
            "channels": 1,
            "causal": False,
            "n_filters": 4,
            "n_residual_layers": 1,
            "ratios": [10, 8, 8, 5],
            "activation": "ELU",
            "activation_params": {"alpha": 1.0},
            "norm": "weight_norm",
            "norm_params": {},
            "kernel_size": 7,
            "residual_kernel_size": 3,
            "last_kernel_size": 7,
            "dilation_base": 2,
            "pad_mode": "constant",
            "true_skip": True,
            "compress": 2,
            "lstm": 2,
            "disable_norm_outer_blocks": 0,
            "decoder": {"trim_right_ratio": 1.0, "final_activation": None, "final_activation_params": None},
            "encoder": {},
        },
        "rvq": {
            "n_q": 4,
            "q_dropout": False,
            "bins": CARD,
            "decay": 0.99,
            "kmeans_init": True,
            "kmeans_iters": 50,
            "threshold_ema_dead_code": 2,
            "orthogonal_reg_weight": 0.0,
            "orthogonal_reg_active_codes_only": False,
        },
    }
