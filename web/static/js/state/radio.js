/** Stations: endless queues for the player, which keep going when the Radio view is left. */
import { request } from "../core/api.js";
import { recall, remember } from "../core/memory.js";
import { t } from "../core/words.js";
import { player } from "../player/player.js";
import { announce } from "./notices.js";
import { opinions } from "./opinions.js";

/**
 * @typedef {object} Station
 * @property {string} id
 * @property {string} label
 * @property {Record<string, string>} query  What GET /api/radio/next is asked for.
 *
 * @typedef {Station & {count: number, group: string | null}} Listed  One that the server names; `group` is a category's.
 */

const COUNT = 10;
const REMEMBERED = 40;
/** Of what was chosen before a like so much is still played: the one that is loaded already. */
const KEPT_AFTER_LIKE = 1;
/** Ends the steering of the station before. */
let steering = new AbortController();

/** @type {Listed} */
export const EVERYTHING = { id: "all", label: t("Everything"), query: { station: "all" }, count: 0, group: null };

/** Those that have something to play: the fixed ones, then kinds of sounds, the largest first. @returns {Promise<Listed[]>} */
export async function stations() {
  const told = await request("/api/radio/stations");
  return told.stations
    .filter((/** @type {any} */ { id, count }) => count > 0 || id === EVERYTHING.id)
    .map((/** @type {any} */ { id, name, count, group }) => ({ id, label: t(name), query: { station: id }, count, group }));
}

/** A station of everything that a search finds. @param {string} words @returns {Station} */
export function wordStation(words) {
  return { id: `word:${words.toLowerCase()}`, label: words.charAt(0).toUpperCase() + words.slice(1), query: { search: words } };
}

/** @returns {Station} The one that was heard last. */
export function lastStation() {
  return recall("station", EVERYTHING);
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
  const tracks = await next(station);
  if (!tracks.length) return false;
  remember("station", station);
  const source = { label: t("Radio: {station}", { station: station.label }), blend: true, station, more: () => more(station) };
  player.playList(tracks, source);
  steer();
  return true;
}

/** What the listener likes and dislikes decides what comes: the server chooses anew after a like, and a dislike skips. */
function steer() {
  steering.abort();
  steering = new AbortController();
  opinions.addEventListener("vote", (event) => tunedStation() && follow(/** @type {CustomEvent} */ (event).detail), { signal: steering.signal });
}

/** @param {{track: import("./tracks.js").Track, vote: number, told: Promise<void>}} said */
async function follow({ track, vote, told }) {
  if (vote === -1) {
    player.strike(track.id);
    if (!player.isCurrent(track.id) || !player.hasNext) return;
    player.next();
    announce(t("Skipped. This station won't play it to you again."));
  } else if (vote === 1) {
    await told;
    if (tunedStation()) player.askAgainAfter(KEPT_AFTER_LIKE);
  }
}

/** What comes next: nothing that was heard lately, unless there is nothing else. @param {Station} station */
async function more(station) {
  const heard = player.queue.slice(-REMEMBERED).map(({ id }) => id);
  const tracks = await next(station, heard);
  if (tracks.length) return tracks;
  const again = await next(station);
  // Another round must not begin with what just ended.
  return again.length > 1 ? again.filter(({ id }) => id !== heard.at(-1)) : again;
}

/** @param {Station} station @param {string[]} heard  The last one at the end. @returns {Promise<import("./tracks.js").Track[]>} */
async function next(station, heard = []) {
  const query = { ...station.query, count: COUNT, ...(heard.length && { exclude: heard.join(",") }) };
  return (await request("/api/radio/next", { query })).tracks;
}
