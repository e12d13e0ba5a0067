/** Tells the server what was listened to: after ten seconds of a sound, or half of a shorter one. */
import { request } from "../core/api.js";
import { player } from "./player.js";

const ENOUGH_S = 10;
/** More than that between two ticks is a jump, not listening; a hidden page hears of the time each second at least. */
const LONGEST_TICK_S = 2;

/** The sound that is listened to, how much of it was heard, and where it was last. */
let heard = { id: "", seconds: 0, position: 0, told: false };

/** @param {AbortSignal} signal */
export function countPlays(signal) {
  player.addEventListener("time", listen, { signal });
}

function listen() {
  const { track, position } = player;
  if (!track) return;
  const isAgain = track.id === heard.id && heard.told && position < heard.position - track.duration / 2;
  if (track.id !== heard.id || isAgain) heard = { id: track.id, seconds: 0, position, told: false };
  const passed = position - heard.position;
  if (passed > 0 && passed < LONGEST_TICK_S) heard.seconds += passed;
  heard.position = position;
  if (heard.told || track.unfinished || heard.seconds < Math.min(ENOUGH_S, track.duration / 2)) return;
  heard.told = true;
  tell(track.id);
}

/** @param {string} id */
async function tell(id) {
  try {
    await request(`/api/track/${encodeURIComponent(id)}/play`, { method: "POST" });
  } catch {
    // Nobody asked for the count: a play that can't be told is no reason to disturb who listens.
  }
}
