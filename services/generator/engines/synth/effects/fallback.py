"""What is heard where no word was known: an honest texture drawn from the words themselves."""

from dataclasses import dataclass, fields

import numpy as np

from services.generator.engines.synth.dsp import Signal, bandpass, exp_decay, frames, generator, noise, sine
from services.generator.engines.synth.grains import scattered, slow, struck
from services.generator.engines.synth.words import finder

from .family import Family, bed
from .manner import Manner

NAME = "abstract texture"

_Rng = np.random.Generator


@dataclass(frozen=True)
class Character:
    """What a texture is made of, each 0..1: tones, breath, rings of metal, knocks, beating, roughness.

    height moves it by octaves.
    """

    tone: float = 0.0
    breath: float = 0.0
    metal: float = 0.0
    knocks: float = 0.0
    pulse: float = 0.0
    rough: float = 0.0
    height: float = 0.0


_ADJECTIVES: tuple[tuple[str, Character], ...] = (
    (
        "bright, brilliant, shiny, light, happy, sunny, cheerful, hell, brillante",
        Character(tone=0.3, height=1.0),
    ),
    (
        "dark, gloomy, evil, murky, black, heavy, deep, dunkel, oscuro, sombre",
        Character(tone=0.3, height=-1.2),
    ),
    ("metallic, metal, steel, iron, industrial, metálico", Character(metal=1.0)),
    ("glassy, crystal, crystalline, icy, cold, frozen, crisp, kalt, frío", Character(metal=0.7, height=1.5)),
    ("soft, gentle, smooth, calm, dreamy, warm, mellow, sanft, suave, doux", Character(tone=0.8, rough=-0.6)),
    (
        "harsh, rough, dirty, gritty, distorted, noisy, aggressive, ugly, brutal",
        Character(rough=1.0, breath=0.4),
    ),
    ("airy, breathy, windy, hollow, empty, ghostly, misty, foggy, dusty", Character(breath=1.0)),
    ("wooden, dry, woody, hard, clunky, mechanical", Character(knocks=1.0)),
    ("pulsing, rhythmic, throbbing, beating, nervous, fast, electric", Character(pulse=1.0)),
    ("weird, strange, odd, surreal, alien, wobbly, crazy, funny", Character(pulse=0.5, metal=0.4, tone=0.3)),
    ("sharp, thin, piercing, tiny, small", Character(height=1.4)),
    ("big, huge, fat, thick, massive, large", Character(tone=0.4, height=-0.8)),
)


def abstract(text: str) -> Family:
    """Return a family that sounds as the words decide: the same words always give the same character."""
    character = characterised(text)
    root = 110.0 * 2.0 ** float(generator(0, "abstract root", text).uniform(-0.7, 1.1) + character.height)

    def make(n: int, how: Manner, rng: _Rng) -> Signal:
        ratios = generator(0, "abstract ratios", text).uniform(1.0, 6.5, 6)
        out = (
            _drone(n, root * ratios, rng) * character.tone + _breath(n, root * ratios, rng) * character.breath
        )
        out = out + scattered(n, rng, 5.0 * how.speed, lambda: _ping(root, ratios, rng), 16) * character.metal
        out = out + scattered(n, rng, 9.0 * how.speed, lambda: _knock(root, rng), 16) * character.knocks
        rate = 2.0 ** float(generator(0, "abstract rate", text).uniform(0.0, 3.0)) * how.speed
        beat = 0.5 + 0.5 * sine(1.0 / how.fitted(1.0 / rate), n, 0.25)
        out = out * (1.0 - character.pulse * beat)
        return np.asarray(np.tanh(out * (1.0 + 6.0 * character.rough)), np.float32)

    return bed(NAME, "", make, -20.0, wide=True)


def characterised(text: str) -> Character:
    """Return the character of a text: what its letters draw, moved by the adjectives in it."""
    drawn = generator(0, "abstract character", text).dirichlet(np.full(4, 0.7))
    tone, breath, metal, knocks = (float(share) for share in drawn)
    own = generator(0, "abstract motion", text)
    sums = Character(tone, breath, metal, knocks, float(own.uniform(0, 0.8)), float(own.uniform(0, 0.4)))
    for phrases, adjective in _ADJECTIVES:
        if any(finder(phrase).search(text) for phrase in phrases.split(", ")):
            moved = {
                field.name: getattr(sums, field.name) * 0.4 + getattr(adjective, field.name)
                for field in fields(Character)
            }
            sums = Character(**moved)
    limits = {field.name: min(max(getattr(sums, field.name), 0.0), 1.0) for field in fields(Character)}
    audible = max(limits["tone"] + limits["breath"] + limits["metal"] + limits["knocks"], 0.0) > 0.15
    limits["tone"] = limits["tone"] if audible else 0.6
    return Character(**{**limits, "height": min(max(sums.height, -2.0), 2.5)})


def _drone(n: int, pitches_hz: np.ndarray[tuple[int, ...], np.dtype[np.float64]], rng: _Rng) -> Signal:
    """Partials in no harmonic order that come and go."""
    out = np.zeros(n, np.float32)
    for hz in pitches_hz[:5]:
        out += (
            sine(float(hz) * float(rng.uniform(0.997, 1.003)), n)
            * slow(n, rng, 1.3, 0.0) ** 2
            * np.float32(0.5)
        )
    return out


def _breath(n: int, pitches_hz: np.ndarray[tuple[int, ...], np.dtype[np.float64]], rng: _Rng) -> Signal:
    out = np.zeros(n, np.float32)
    for hz in pitches_hz[:4]:
        out += bandpass(noise(rng, n), float(hz) * 3.0, 5.0) * slow(n, rng, 0.8, 0.0) ** 2
    return out * np.float32(2.0)


def _ping(root_hz: float, ratios: np.ndarray[tuple[int, ...], np.dtype[np.float64]], rng: _Rng) -> Signal:
    hz = root_hz * 4.0 * float(rng.choice(ratios))
    return struck([hz, hz * 1.59, hz * 2.83], [0.5, 0.3, 0.15], [0.8, 0.5, 0.3], frames(1.2))


def _knock(root_hz: float, rng: _Rng) -> Signal:
    m = frames(0.12)
    hz = root_hz * float(rng.uniform(1.5, 4.0))
    return struck([hz, hz * 1.7], 0.02, [1.2, 0.6], m) + bandpass(noise(rng, m), hz * 4, 1.0) * exp_decay(
        m, 0.006
    )
