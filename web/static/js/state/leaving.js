/**
 * Sounds that are about to be deleted. A deletion is a fact that nothing takes back, so the page waits with asking for it as long as
 * it offers to undo it; when the page is left first, it asks at once.
 */
import { request } from "../core/api.js";
import { t, tn } from "../core/words.js";
import { player } from "../player/player.js";
import { dismiss, notify } from "./notices.js";
import { trackDeleted } from "./tracks.js";

/** @typedef {import("./tracks.js").Track} Track */

const UNDO_MS = 8000;

/** Tells `change` when sounds are about to go, or stay after all. */
export const leaving = new EventTarget();
/** Ids of what is about to go, or on its way. @type {Set<string>} */
const ids = new Set();
/** What can be undone yet. @type {Set<{tracks: Track[], timer: number, notice: number}>} */
const waiting = new Set();

/** @param {string} id */
export function isLeaving(id) {
  return ids.has(id);
}

/** Delete sounds, unless somebody says otherwise within a few seconds. @param {Track[]} tracks */
export function deleteSoon(tracks) {
  const turn = { tracks, timer: 0, notice: 0 };
  const undo = () => {
    clearTimeout(turn.timer);
    waiting.delete(turn);
    stay(tracks);
  };
  for (const { id } of tracks) ids.add(id);
  waiting.add(turn);
  turn.timer = setTimeout(() => go(turn), UNDO_MS);
  turn.notice = notify(tn(tracks.length, "Deleted {count} sound", "Deleted {count} sounds"), "info", { label: t("Undo"), does: undo, for_ms: UNDO_MS });
  changed();
}

/** Ask for what waits, now: there may be no later. */
function goAtOnce() {
  for (const { tracks, timer, notice } of waiting) {
    clearTimeout(timer);
    dismiss(notice);
    for (const { id } of tracks) {
      // Nobody is left to tell what came of it; whoever comes back sees the list as it is.
      fetch(address(id), { method: "DELETE", keepalive: true }).catch(() => ids.delete(id));
    }
  }
  waiting.clear();
}

/** @param {{tracks: Track[]}} turn */
async function go(turn) {
  waiting.delete(/** @type {any} */ (turn));
  /** @type {Track[]} */ const kept = [];
  let trouble = "";
  for (const track of turn.tracks) {
    try {
      await request(address(track.id), { method: "DELETE" });
      player.remove(track.id);
      trackDeleted(track.id);
    } catch (/** @type {any} */ error) {
      if (error.status === 404) continue; // Somebody else was faster.
      kept.push(track);
      trouble = error.message;
    }
  }
  if (!kept.length) return;
  stay(kept);
  notify(tn(kept.length, "{count} sound could not be deleted: {trouble}", "{count} sounds could not be deleted: {trouble}", { trouble }), "error");
}

/** @param {Track[]} tracks */
function stay(tracks) {
  for (const { id } of tracks) ids.delete(id);
  changed();
}

function changed() {
  leaving.dispatchEvent(new Event("change"));
}

/** @param {string} id */
function address(id) {
  return `/api/library/${encodeURIComponent(id)}`;
}

addEventListener("pagehide", goAtOnce);
