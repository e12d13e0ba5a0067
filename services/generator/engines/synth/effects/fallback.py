"""What is heard where no word was known: an honest texture drawn from the words themselves."""

import numpy as np

from services.generator.engines.synth.dsp import Signal, bandpass, generator, noise, sine
from services.generator.engines.synth.grains import slow

from .family import Family, bed
from .manner import Manner

NAME = "abstract texture"


def abstract(text: str) -> Family:
    """Return a family that sounds as the words decide: the same words always the same kind of texture."""

    def make(n: int, how: Manner, rng: np.random.Generator) -> Signal:
        own = generator(0, "abstract", text)
        root = float(own.uniform(70, 260))
        out = np.zeros(n, np.float32)
        for ratio in own.uniform(1.0, 7.0, 5):
            out += sine(root * float(ratio), n) * slow(n, rng, 1.2 / how.speed, 0.0) ** 2 * 0.4
            out += bandpass(noise(rng, n), root * float(ratio) * 2, 8.0) * slow(n, rng, 0.7, 0.0)
        return out

    return bed(NAME, "", make, -20.0, wide=True)
