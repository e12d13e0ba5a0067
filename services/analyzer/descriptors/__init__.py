"""What a take sounds like: tempo, key, brightness and more. Pure functions of its samples."""

from services.analyzer.descriptors.chroma import notes
from services.analyzer.descriptors.features import features
from services.analyzer.descriptors.key import Key, key
from services.analyzer.descriptors.levels import dynamic_range_db
from services.analyzer.descriptors.seam import seam_score
from services.analyzer.descriptors.spectra import spectra
from services.analyzer.descriptors.tempo import Tempo, onset_count, onset_strength, tempo
from services.analyzer.ends import silent_ends_s
from services.analyzer.heard import Heard, hear
from shared.audio import Audio
from shared.messages.job import Descriptors, Model

SURE_OF_TEMPO, SURE_OF_KEY = 0.5, 0.9
"""An effect is told a tempo or a key only from these on: clocks have a tempo, but hardly any effect a key."""


def describe(take: Audio | Heard, model: Model) -> Descriptors:
    """Describe a take. Samples that are not numbers count as silence."""
    heard = hear(take)
    sound = heard.audio
    found = spectra(sound.mono, sound.sample_rate_hz)
    strength = onset_strength(found.mel)
    sung = notes(found.peaks)
    beat, tonality = _told(model, tempo(strength), key(sung))
    leading_s, trailing_s = silent_ends_s(sound.samples, sound.sample_rate_hz)
    return Descriptors(
        bpm=beat and round(beat.bpm, 1),
        bpm_confidence=round(beat.confidence, 3) if beat else 0.0,
        key=tonality and tonality.name,
        key_confidence=round(tonality.confidence, 3) if tonality else 0.0,
        brightness_hz=round(heard.spectrum.centroid_hz, 1),
        dynamic_range_db=round(dynamic_range_db(sound.samples, sound.sample_rate_hz), 2),
        onset_rate_hz=round(onset_count(strength) / sound.duration_s, 3),
        seam=round(seam_score(sound.mono, sound.sample_rate_hz, found.mel), 3),
        leading_silence_s=round(leading_s, 3),
        trailing_silence_s=round(trailing_s, 3),
        features=features(found.mel, sung, strength),
    )


def _told(model: Model, beat: Tempo | None, tonality: Key | None) -> tuple[Tempo | None, Key | None]:
    """Tempo and key as far as they are worth telling."""
    if model == "music":
        return beat, tonality
    return (
        beat if beat and beat.confidence >= SURE_OF_TEMPO else None,
        tonality if tonality and tonality.confidence >= SURE_OF_KEY else None,
    )
