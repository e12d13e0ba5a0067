/** How long a job still takes, from how fast the last sounds of its model were made. */

import { t } from "../core/words.js";

/** Where making stands on the way from 0 to 100, as the API tells it. */
const MAKING_PCT = { from: 2, to: 90 };
const LEAST_TOLD_S = 2;

/**
 * @typedef {object} Part  What a job and an entry of the queue have in common.
 * @property {string} id
 * @property {string} status
 * @property {"music" | "audio"} model
 * @property {number} duration
 * @property {number | null} position
 * @property {number | null} progress_pct
 */

/**
 * Seconds until the job's take is made; null where nobody knows, and when it is made already.
 * @param {Part} job
 * @param {{queue: {jobs: Part[]} | null, status: any}} known  As GET /queue-status and GET /status.
 */
export function secondsToGo(job, { queue, status }) {
  const speed = status?.speed?.[job.model];
  if (!speed || job.status === "cancelling") return null;
  if (job.status === "processing") return job.progress_pct >= MAKING_PCT.to ? null : speed * soundLeft(job);
  if (job.status !== "queued" || !job.position || status.paused?.[job.model]) return null;
  const before = (queue?.jobs ?? []).filter((other) => other.model === job.model && other.id !== job.id && isBefore(other, job));
  // Beyond what the queue lists nobody can add up who is before.
  if (before.filter(({ status: waits }) => waits === "queued").length < job.position - 1) return null;
  const ahead = before.reduce((sum, other) => sum + soundLeft(other), 0);
  return speed * (ahead / generatorsOf(job.model, status) + job.duration);
}

/** "about 40 s to go"; empty for what is nearly there or unknown. @param {number | null} seconds */
export function toGo(seconds) {
  if (seconds === null || seconds < LEAST_TOLD_S) return "";
  if (seconds < 90) return t("about {seconds} s to go", { seconds: seconds < 20 ? Math.round(seconds) : Math.round(seconds / 5) * 5 });
  if (seconds < 5400) return t("about {minutes} min to go", { minutes: Math.round(seconds / 60) });
  return t("about {hours} h to go", { hours: Math.round(seconds / 3600) });
}

/** Seconds of sound that are still to be made. @param {Part} job */
function soundLeft({ status, duration, progress_pct: percent }) {
  if (status !== "processing") return duration;
  const made = ((percent ?? 0) - MAKING_PCT.from) / (MAKING_PCT.to - MAKING_PCT.from);
  return duration * (1 - Math.min(Math.max(made, 0), 1));
}

/** @param {Part} other @param {Part} job */
function isBefore(other, job) {
  if (other.status === "processing") return true;
  return other.status === "queued" && (other.position ?? Infinity) < /** @type {number} */ (job.position);
}

/** @param {string} model @param {any} status */
function generatorsOf(model, { workers = [] }) {
  return workers.filter((/** @type {any} */ { models }) => models[model] === "ready").length || 1;
}
