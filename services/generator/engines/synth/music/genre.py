"""What a genre is: tempo, mode, harmony, who plays what, the feel and the room."""

from dataclasses import dataclass

ROLES = ("drums", "bass", "chords", "pad", "arp", "lead", "counter")


@dataclass(frozen=True)
class Layer:
    """One player's part: candidates for voice and pattern, and the level against the usual one."""

    voices: tuple[str, ...]
    patterns: tuple[str, ...] = ()
    level_db: float = 0.0


@dataclass(frozen=True)
class Genre:
    """A genre template.

    words name it in a prompt; one that starts with ~ only hints at it, where nothing names a genre
    outright. bpm is the usual range; modes, progressions, layers and forms are candidates of which a seed
    draws one. A progression is Roman numerals, bars parted by "|"; the last bar of a piece is its cadence
    instead. colour enriches plain triads ("triad", "seventh", "ninth", "power"). swing is the delay of the
    second of two equal notes as a share of the pair (0.5 straight, 0.67 triplets), on eighths or
    sixteenths. busy is how many notes a melody has (0..1), loose the timing's spread in ms, pump the
    side-chain's depth. room_s and wet are the reverb; loudness_db the RMS level aimed at; bright moves the
    tone (-1..1); texture is a quiet noise beneath.
    """

    name: str
    words: tuple[str, ...]
    bpm: tuple[float, float]
    modes: tuple[str, ...]
    layers: dict[str, Layer]
    progressions: dict[str, tuple[str, ...]]
    colour: str = "triad"
    kits: tuple[str, ...] = ("acoustic",)
    form: str = "song"
    meter: int = 4
    swing: float = 0.5
    swing_on: float = 0.5
    busy: float = 0.5
    loose_ms: float = 8.0
    pump: float = 0.0
    room_s: float = 1.6
    wet: float = 0.22
    loudness_db: float = -15.0
    bright: float = 0.0
    texture: str = ""
    echo: float = 0.0
    final: str = ""
