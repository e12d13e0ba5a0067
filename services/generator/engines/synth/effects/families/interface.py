"""What devices say when they are touched."""

import numpy as np

from services.generator.engines.synth.dsp import (
    Signal,
    bandpass,
    exp_decay,
    frames,
    highpass,
    noise,
    sine,
)
from services.generator.engines.synth.effects.family import Family, Rhythm, event
from services.generator.engines.synth.effects.manner import Manner
from services.generator.engines.synth.grains import (
    added,
    arch,
    band,
    burst,
    curve,
    scattered,
    struck,
)

_Rng = np.random.Generator


def _click(n: int, _how: Manner, rng: _Rng) -> Signal:
    """A switch: press and release, two dry ticks fifty milliseconds apart."""
    m = min(n, frames(0.16))

    def tick(pitch: float) -> Signal:
        k = frames(0.03)
        body = struck([pitch, pitch * 1.9, pitch * 3.1], [0.006, 0.004, 0.003], [1.0, 0.8, 0.5], k)
        return np.asarray(body + highpass(noise(rng, k), 2500.0) * exp_decay(k, 0.0012), np.float32)

    return added(
        m, [(0.0, tick(rng.uniform(1500, 1900))), (0.055, tick(rng.uniform(2000, 2500)) * np.float32(0.6))]
    )


def _notification(n: int, _how: Manner, rng: _Rng) -> Signal:
    """Two or three soft chime tones, rising, of a small glassy bar."""
    m = min(n, frames(1.3))
    root = 659.26 * 2 ** (float(rng.integers(-2, 4)) / 12)
    steps = ((0, 7), (0, 5, 9), (7, 12), (4, 9))[int(rng.integers(0, 4))]
    pieces = []
    for k, half_tones in enumerate(steps):
        hz = root * 2 ** (half_tones / 12)
        pieces.append(
            (0.13 * k, struck([hz, hz * 2.0, hz * 3.98], [0.32, 0.16, 0.06], [1.0, 0.25, 0.22], frames(0.95)))
        )
    return added(m, pieces)


def _beep(n: int, how: Manner, _rng: _Rng) -> Signal:
    """A plain tone with soft edges."""
    m = min(n, frames(0.22 * how.length))
    return np.asarray(
        (sine(1000.0, m) + 0.12 * sine(3000.0, m)) * curve(m, (0, 0), (0.04, 1), (0.96, 1), (1, 0)),
        np.float32,
    )


def _shutter(n: int, _how: Manner, rng: _Rng) -> Signal:
    """The mirror slaps up, the curtain runs, the mirror falls."""
    m = min(n, frames(0.3))

    def clack(low: float, decay: float) -> Signal:
        k = frames(0.06)
        return np.asarray(
            band(noise(rng, k), low, 8000.0) * exp_decay(k, decay)
            + struck([low * 1.3, low * 2.9], 0.006, [0.6, 0.4], k),
            np.float32,
        )

    run = frames(0.09)
    curtain = bandpass(noise(rng, run), 4200.0, 1.0) * arch(run) * 0.25
    return added(
        m,
        [
            (0.0, clack(900.0, 0.006)),
            (0.018, clack(1500.0, 0.004)),
            (0.03, np.asarray(curtain, np.float32)),
            (0.115, clack(700.0, 0.009)),
        ],
    )


def _cash(n: int, _how: Manner, rng: _Rng) -> Signal:
    """Ka-ching: keys, a drawer that rolls out, a bright bell."""
    m = min(n, frames(1.7))
    clack = struck([420.0, 1130.0, 2300.0], [0.02, 0.014, 0.01], [1.0, 0.8, 0.6], frames(0.1)) + burst(
        rng, 0.1, 2500.0, 0.8, 0.006
    )
    run = frames(0.25)
    drawer = band(noise(rng, run), 350.0, 2600.0) * curve(run, (0, 0), (0.2, 0.5), (0.85, 0.7), (1, 0))
    bell = struck([2637.0, 5290.0, 7130.0, 2651.0], [0.5, 0.3, 0.2, 0.45], [1.0, 0.5, 0.3, 0.6], frames(1.3))
    coins = scattered(frames(0.5), rng, 30.0, lambda: struck([rng.uniform(4200, 7800)], 0.02, 0.6, 2500), 12)
    return added(
        m,
        [
            (0.0, clack),
            (0.14, np.asarray(drawer, np.float32)),
            (0.36, clack),
            (0.37, bell * 0.8),
            (0.42, coins * 0.5),
        ],
    )


def _typing_key(n: int, how: Manner, rng: _Rng) -> Signal:
    """A key that bottoms out and comes back up."""
    m = min(n, frames(0.14))
    old = how.says("typewriter, schreibmaschine, máquina de escribir")
    low = rng.uniform(900, 1300) if old else rng.uniform(320, 620)
    k = frames(0.05)
    down = (
        struck([low, low * 2.7, low * 5.3], [0.012, 0.006, 0.004], [1.0, 0.7, 0.6], k)
        + burst(rng, 0.05, 3400.0, 0.8, 0.0025) * 1.3
    )
    up = burst(rng, 0.05, 4300.0, 1.0, 0.0016) * 0.5
    return added(m, [(0.0, down), (rng.uniform(0.055, 0.08), up)])


FAMILIES: tuple[Family, ...] = (
    event("click",
          "click, clicks, clicking, mouse click, button, button press, button click, ui click, "
          "tap, switch, light switch, toggle, select, klick, klicken, clic, 点击, クリック",
          _click, Rhythm(0.28, 0.1, 1, 0.8), -18.0, dry=True),
    event("notification",
          "notification, ding, chime sound, message, message received, text message, alert tone, "
          "ui sound, ping, email, inbox, app sound, reminder, pop up, popup, benachrichtigung, "
          "notificación, 通知",
          _notification, Rhythm(1.0, 0.0, 1, 1.7), -17.0, dry=True, heap=4),
    event("beep",
          "beep, beeps, beeping, bleep, sine tone, tone, test tone, heart monitor, ecg, sonar, "
          "countdown, metal detector, piep, pitido, bip",
          _beep, Rhythm(0.62, 0.0), -17.0, dry=True, heap=1),
    event("camera",
          "camera, camera shutter, shutter, photo, taking a photo, camera click, snapshot, "
          "selfie, paparazzi, kamera, cámara, appareil photo, 相机",
          _shutter, Rhythm(0.6, 0.3, 1, 1.1), -16.0, dry=True),
    event("cash register",
          "cash register, cash, ka ching, kaching, cha ching, money, sale, checkout, purchase, "
          "kasse, caja registradora, caisse",
          _cash, Rhythm(1.8, 0.1, 1, 2.3), -16.0, heap=4),
    event("typing",
          "typing, keyboard, type, types, typewriter, keyboard typing, typing on a keyboard, "
          "mechanical keyboard, keystrokes, computer keyboard, tippen, tastatur, schreibmaschine, "
          "teclado, teclear, clavier, frappe, 打字",
          _typing_key, Rhythm(0.135, 0.75), -18.0, dry=True, heap=16),
)  # fmt: skip
