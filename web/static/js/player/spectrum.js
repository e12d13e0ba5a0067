/** What a sound looks like at a moment, from its samples alone: levels of bands, and its wave. Pure. */

const SIZE = 2048;
/** Band edges run from LOWEST_HZ to HIGHEST_HZ in equal ratios, as ears divide them. */
const LOWEST_HZ = 45;
const HIGHEST_HZ = 10_000;
/** A sine at full scale is 0 dB; these become 0 and 1. */
const QUIET_DB = -72;
const LOUD_DB = -12;

const window_ = Float32Array.from({ length: SIZE }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / SIZE));
const cosines = Float32Array.from({ length: SIZE / 2 }, (_, n) => Math.cos((2 * Math.PI * n) / SIZE));
const sines = Float32Array.from({ length: SIZE / 2 }, (_, n) => Math.sin((2 * Math.PI * n) / SIZE));
const real = new Float32Array(SIZE);
const imaginary = new Float32Array(SIZE);

/**
 * Levels of bands around a moment, the lowest first, 0..1 each; silence beyond the ends.
 * @param {Float32Array} samples -1..1, of one channel.
 * @param {number} rate_hz
 * @param {number} at_s
 * @param {number} count How many bands.
 */
export function bandsAt(samples, rate_hz, at_s, count) {
  const first = Math.round(at_s * rate_hz) - SIZE / 2;
  for (let n = 0; n < SIZE; n++) real[n] = (samples[first + n] ?? 0) * window_[n];
  imaginary.fill(0);
  transform(real, imaginary);
  const bands = new Float32Array(count);
  const ratio = HIGHEST_HZ / LOWEST_HZ;
  const bin = (/** @type {number} */ band) => (LOWEST_HZ * ratio ** (band / count) * SIZE) / rate_hz;
  for (let band = 0; band < count; band++) {
    const from = Math.floor(bin(band));
    const to = Math.max(from + 1, Math.floor(bin(band + 1)));
    let loudest = 0;
    for (let k = from; k < to && k < SIZE / 2; k++) loudest = Math.max(loudest, real[k] ** 2 + imaginary[k] ** 2);
    // A sine of amplitude 1 under a Hann window reaches SIZE / 4.
    const level_db = 10 * Math.log10(loudest / (SIZE / 4) ** 2 + 1e-12);
    bands[band] = Math.min(1, Math.max(0, (level_db - QUIET_DB) / (LOUD_DB - QUIET_DB)));
  }
  return bands;
}

/**
 * The wave from a moment on, beginning where it rises through zero, so that a steady tone stands still.
 * @param {Float32Array} samples
 * @param {number} rate_hz
 * @param {number} at_s
 * @param {number} count How many samples.
 */
export function waveAt(samples, rate_hz, at_s, count) {
  const first = Math.max(0, Math.round(at_s * rate_hz) - count);
  let start = first;
  while (start < first + count && !(samples[start] < 0 && samples[start + 1] >= 0)) start++;
  if (start === first + count) start = first;
  return Float32Array.from({ length: count }, (_, n) => samples[start + n] ?? 0);
}

/**
 * Fourier transform in place: Cooley and Tukey's, radix 2 (Mathematics of Computation 19, 1965).
 * @param {Float32Array} re
 * @param {Float32Array} im
 */
function transform(re, im) {
  for (let n = 1, mirrored = 0; n < SIZE; n++) {
    let bit = SIZE >> 1;
    for (; mirrored & bit; bit >>= 1) mirrored ^= bit;
    mirrored ^= bit;
    if (n < mirrored) {
      [re[n], re[mirrored]] = [re[mirrored], re[n]];
      [im[n], im[mirrored]] = [im[mirrored], im[n]];
    }
  }
  for (let half = 1; half < SIZE; half *= 2) {
    const stride = SIZE / (2 * half);
    for (let start = 0; start < SIZE; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const [c, s] = [cosines[k * stride], -sines[k * stride]];
        const [low, high] = [start + k, start + k + half];
        const r = re[high] * c - im[high] * s;
        const i = re[high] * s + im[high] * c;
        re[high] = re[low] - r;
        im[high] = im[low] - i;
        re[low] += r;
        im[low] += i;
      }
    }
  }
}
