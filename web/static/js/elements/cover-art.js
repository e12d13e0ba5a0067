/**
 * A cover for a sound, drawn of its own spectrum: time runs around from the top, on both sides alike, low tones are inside,
 * and the edge follows how loud it is. The same sound has the same cover everywhere.
 */

/** @typedef {import("../state/tracks.js").Track} Track */

const SIZE = 320;
/** The strip of the spectrogram is read as so many moments and bands. */
const MOMENTS = 160;
const BANDS = 64;
const MOST_KEPT = 6;
/** Neighbouring seeds get hues as far apart as can be. */
const GOLDEN_ANGLE = 137.508;

/** @type {Map<string, Promise<HTMLCanvasElement>>} */
const kept = new Map();

/** The cover of a finished sound. @param {Track} track */
export function coverOf(track) {
  const known = kept.get(track.id);
  kept.delete(track.id);
  const cover = known ?? drawn(track);
  kept.set(track.id, cover);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
  return cover;
}

/** The same as an image file, for whoever shows it outside of the page. @param {Track} track @returns {Promise<Blob | null>} */
export async function coverFile(track) {
  const cover = await coverOf(track);
  return new Promise((resolve) => cover.toBlob(resolve, "image/png"));
}

/** @param {Track} track */
async function drawn(track) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const picture = context.createImageData(SIZE, SIZE);
  paint(picture.data, await brightnessOf(track), track.peaks ?? [], palette((track.seed * GOLDEN_ANGLE) % 360));
  context.putImageData(picture, 0, 0);
  return canvas;
}

/**
 * How bright the spectrogram is, 0..255, by moment and band; nothing where there is no picture.
 * @param {Track} track
 * @returns {Promise<Uint8Array>}
 */
async function brightnessOf(track) {
  const brightness = new Uint8Array(MOMENTS * BANDS);
  const strip = new Image();
  strip.src = `/spectrogram/${track.id}-strip.png`;
  try {
    await strip.decode();
  } catch {
    return brightness; // It is made when it is first asked for; without it the edge alone tells the sound.
  }
  const scratch = document.createElement("canvas");
  [scratch.width, scratch.height] = [MOMENTS, BANDS];
  const context = /** @type {CanvasRenderingContext2D} */ (scratch.getContext("2d", { willReadFrequently: true }));
  context.drawImage(strip, 0, 0, MOMENTS, BANDS);
  const { data } = context.getImageData(0, 0, MOMENTS, BANDS);
  for (let place = 0; place < brightness.length; place++) {
    const [red, green, blue] = data.subarray(4 * place, 4 * place + 3);
    brightness[place] = 0.2126 * red + 0.7152 * green + 0.0722 * blue; // as ITU-R BT.709 weighs them
  }
  return brightness;
}

/**
 * @param {Uint8ClampedArray} pixels  RGBA, SIZE by SIZE.
 * @param {Uint8Array} brightness
 * @param {number[]} peaks  0..255
 * @param {Uint8ClampedArray} colours  RGB by brightness.
 */
function paint(pixels, brightness, peaks, colours) {
  const middle = (SIZE - 1) / 2;
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const far = Math.hypot(x - middle, y - middle) / middle;
      const time = Math.abs(Math.atan2(x - middle, middle - y)) / Math.PI;
      const moment = Math.min(MOMENTS - 1, Math.floor(time * MOMENTS));
      const edge = 0.5 + (0.42 * (peaks[Math.floor(time * (peaks.length - 1))] ?? 128)) / 255;
      const band = Math.floor((far / edge) * BANDS);
      const inside = far < edge;
      const glow = 26 * Math.max(0, 1 - (far - edge) * 3);
      const light = inside ? 30 + 0.88 * brightness[(BANDS - 1 - Math.min(BANDS - 1, band)) * MOMENTS + moment] : glow;
      const place = 4 * (y * SIZE + x);
      const colour = 3 * Math.min(255, Math.round(light));
      pixels.set([colours[colour], colours[colour + 1], colours[colour + 2], 255], place);
    }
  }
}

/**
 * From nearly black over a hue and its neighbour to cream.
 * @param {number} hue Degrees.
 */
function palette(hue) {
  const colours = new Uint8ClampedArray(3 * 256);
  for (let light = 0; light < 256; light++) {
    const part = light / 255;
    const [red, green, blue] = rgb((hue + 55 * part) % 360, 0.75 - 0.25 * part, 0.06 + 0.86 * part ** 1.15);
    colours.set([255 * red, 255 * green, 255 * blue], 3 * light);
  }
  return colours;
}

/** HSL as CSS Color 4 turns it into RGB, 0..1 each. @param {number} hue @param {number} saturation @param {number} lightness */
function rgb(hue, saturation, lightness) {
  const amount = saturation * Math.min(lightness, 1 - lightness);
  const part = (/** @type {number} */ n) => {
    const k = (n + hue / 30) % 12;
    return lightness - amount * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  };
  return [part(0), part(8), part(4)];
}
