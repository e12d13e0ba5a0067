"""Levels of a sound's channels, in blocks of 5 ms: all that can be said without looking at single samples."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.analyzer.pieces import PIECE_FRAMES, Floats, pieces

BLOCK_S = 0.005
_LOUD_S = 0.05
_DRIFT_S = 0.4
_DRIFT_GATE = 1e-6  # -60 dBFS: what is below is a rest, not a level
_PARTS = 4
_OFFSET_PARTS = 8
_QUIET, _SOUNDING = 1e-4, 1e-3
_SEPARATE = 0.01

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Levels:
    """What is kept of each block; arrays of shape (channels, blocks). The last block may be a part of one.

    Attributes:
        frames: of the sound.
        block: frames a block.
        sums: of the samples.
        squares: sums of the squared samples.
        products: sums of the first channel times the last one, shape (blocks,).
        tops, bottoms: highest and lowest sample.
    """

    frames: int
    block: int
    rate_hz: int
    sums: Doubles
    squares: Doubles
    products: Doubles
    tops: Floats
    bottoms: Floats

    @property
    def rms(self) -> float:
        """Root mean square of all samples."""
        return float(np.sqrt(self.squares.sum() / self.frames / len(self.squares)))

    @property
    def peak(self) -> float:
        """Highest distance of a sample from zero."""
        return max(float(self.tops.max()), -float(self.bottoms.min()))

    @property
    def loudest_rms(self) -> float:
        """RMS of the loudest 50 ms, or of the whole of a shorter sound, over all channels."""
        width = min(self.frames, round(_LOUD_S / BLOCK_S) * self.block)
        blocks = -(-width // self.block)
        sums = np.cumsum(np.pad(self.squares.sum(axis=0), (1, 0)))
        return float(np.sqrt(max(0.0, (sums[blocks:] - sums[:-blocks]).max()) / width / len(self.squares)))

    @property
    def dc_offset(self) -> float:
        """How far a channel lies beside zero all the time: the largest of the channels.

        The sound is cut into eight; where their means lie on both sides there is a low tone, but no
        offset. Otherwise the offset is the median of the means.
        """
        means = self._means(_OFFSET_PARTS)
        one_sided = np.abs(np.sign(means).sum(axis=1)) == means.shape[1]
        return float(np.max(np.abs(np.median(means, axis=1)) * one_sided))

    @property
    def dead_channel(self) -> bool:
        """Whether one channel sounds (-60 dBFS) and another does not (-80 dBFS, and 40 dB less)."""
        whole = max(1, self.frames // self.block)
        swings = (self.tops - self.bottoms)[:, :whole].mean(axis=1) / 2  # exact at any offset, unlike powers
        loudest, quietest = float(swings.max()), float(swings.min())
        return loudest > _SOUNDING and quietest < min(_QUIET, _SEPARATE * loudest)

    @property
    def correlation(self) -> float:
        """Of the first and the last channel, -1 .. 1; 1 for mono and where one of them is silent."""
        if len(self.squares) == 1:
            return 1.0
        means = self.sums[[0, -1]].sum(axis=1) / self.frames
        powers = self.squares[[0, -1]].sum(axis=1) / self.frames - means**2
        if powers.min() < _QUIET**2:
            return 1.0
        product = float(self.products.sum()) / self.frames - float(means.prod())
        return float(np.clip(product / np.sqrt(powers.prod()), -1, 1))

    @property
    def balance_db(self) -> float:
        """How much louder the loudest channel is than the quietest; 0 for mono and silence, at most 120."""
        levels = self._channel_rms()
        if levels.max() < _QUIET:
            return 0.0
        return float(20 * np.log10(levels.max() / max(float(levels.min()), 1e-6 * float(levels.max()))))

    @property
    def drift_db(self) -> float:
        """Mean level of the last quarter of the sounding 0.4 s blocks less that of the first; 0 for few."""
        width = round(_DRIFT_S / BLOCK_S)
        squares = self.squares.sum(axis=0)
        whole = squares[: len(squares) // width * width].reshape(-1, width).sum(axis=1)
        powers = whole / (width * self.block * len(self.squares))
        heard = powers[powers > _DRIFT_GATE]
        quarter = len(heard) // _PARTS
        if quarter == 0:
            return 0.0
        level_db = 10 * np.log10(heard)
        return float(level_db[-quarter:].mean() - level_db[:quarter].mean())

    def _channel_rms(self) -> Doubles:
        """RMS of each channel without its mean, shape (channels,)."""
        means = self.sums.sum(axis=1) / self.frames
        found: Doubles = np.sqrt(np.maximum(0.0, self.squares.sum(axis=1) / self.frames - means**2))
        return found

    def _means(self, parts: int) -> Doubles:
        """Of each channel, of so many parts of equal length; shape (channels, parts or fewer)."""
        parts = min(parts, self.sums.shape[1])
        edges = np.linspace(0, self.sums.shape[1], parts + 1).astype(int)
        lengths = np.diff(np.minimum(edges * self.block, self.frames))
        found: Doubles = np.add.reduceat(self.sums, edges[:-1], axis=1) / lengths
        return found


def levels(samples: Floats, rate_hz: int) -> Levels:
    """The levels of samples of shape (frames, channels), at least one frame, all finite."""
    block = max(1, round(BLOCK_S * rate_hz))
    parts = []
    for _, piece in pieces(samples, max(1, PIECE_FRAMES // block) * block):
        padded = np.pad(piece, ((0, 0), (0, -piece.shape[1] % block)))
        parts.append(_reduced(padded.reshape(len(piece), -1, block)))
    whole = (np.concatenate(one, axis=-1) for one in zip(*parts, strict=True))
    return Levels(len(samples), block, rate_hz, *whole)


def _reduced(blocks: Floats) -> tuple[Doubles, Doubles, Doubles, Floats, Floats]:
    """Sums, squares, products, tops and bottoms of blocks of shape (channels, blocks, frames)."""
    return (
        blocks.sum(axis=2).astype(np.float64),
        np.einsum("cbf,cbf->cb", blocks, blocks).astype(np.float64),
        np.einsum("bf,bf->b", blocks[0], blocks[-1]).astype(np.float64),
        blocks.max(axis=2),
        blocks.min(axis=2),
    )
