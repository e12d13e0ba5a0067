/**
 * The caller's jobs: asked for here, changed by what the server tells. The server alone decides how a job ended.
 */
import { ApiError, post } from "../core/api.js";
import { store } from "../core/store.js";
import { t, tn, told } from "../core/words.js";
import { announce, callFor, notify } from "./notices.js";

/** @typedef {import("../core/store.js").Job} Job */

const MOST_SHOWN = 50;
const ENDED = new Set(["completed", "failed", "cancelled", "refused"]);

/** Ids that this tab asked to cancel: until the server confirms, progress that was on its way doesn't undo it. */
const cancelling = new Set();

/** 128 random bits in hex; crypto.randomUUID is missing over plain HTTP. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Job} job */
export function hasEnded(job) {
  return ENDED.has(job.status);
}

export function openJobs() {
  return store.state.jobs.filter((job) => !hasEnded(job));
}

/**
 * Ask for sounds. The jobs stand in the list when this returns.
 * @param {{prompt: string, model: "music" | "audio", duration: number, loop: boolean, seed?: number, variations?: number}} wish
 * @param {string} key  Idempotency key: the same key never makes a second job.
 */
export async function submit(wish, key) {
  const answer = await post("/generate", wish, { headers: { "Idempotency-Key": key } });
  const ids = answer.job_ids ?? [answer.job_id];
  const now = new Date().toISOString();
  ids.forEach((/** @type {string} */ id, /** @type {number} */ index) =>
    insert({
      id,
      status: "queued",
      phase: "queued",
      progress: "Waiting",
      progress_pct: null,
      position: answer.position ? answer.position + index : null,
      attempt: 0,
      prompt: wish.prompt,
      model: wish.model,
      duration: wish.duration,
      loop: wish.loop,
      seed: wish.seed ?? null,
      error: null,
      created_at: now,
    }),
  );
  announce(tn(ids.length, "Your sound is in the queue.", "{count} sounds are in the queue."));
  return ids;
}

/** Ask to stop a job, one's own or, for admins, anybody's; the list says so at once. @param {string} id */
export async function cancel(id) {
  const before = find(id);
  cancelling.add(id);
  change(id, { status: "cancelling", progress: "Stopping" });
  announce(t("Stopping."));
  try {
    await post(`/api/queue/${id}/cancel`, {});
  } catch (error) {
    cancelling.delete(id);
    // 409: it finished before the request arrived, and its event is on its way.
    if (!(error instanceof ApiError) || error.status !== 409) notify(messageOf(error), "error");
    const now = find(id);
    if (before && now && !hasEnded(now)) change(id, { status: before.status, progress: before.progress });
  }
}

/** Ask to stop everything of mine that has not ended. */
export function cancelAll() {
  return Promise.all(openJobs().map(({ id, status }) => status !== "cancelling" && cancel(id)));
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @param {{jobs: Job[]}} snapshot */
export function applySnapshot({ jobs }) {
  const told = new Set(jobs.map(({ id }) => id));
  // What was just asked for may be newer than the snapshot.
  const mine = store.state.jobs.filter((job) => !told.has(job.id) && !hasEnded(job));
  const there = jobs.filter(({ status }) => status !== "deleted");
  store.set({ jobs: [...mine, ...there.map(keepCancelling)].slice(0, MOST_SHOWN), jobsKnown: true });
}

/** @param {Job} job */
export function applyJob(job) {
  if (job.status === "deleted") return forget(job.id);
  const before = find(job.id);
  if (!before) insert(keepCancelling(job));
  // An answer to a poll may be older than the event that overtook it.
  else if (!hasEnded(before)) change(job.id, keepCancelling(job));
  if (hasEnded(job) && before && !hasEnded(before)) announceEnd(job);
}

/**
 * A waiting job moves up when another one leaves the queue, which is no event of its own.
 * @param {any} queue  As GET /queue-status.
 */
export function applyQueue(queue) {
  const { jobs } = queue;
  store.set({ queue });
  for (const { id, status, position, progress } of jobs) {
    const job = find(id);
    if (job?.status === "queued" && status === "queued") change(id, { position, progress });
  }
}

/** @param {{id: string, phase: string, progress: string, progress_pct: number | null, attempt: number}} progress */
export function applyProgress(progress) {
  const job = find(progress.id);
  if (!job || hasEnded(job) || cancelling.has(job.id)) return;
  change(job.id, { ...progress, status: "processing", position: null });
}

/** @param {Job} job */
function keepCancelling(job) {
  if (hasEnded(job)) cancelling.delete(job.id);
  return cancelling.has(job.id) ? { ...job, status: "cancelling", progress: "Stopping" } : job;
}

/** @param {string} id */
function forget(id) {
  if (find(id)) store.set({ jobs: store.state.jobs.filter((job) => job.id !== id) });
}

/** @param {string} id */
function find(id) {
  return store.state.jobs.find((job) => job.id === id);
}

/** @param {Job} job */
function insert(job) {
  if (find(job.id)) return;
  store.set({ jobs: [job, ...store.state.jobs].slice(0, MOST_SHOWN) });
}

/** @param {string} id @param {Partial<Job>} patch */
function change(id, patch) {
  store.set({ jobs: store.state.jobs.map((job) => (job.id === id ? { ...job, ...patch } : job)) });
}

/** @param {Job} job */
function announceEnd(job) {
  callFor(job);
  if (job.status === "completed") announce(t("Ready: {prompt}", { prompt: job.prompt }));
  else if (job.status === "cancelled") announce(t("Stopped."));
  else announce(`${t("That did not work.")} ${told(job.error ?? "")}`);
}
