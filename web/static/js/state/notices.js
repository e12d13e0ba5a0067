/** What the page tells: notices that are seen, sentences for the one live region, and calls by the system for those who want them. */
import { h } from "../core/dom.js";
import { recall, remember } from "../core/memory.js";
import { store } from "../core/store.js";
import { t, told } from "../core/words.js";

let lastKey = 0;

/**
 * Show a sentence in the corner, and say it.
 * @param {string | import("../core/dom.js").Child[]} shown  A name that people chose has a `bdi` of its own: see `parts()`.
 * @param {"info" | "error"} [kind]
 * @param {{label: string, does: () => unknown, for_ms: number}} [action]  A button in it, and how long it can be pressed.
 * @returns {number} The key to dismiss it with.
 */
export function notify(shown, kind = "info", action) {
  const text = typeof shown === "string" ? shown : String(h("p", null, shown).textContent);
  const others = store.state.notices.filter((notice) => notice.text !== text || notice.action);
  store.set({ notices: [...others, { text, shown, kind, action, key: ++lastKey }].slice(-3) });
  announce(text);
  return lastKey;
}

/** @param {number} key */
export function dismiss(key) {
  store.set({ notices: store.state.notices.filter((notice) => notice.key !== key) });
}

/**
 * Say a sentence to those who listen to the page instead of looking at it.
 * @param {string} sentence
 */
export function announce(sentence) {
  const region = document.getElementById("announcer");
  if (region) region.textContent = sentence;
}

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
  const title = status === "completed" ? t("Your sound is ready") : t("A sound could not be made");
  const options = { body: status === "completed" ? prompt : `${prompt}: ${told(error ?? "")}`, tag: id, icon: "/static/favicon.svg", data: { path: `/track/${id}` } };
  try {
    const call = new Notification(title, options);
    call.addEventListener("click", () => focus());
  } catch {
    // Browsers of phones show only those of a service worker.
    (await navigator.serviceWorker?.getRegistration())?.showNotification(title, options);
  }
}
