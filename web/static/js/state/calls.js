/** Notifications of the system when one's sounds are ready, for those who want them and look elsewhere. */
import { recall, remember } from "../core/memory.js";

/** Whether this browser shows notifications at all; over plain HTTP most don't. */
export function canCall() {
  return "Notification" in globalThis;
}

export function callsWanted() {
  return canCall() && Notification.permission === "granted" && recall("calls", false);
}

/**
 * Turn them on or off; the browser asks for permission when it must.
 * @param {boolean} wanted
 * @returns {Promise<boolean>} Whether they are on now.
 */
export async function wantCalls(wanted) {
  remember("calls", wanted);
  if (wanted && Notification.permission === "default") await Notification.requestPermission();
  return callsWanted();
}

/**
 * Tell that a job ended. Several of the same job replace each other.
 * @param {{id: string, status: string, prompt: string, error: string | null}} job
 */
export async function callFor({ id, status, prompt, error }) {
  if (!document.hidden || !callsWanted() || status === "cancelled") return;
  const title = status === "completed" ? "Your sound is ready" : "A sound could not be made";
  const options = { body: status === "completed" ? prompt : `${prompt}: ${error ?? ""}`, tag: id, icon: "/static/favicon.svg", data: { path: `/track/${id}` } };
  try {
    const call = new Notification(title, options);
    call.addEventListener("click", () => focus());
  } catch {
    // Browsers of phones show only those of a service worker.
    (await navigator.serviceWorker?.getRegistration())?.showNotification(title, options);
  }
}
