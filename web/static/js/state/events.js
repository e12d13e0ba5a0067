/**
 * The one live connection of a tab: a snapshot first, then changes. Where it can't be had, open jobs are polled.
 */
import { isAbort, request } from "../core/api.js";
import { store } from "../core/store.js";
import { applyJob, applyProgress, applyQueue, applySnapshot, openJobs } from "./jobs.js";
import { trackPublished } from "./tracks.js";

const POLL_MS = 1500;
const AGAIN_MS = 500;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 30_000;

/** Connect, and stay connected until the signal aborts. @param {AbortSignal} signal */
export function connect(signal) {
  let retryMs = FIRST_RETRY_MS;
  let retryTimer = 0;
  /** @type {EventSource | undefined} */
  let source;

  const open = () => {
    source = new EventSource("/api/events");
    handle(source, "snapshot", (snapshot) => {
      retryMs = FIRST_RETRY_MS;
      applySnapshot(snapshot);
      applyQueue(snapshot.queue);
      store.set({ connection: "live", status: snapshot.status, userId: snapshot.user_id, tier: snapshot.tier, signedIn: snapshot.signed_in });
    });
    handle(source, "job", applyJob);
    handle(source, "progress", applyProgress);
    handle(source, "queue", applyQueue);
    handle(source, "status", (status) => store.set({ status }));
    handle(source, "track", trackPublished);
    // The server can't go on from where it was: begin again, with a new snapshot.
    handle(source, "resync", () => {
      source?.close();
      again(AGAIN_MS);
    });
    source.onerror = () => {
      if (signal.aborted) return;
      store.set({ connection: "polling" });
      // After a broken connection the browser tries again by itself; after an HTTP error it has given up.
      if (source?.readyState !== EventSource.CLOSED) return;
      again(retryMs);
      retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
    };
  };
  const again = (/** @type {number} */ afterMs) => {
    clearTimeout(retryTimer);
    retryTimer = setTimeout(open, afterMs);
  };
  open();
  pollWhileNotLive(signal);
  signal.addEventListener("abort", () => {
    clearTimeout(retryTimer);
    source?.close();
  });
}

/**
 * @param {EventSource} source
 * @param {string} type
 * @param {(data: any) => void} apply
 */
function handle(source, type, apply) {
  source.addEventListener(type, (event) => apply(JSON.parse(/** @type {MessageEvent} */ (event).data)));
}

/** @param {AbortSignal} signal */
function pollWhileNotLive(signal) {
  let busy = false;
  const poll = async () => {
    if (busy || store.state.connection === "live") return;
    busy = true;
    for (const job of openJobs()) {
      try {
        applyJob(await request(`/job/${job.id}`, { signal }));
      } catch (error) {
        // The server is away as well: the job is not lost, the next round asks again.
        if (isAbort(error)) return;
        break;
      }
    }
    busy = false;
  };
  const timer = setInterval(poll, POLL_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
}
