/** Pausing and resuming, for admins: what runs is finished, the rest waits. */
import { post } from "../core/api.js";
import { store } from "../core/store.js";
import { t } from "../core/words.js";
import { announce, notify } from "./notices.js";

/** The models that an admin paused. @param {any} status  As GET /status, or null. @returns {string[]} */
export function pausedModels(status) {
  return Object.entries(status?.paused ?? {}).flatMap(([model, isPaused]) => (isPaused ? [model] : []));
}

/** Whether the visitor may pause and resume. @param {import("../core/store.js").State} state */
export function maySwitch({ tier }) {
  return tier === "admin";
}

/** @param {string | null} model  null for all of them. @param {boolean} pause */
export async function switchQueue(model, pause) {
  try {
    const { paused } = await post(`/api/queue/${pause ? "pause" : "resume"}`, { model });
    store.set({ status: store.state.status && { ...store.state.status, paused } });
    announce(pause ? t("Paused.") : t("It goes on."));
  } catch (/** @type {any} */ error) {
    notify(error.message, "error");
  }
}
