"""Numbers about a take. Pure functions of its samples."""

import math
from dataclasses import dataclass

from services.analyzer.ends import silent_ends_s
from services.analyzer.heard import Heard, hear
from services.analyzer.measures.clicks import click_count
from services.analyzer.measures.clipping import cut_share, near_full_scale_share
from services.analyzer.measures.levels import levels
from services.analyzer.measures.stops import stops
from shared import loudness
from shared.audio import Audio

_EVERY_BAND, _MOST_BANDS = 0.9, 0.7


@dataclass(frozen=True)
class Measures:
    """What was measured. The names are stored with every track and stay.

    Attributes:
        invalid_share: share of samples that are NaN or infinite; they count as silence elsewhere.
        clipped_share: share of samples with |x| > 0.98, 0 .. 1, over all channels.
        cut_share: share of the loud samples that are in tops of waves cut off at whatever level, 0 .. 1.
        rms: root mean square of all samples, full scale 1.0.
        loudest_rms: the same of the loudest 50 ms.
        loudness_lufs: integrated loudness after BS.1770; None for silence or less than 0.4 s.
        true_peak_db: highest level between samples too, full scale 0; None for silence.
        leading_silence_s, trailing_silence_s: below -60 dBFS at the ends; the whole length of silence.
        gap_count, gaps_s: silences of 50 ms and more into which the sound breaks off, and their length.
        dropout_count: the same of 2 to 50 ms.
        click_count: samples, or a few, far beside where the sound around them leads.
        dc_offset: how far a channel lies beside zero all the time, full scale 1.0.
        dead_channel: 1.0 if one channel sounds and another does not.
        correlation: of the first and the last channel, -1 .. 1; 1 for mono.
        balance_db: by how much the quietest channel is quieter than the loudest.
        level_drift_db: mean level of the last quarter less that of the first.
        high_band_share: share of spectral energy above 14 kHz, 0 .. 1; 0 where the sample rate
            holds nothing above it.
        hiss_db: steady part above 14 kHz (or in the top fifth of a smaller band) against all energy.
        hiss_rise_db: how far that lies above the steady part of the band below.
        hiss_flatness: median flatness there, 0 (a whistle) .. 1; hiss has 0.5.
        flatness: median over the frames that are not silent of spectral flatness (geometric over
            arithmetic mean of the power spectrum), 0 (a tone) .. 1; white noise has 0.56, silence 0.
        flat_share: share of those frames with more than 0.35.
        noise_floor_share: share of the energy that is steady white noise over 7 tenths of the band.
        white_floor_share: the same over 9 tenths.
        top_hz: half the sample rate, the highest frequency that there can be.
    """

    invalid_share: float
    clipped_share: float
    cut_share: float
    rms: float
    loudest_rms: float
    loudness_lufs: float | None
    true_peak_db: float | None
    leading_silence_s: float
    trailing_silence_s: float
    gap_count: float
    gaps_s: float
    dropout_count: float
    click_count: float
    dc_offset: float
    dead_channel: float
    correlation: float
    balance_db: float
    level_drift_db: float
    high_band_share: float
    hiss_db: float
    hiss_rise_db: float
    hiss_flatness: float
    flatness: float
    flat_share: float
    noise_floor_share: float
    white_floor_share: float
    top_hz: float

    def by_name(self) -> dict[str, float]:
        """The numbers by name, rounded to 6 digits, without those that there are none of."""
        return {name: round(value, 6) for name, value in vars(self).items() if value is not None}


def measure(take: Audio | Heard) -> Measures:
    """Measure a take. Memory grows with it by less than the take itself has."""
    heard = hear(take)
    sound, shape = heard.audio, heard.spectrum
    samples, rate_hz = sound.samples, sound.sample_rate_hz
    level = levels(samples, rate_hz)
    stopped = stops(samples, level)
    leading_s, trailing_s = silent_ends_s(samples, rate_hz)
    peak_db = loudness.decibels(loudness.true_peak(samples))
    return Measures(
        invalid_share=heard.invalid_share,
        clipped_share=near_full_scale_share(samples, level),
        cut_share=cut_share(samples, level),
        rms=level.rms,
        loudest_rms=level.loudest_rms,
        loudness_lufs=loudness.measure(sound).integrated_lufs(),
        true_peak_db=peak_db if math.isfinite(peak_db) else None,
        leading_silence_s=leading_s,
        trailing_silence_s=trailing_s,
        gap_count=stopped.gaps,
        gaps_s=stopped.gaps_s,
        dropout_count=stopped.dropouts,
        click_count=click_count(sound.mono, rate_hz),
        dc_offset=level.dc_offset,
        dead_channel=float(level.dead_channel),
        correlation=level.correlation,
        balance_db=level.balance_db,
        level_drift_db=level.drift_db,
        high_band_share=shape.high_share,
        hiss_db=shape.hiss_db,
        hiss_rise_db=shape.hiss_rise_db,
        hiss_flatness=shape.hiss_flatness,
        flatness=shape.flatness,
        flat_share=shape.flat_share,
        noise_floor_share=shape.floor_share(_MOST_BANDS),
        white_floor_share=shape.floor_share(_EVERY_BAND),
        top_hz=shape.top_hz,
    )
