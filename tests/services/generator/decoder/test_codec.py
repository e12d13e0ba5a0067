"""The codec's samples are audiocraft's, whole and in chunks."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
import torch
from audiocraft.models.encodec import InterleaveStereoCompressionModel

from services.generator.decoder import codec as codecs
from services.generator.decoder.codec import Codec, CodecStream

FRAMES = 57
CLOSE = 1e-6
CLOSE_ON = {"cpu": CLOSE, "cuda": 1e-5}  # a GPU sums in another order


def codes_of(compression: Any, frames: int = FRAMES) -> torch.Tensor:
    generator = torch.Generator().manual_seed(5)
    shape = (compression.num_codebooks, frames)
    return torch.randint(0, compression.cardinality, shape, generator=generator)


@pytest.fixture(params=["mono", "stereo"])
def model(request: pytest.FixtureRequest, compression: Any) -> Any:
    return compression if request.param == "mono" else InterleaveStereoCompressionModel(compression)


@pytest.mark.parametrize("frames", [1, 2, 3, 8, FRAMES])
def test_the_samples_are_audiocrafts(model: Any, device: torch.device, frames: int) -> None:
    codes = codes_of(model, frames)
    expected = model.decode(codes[None])[0]
    found = Codec(model, device).decode(codes).cpu()
    assert found.shape == expected.shape == (model.channels, frames * 640)
    torch.testing.assert_close(found, expected, atol=CLOSE_ON[device.type], rtol=0)


@pytest.mark.parametrize("sizes", [[1] * FRAMES, [5, 20, 7, 25], [50, 1, 1, 5], [0, FRAMES, 0]])
def test_in_chunks_the_samples_are_those_of_the_whole(
    model: Any, device: torch.device, sizes: Sequence[int]
) -> None:
    codec, codes = Codec(model, device), codes_of(model)
    stream = CodecStream(codec)
    chunks = [stream.push(part) for part in codes.split(list(sizes), dim=1)]
    chunks.append(stream.end())
    whole = codec.decode(codes)
    torch.testing.assert_close(torch.cat(chunks, dim=-1), whole, atol=CLOSE_ON[device.type], rtol=0)


def test_the_same_codes_give_the_same_samples_every_time(model: Any, device: torch.device) -> None:
    codec, codes = Codec(model, device), codes_of(model)
    first, *others = [codec.decode(codes) for _ in range(5)]
    assert all(torch.equal(first, other) for other in others)


def test_nothing_known_is_nothing_heard_however_often(compression: Any, device: torch.device) -> None:
    codec, nothing = Codec(compression, device), codes_of(compression, 0)
    assert [CodecStream(codec).push(nothing).shape for _ in range(5)] == [(1, 0)] * 5


def test_a_chunk_comes_as_soon_as_what_it_looks_ahead_to_is_known(compression: Any) -> None:
    codec, codes = Codec(compression), codes_of(compression)
    stream = CodecStream(codec)
    known = 0
    for frame in range(FRAMES):
        known += stream.push(codes[:, frame : frame + 1]).shape[-1] // codec.hop_length
        assert known == max(frame + 1 - codec.look_ahead_frames, 0)
    assert codec.look_ahead_frames <= 6


def test_streams_that_are_decoded_at_once_give_what_each_gives_alone(
    model: Any, device: torch.device
) -> None:
    codec = Codec(model, device)
    clips = [codes_of(model, frames).roll(frames, 1) for frames in (90, 90, 70, 90, 31)]
    streams, parts = [CodecStream(codec) for _ in clips], [[] for _ in clips]  # type: ignore[var-annotated]
    for first in range(0, 90, 10):
        going = [place for place, clip in enumerate(clips) if clip.shape[1] > first]
        new = codecs.push([streams[at] for at in going], [clips[at][:, first : first + 10] for at in going])
        for at, made in zip(going, new, strict=True):
            parts[at].append(made)
    for place, made in enumerate(codecs.end(streams)):
        whole = torch.cat([*parts[place], made], dim=-1)
        torch.testing.assert_close(whole, codec.decode(clips[place]), atol=CLOSE_ON[device.type], rtol=0)
    assert codecs.push([], []) == codecs.end([]) == []


def test_a_stream_forgets_what_is_behind_it(compression: Any) -> None:
    codec = Codec(compression)
    stream = CodecStream(codec)
    for _ in range(20):
        stream.push(codes_of(compression, 30))
    assert stream._latents.shape[-1] + stream._hidden.shape[-1] < 60


def test_all_of_a_codec_goes_to_its_device_and_nothing_of_the_model_does(model: Any) -> None:
    codec = Codec(model, torch.device("meta"))
    assert {tensor.device.type for tensor in tensors(vars(codec))} == {"meta"}
    assert len(list(tensors(vars(codec)))) > 20
    assert {tensor.device.type for tensor in model.parameters()} == {"cpu"}
    assert codec.decode(codes_of(model)).shape == (model.channels, FRAMES * 640)


def tensors(part: Any) -> Iterator[torch.Tensor]:
    """Every tensor that something is made of."""
    if isinstance(part, torch.Tensor):
        yield part
    elif isinstance(part, torch.nn.Module):
        yield from part.parameters()
    elif isinstance(part, dict):
        yield from tensors(tuple(part.values()))
    elif isinstance(part, tuple):
        for one in part:
            yield from tensors(one)
    elif is_dataclass(part):
        yield from tensors(tuple(getattr(part, field.name) for field in fields(part)))
