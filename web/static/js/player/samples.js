/** The samples of sounds, decoded beside what is heard: pictures are drawn of them, and the elements that play stay as they are. */

/** @typedef {import("../state/tracks.js").Track} Track */

/** Decoded to this rate, in mono: enough for pictures up to 10 kHz, in a quarter of the memory. */
export const RATE_HZ = 22_050;
/** Longer sounds would take too much memory: 50 MB for ten minutes. */
const LONGEST_S = 600;
const MOST_KEPT = 2;

/** @type {Map<string, Promise<Float32Array | null>>} */
const kept = new Map();

/**
 * All samples of a sound, -1..1; null where there are none to be had: while it is made, when it is very long, or broken.
 * @param {Track} track
 */
export function samplesOf(track) {
  if (track.unfinished || track.duration > LONGEST_S) return Promise.resolve(null);
  const known = kept.get(track.id);
  kept.delete(track.id);
  const found = known ?? decoded(track.audio_url);
  kept.set(track.id, found);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
  return found;
}

/** @param {string} url @returns {Promise<Float32Array | null>} */
async function decoded(url) {
  try {
    const answer = await fetch(url);
    if (!answer.ok) return null;
    const sound = await new OfflineAudioContext(1, 1, RATE_HZ).decodeAudioData(await answer.arrayBuffer());
    return mixed(sound);
  } catch {
    return null; // The server is away, or the browser knows no such format: there is no picture, and the sound tells of its own trouble.
  }
}

/** @param {AudioBuffer} sound */
function mixed(sound) {
  const [first, ...others] = Array.from({ length: sound.numberOfChannels }, (_, channel) => sound.getChannelData(channel));
  for (const other of others) for (let n = 0; n < first.length; n++) first[n] += other[n];
  if (others.length) for (let n = 0; n < first.length; n++) first[n] /= sound.numberOfChannels;
  return first;
}
