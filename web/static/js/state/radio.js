/** Stations: endless queues for the player, which keep going when the Radio view is left. */
import { request } from "../core/api.js";
import { recall, remember } from "../core/memory.js";
import { player } from "../player/player.js";

/**
 * @typedef {object} Station
 * @property {string} id
 * @property {string} label
 * @property {Record<string, string>} query  What GET /api/radio/... is asked for.
 */

const COUNT = 10;
const REMEMBERED = 40;

/** @type {Station[]} */
export const STATIONS = [
  { id: "all", label: "Everything", query: {} },
  { id: "music", label: "Music", query: { model: "music" } },
  { id: "effects", label: "Effects", query: { model: "audio" } },
  wordStation("piano"),
  wordStation("rain"),
  wordStation("drums"),
];

/** A station of everything that a search finds. @param {string} words @returns {Station} */
export function wordStation(words) {
  return { id: `word:${words.toLowerCase()}`, label: words.charAt(0).toUpperCase() + words.slice(1), query: { search: words } };
}

/** @returns {Station} The one that was heard last. */
export function lastStation() {
  return recall("station", STATIONS[0]);
}

/** @returns {Station | null} The one that the player plays now. */
export function tunedStation() {
  return /** @type {any} */ (player.source).station ?? null;
}

/**
 * Play a station.
 * @param {Station} station
 * @returns {Promise<boolean>} false when it has no sounds.
 */
export async function tuneIn(station) {
  const { tracks } = await request("/api/radio/shuffle", { query: { ...station.query, count: COUNT } });
  if (!tracks.length) return false;
  remember("station", station);
  const source = { label: `Radio: ${station.label}`, blend: true, station, more: () => more(station) };
  player.playList(tracks, source);
  return true;
}

/** What comes next: nothing that was heard lately, unless there is nothing else. @param {Station} station */
async function more(station) {
  const exclude = player.queue.slice(-REMEMBERED).map(({ id }) => id).join(",");
  const { tracks } = await request("/api/radio/next", { query: { ...station.query, count: COUNT, exclude } });
  if (tracks.length) return tracks;
  const again = await request("/api/radio/shuffle", { query: { ...station.query, count: COUNT } });
  const last = player.queue.at(-1)?.id;
  // A shuffled round must not begin with what just ended.
  return again.tracks.length > 1 ? again.tracks.filter((/** @type {any} */ { id }) => id !== last) : again.tracks;
}
