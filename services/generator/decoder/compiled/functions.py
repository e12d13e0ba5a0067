"""Functions of a float32 that LLVM can make vectors of."""

from typing import Any

import numpy as np

from services.generator.decoder.compiled.compilation import compiled
from services.generator.decoder.compiled.layout import Float
from services.generator.decoder.compiled.vectors import bits, from_bits

_ONE, _HALF = np.float32(1), np.float32(0.5)
_EXP_LEAST, _EXP_MOST = np.float32(-87), np.float32(88)
_LOG2_E, _LN2_UPPER, _LN2_LOWER = np.float32(1.44269504), np.float32(0.693359375), np.float32(-2.12194440e-4)
_EXP_1, _EXP_2, _EXP_3 = np.float32(1.6666665459e-1), np.float32(4.1665795894e-2), np.float32(8.3334519073e-3)
_EXP_4, _EXP_5 = np.float32(1.3981999507e-3), np.float32(1.9875691500e-4)
_SQRT_HALF, _ERF_P = np.float32(0.70710678), np.float32(0.3275911)
_ERF_1, _ERF_2, _ERF_3 = np.float32(0.254829592), np.float32(-0.284496736), np.float32(1.421413741)
_ERF_4, _ERF_5 = np.float32(-1.453152027), np.float32(1.061405429)


@compiled
def exponential(x: Float) -> Float:
    """e to the x, to 2 units in the last place: a power of two and a polynomial (Cephes, `expf`)."""
    x = min(max(x, _EXP_LEAST), _EXP_MOST)
    power = np.floor(x * _LOG2_E + _HALF)
    r = x - power * _LN2_UPPER - power * _LN2_LOWER
    p = _EXP_5
    p = p * r + _EXP_4
    p = p * r + _EXP_3
    p = p * r + _EXP_2
    p = p * r + _EXP_1
    p = p * r + _HALF
    return (p * r * r + r + _ONE) * from_bits((np.int32(power) + np.int32(127)) << np.int32(23))


@compiled
def gelu(x: Float) -> Float:
    """x times the share of a normal distribution below it; erf to 1.5e-7 (Abramowitz and Stegun, 7.1.26)."""
    z = abs(x) * _SQRT_HALF
    t = _ONE / (_ONE + _ERF_P * z)
    p = _ERF_5
    p = p * t + _ERF_4
    p = p * t + _ERF_3
    p = p * t + _ERF_2
    p = p * t + _ERF_1
    beyond = _HALF * p * t * exponential(-z * z)
    return x * beyond if x < 0 else x - x * beyond


@compiled
def as_half(number: Float) -> Any:
    """A float32 as the bits of the nearest bfloat16, ties to even."""
    whole = bits(number)
    return ((whole + 0x7FFF + ((whole >> 16) & 1)) >> 16) & 0xFFFF
