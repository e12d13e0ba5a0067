/** Sounds that are heard while they are being made. */
import { store } from "../core/store.js";
import { t } from "../core/words.js";
import { hasEnded } from "../state/jobs.js";
import { notify } from "../state/notices.js";
import { trackOf } from "../state/tracks.js";
import { player } from "./player.js";

/** @typedef {import("../core/store.js").Job} Job */

/** Attempt of the job that is heard; another attempt makes another sound. */
let attempt = 0;

/** Play a job from what is made of it so far. @param {Job} job */
export function listenTo(job) {
  attempt = job.attempt;
  const { id, prompt, model, duration, created_at } = job;
  const track = { id, prompt, model, duration, created_at, audio_url: `/job/${id}/stream`, unfinished: true };
  player.playList([/** @type {any} */ (track)], { label: t("Your sounds") });
}

/** What becomes of the job becomes of what plays. @param {AbortSignal} signal */
export function begin(signal) {
  store.watch(({ jobs }) => jobs.find(({ id }) => player.track?.unfinished && player.isCurrent(id)), follow, signal);
}

/** @param {Job | undefined} job */
function follow(job) {
  if (!job) return;
  const { status, prompt } = job;
  if (status === "cancelling" || status === "cancelled") drop(t("“{prompt}” was cancelled.", { prompt }));
  else if (hasEnded(job) && status !== "completed") drop(t("“{prompt}” could not be made.", { prompt }), "error");
  else if (job.attempt !== attempt) drop(t("“{prompt}” did not sound right. Another attempt takes its place.", { prompt }));
  else if (status === "completed") finish(job.id);
}

/** @param {string} sentence @param {"info" | "error"} [kind] */
function drop(sentence, kind) {
  player.drop();
  notify(sentence, kind);
}

/** @param {string} id */
async function finish(id) {
  try {
    player.finish(await trackOf(id));
  } catch {
    // The server is away: what is heard was on its way already, and the card of the sound says what is wrong.
  }
}
