/**
 * Finished sounds by id: fetched once, or handed over by the live connection before anybody asks.
 */
import { request } from "../core/api.js";

/**
 * @typedef {object} Track  A track view of the API.
 * @property {string} id
 * @property {string} prompt
 * @property {"music" | "audio"} model
 * @property {number} duration  Seconds.
 * @property {boolean} is_loop
 * @property {number[]} peaks  100 heights, 0..255; may be empty.
 * @property {string} audio_url
 * @property {boolean} [unfinished]  Only on the page: it is heard while it is made, and has no file or picture yet.
 * @property {string} spectrogram_url
 * @property {string} engine
 * @property {string} engine_label
 * @property {number} seed
 * @property {number} cfg_coef  As the next three: what was asked for; the synthesizer ignores it.
 * @property {number} temperature
 * @property {number} top_k
 * @property {number} top_p
 * @property {string | null} extend  Id of the sound that it continues.
 * @property {string | null} melody
 * @property {Record<string, any>} tags
 * @property {number | null} bpm
 * @property {string | null} key
 * @property {{brightness_hz: number, dynamic_range_db: number} | null} measured  What it sounds like, and more.
 * @property {number | null} loudness_lufs
 * @property {number} upvotes
 * @property {number} downvotes
 * @property {number} plays
 * @property {number} user_vote  The listener's own: 1, -1 or 0.
 * @property {boolean} is_favorite
 * @property {string} user_id  Whose it is.
 * @property {string} created_at
 * @property {{name: string, source: "machine" | "crowd", votes: number}[]} categories  The best guess first.
 */

const MOST_KEPT = 200;

/** @type {Map<string, Promise<Track>>} */
const kept = new Map();

/** Tells every newly published track: `track` events with the track as detail; and `gone` with a deleted one's id. */
export const published = new EventTarget();

/** @param {Track} track */
export function trackPublished(track) {
  keep(track.id, Promise.resolve(track));
  published.dispatchEvent(new CustomEvent("track", { detail: track }));
}

/** @param {string} id */
export function trackDeleted(id) {
  kept.delete(id);
  published.dispatchEvent(new CustomEvent("gone", { detail: id }));
}

/**
 * @param {string} id
 * @returns {Promise<Track>}
 */
export function trackOf(id) {
  const known = kept.get(id);
  if (known) return known;
  const asked = request(`/api/library/${encodeURIComponent(id)}`);
  keep(id, asked);
  // A failure is not kept: the next one who asks gets another try.
  asked.catch(() => kept.delete(id));
  return asked;
}

/** Whether somebody may delete a sound. @param {Track} track @param {import("../core/store.js").State} state */
export function mayDelete({ user_id }, { userId, tier }) {
  return user_id === userId || tier === "admin";
}

/** @param {string} id @param {Promise<Track>} track */
function keep(id, track) {
  kept.set(id, track);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
}
