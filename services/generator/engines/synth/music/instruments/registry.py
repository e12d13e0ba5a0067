"""Every instrument by name."""

from . import amplifiers, held, modal, synths
from .voice import Voice

_ALL = (
    # keys
    Voice("piano", modal.piano, 28, 96, 0.22, width=0.6, send=0.8),
    Voice("felt piano", lambda f, n, v, r: modal.piano(f, n, v * 0.7, r, soft=1.0), 33, 90, 0.3, width=0.5),
    Voice(
        "electric piano", synths.ELECTRIC_PIANO, 33, 92, 0.2, width=0.3, send=0.8, effect=amplifiers.tremolo
    ),
    Voice("dx piano", synths.DX_PIANO, 33, 92, 0.25, width=0.3, effect=amplifiers.chorus),
    Voice("harpsichord", modal.HARPSICHORD, 36, 88, 0.12, width=0.4),
    Voice("clavinet", synths.CLAVINET, 36, 84, 0.05, send=0.4),
    Voice("organ", held.ORGAN, 36, 90, 0.06, True, 0.2, 0.6, amplifiers.rotating),
    Voice("church organ", held.CHURCH_ORGAN, 36, 90, 0.3, True, 0.7, 1.5),
    Voice("accordion", held.ACCORDION, 48, 88, 0.09, True, 0.4, 0.6),
    Voice("celesta", modal.CELESTA, 60, 103, 0.5, width=0.4, send=1.3),
    Voice("bell", modal.BELL, 55, 96, 1.2, width=0.5, send=1.4),
    Voice("glockenspiel", modal.GLOCKENSPIEL, 67, 103, 0.8, width=0.4, send=1.2),
    Voice("music box", modal.MUSIC_BOX, 60, 98, 0.7, width=0.4, send=1.2),
    Voice("marimba", modal.MARIMBA, 45, 91, 0.25, width=0.6),
    Voice("xylophone", modal.XYLOPHONE, 60, 98, 0.2, width=0.5),
    Voice("vibraphone", modal.VIBRAPHONE, 53, 91, 0.4, width=0.5),
    Voice("kalimba", modal.KALIMBA, 55, 91, 0.4, width=0.5),
    Voice("steel drum", modal.STEEL_PAN, 55, 91, 0.3, width=0.4),
    # plucked
    Voice("acoustic guitar", modal.STEEL_GUITAR, 40, 84, 0.14, width=0.35, send=0.7),
    Voice("nylon guitar", modal.NYLON_GUITAR, 40, 84, 0.14, width=0.35, send=0.8),
    Voice("clean guitar", modal.CLEAN_GUITAR, 40, 84, 0.1, width=0.3, send=0.7, effect=amplifiers.chorus),
    Voice("funk guitar", modal.CLEAN_GUITAR, 48, 84, 0.03, width=0.2, send=0.4, effect=amplifiers.wah),
    Voice("blues guitar", modal.CLEAN_GUITAR, 45, 86, 0.12, width=0.1, effect=amplifiers.overdrive),
    Voice(
        "distorted guitar",
        modal.POWER_GUITAR,
        36,
        86,
        0.06,
        width=0.9,
        send=0.4,
        effect=amplifiers.distortion,
    ),
    Voice(
        "muted guitar", modal.MUTED_GUITAR, 36, 76, 0.03, width=0.9, send=0.3, effect=amplifiers.distortion
    ),
    Voice("banjo", modal.BANJO, 48, 86, 0.1, width=0.3, send=0.6),
    Voice("ukulele", modal.UKULELE, 55, 86, 0.1, width=0.3, send=0.7),
    Voice("harp", modal.HARP, 40, 96, 0.5, width=0.7, send=1.2),
    Voice("sitar", modal.SITAR, 48, 84, 0.2, width=0.3, send=1.0),
    Voice("koto", modal.KOTO, 48, 86, 0.2, width=0.3, send=1.1),
    Voice("pizzicato", modal.PIZZICATO, 40, 91, 0.12, width=0.7, send=1.2),
    # bowed, blown, sung
    Voice("strings", held.STRINGS, 40, 91, 0.35, True, 0.8, 1.2),
    Voice("violin", held.VIOLIN, 55, 96, 0.14, True, 0.1, 1.2),
    Voice("cello", held.CELLO, 36, 76, 0.16, True, 0.1, 1.1),
    Voice("brass", held.BRASS, 41, 84, 0.12, True, 0.5, 1.0),
    Voice("horn", held.HORN, 41, 77, 0.16, True, 0.3, 1.2),
    Voice("trumpet", held.TRUMPET, 54, 86, 0.09, True, 0.1, 0.9),
    Voice("saxophone", held.SAX, 49, 82, 0.1, True, 0.1, 0.9),
    Voice("flute", held.FLUTE, 60, 96, 0.12, True, 0.1, 1.2),
    Voice("pan flute", held.PAN_FLUTE, 58, 91, 0.14, True, 0.1, 1.4),
    Voice("clarinet", held.CLARINET, 50, 89, 0.1, True, 0.1, 1.0),
    Voice("oboe", held.OBOE, 58, 89, 0.1, True, 0.1, 1.0),
    Voice("choir", held.CHOIR, 43, 84, 0.5, True, 0.9, 1.5),
    Voice("whistle", held.WHISTLE, 67, 96, 0.1, True, 0.1, 1.1),
    Voice("theremin", held.THEREMIN, 55, 91, 0.2, True, 0.1, 1.4),
    Voice("harmonica", held.HARMONICA, 55, 88, 0.08, True, 0.1, 0.9),
    Voice("bagpipes", held.BAGPIPE, 55, 84, 0.05, True, 0.1, 0.8),
    # synthesizers
    Voice("supersaw", synths.SUPERSAW, 43, 91, 0.2, True, 0.6, 0.9, amplifiers.chorus),
    Voice("saw lead", synths.SAW_LEAD, 50, 93, 0.12, True, 0.1, 1.0, amplifiers.chorus),
    Voice("square lead", synths.SQUARE_LEAD, 50, 93, 0.1, True, 0.1, 1.0),
    Voice("warm pad", synths.WARM_PAD, 40, 84, 0.8, True, 0.7, 1.3, amplifiers.chorus),
    Voice("glass pad", synths.GLASS_PAD, 43, 88, 1.0, True, 0.8, 1.5, amplifiers.chorus),
    Voice("synth strings", synths.SYNTH_STRINGS, 40, 91, 0.4, True, 0.7, 1.2, amplifiers.chorus),
    Voice("synth brass", synths.SYNTH_BRASS, 43, 88, 0.15, True, 0.4, 0.9, amplifiers.chorus),
    Voice("synth pluck", synths.SYNTH_PLUCK, 40, 93, 0.15, width=0.4, send=1.1),
    Voice("stab", synths.STAB, 43, 86, 0.08, width=0.5, send=0.9),
    Voice("fm bell", synths.FM_BELL, 55, 96, 0.7, width=0.5, send=1.4),
    Voice("fm pluck", synths.FM_PLUCK, 48, 96, 0.2, width=0.5, send=1.1),
    Voice("chip square", synths.CHIP_SQUARE, 48, 96, 0.015, True, 0.1, 0.25),
    Voice("chip pulse", synths.CHIP_PULSE, 48, 98, 0.015, True, 0.5, 0.25),
    Voice("chip triangle", synths.chip_triangle, 28, 84, 0.01, True, 0.0, 0.1),
    # basses
    Voice("acoustic bass", modal.ACOUSTIC_BASS, 28, 55, 0.08, width=0.0, send=0.25),
    Voice("electric bass", modal.ELECTRIC_BASS, 28, 55, 0.06, width=0.0, send=0.12),
    Voice("slap bass", modal.SLAP_BASS, 28, 60, 0.04, width=0.0, send=0.12),
    Voice("synth bass", synths.SYNTH_BASS, 28, 57, 0.04, True, 0.0, 0.08),
    Voice("acid bass", synths.ACID_BASS, 28, 60, 0.03, True, 0.0, 0.15, amplifiers.crushed_bass),
    Voice("retro bass", synths.RETRO_BASS, 28, 57, 0.04, True, 0.0, 0.08),
    Voice("reese bass", synths.REESE_BASS, 28, 52, 0.06, True, 0.0, 0.08, amplifiers.crushed_bass),
    Voice("wobble bass", synths.WOBBLE_BASS, 28, 52, 0.05, True, 0.0, 0.1, amplifiers.crushed_bass),
    Voice("sub bass", synths.SUB_BASS, 28, 52, 0.06, True, 0.0, 0.0),
    Voice("808 bass", synths.boom, 26, 50, 0.1, False, 0.0, 0.0),
)

VOICES = {voice.name: voice for voice in _ALL}
