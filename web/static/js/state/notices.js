/** What the page tells: notices that are seen, and sentences for the one live region. */
import { store } from "../core/store.js";

let lastKey = 0;

/**
 * Show a sentence in the corner, and say it.
 * @param {string} text
 * @param {"info" | "error"} [kind]
 */
export function notify(text, kind = "info") {
  const others = store.state.notices.filter((notice) => notice.text !== text);
  store.set({ notices: [...others, { text, kind, key: ++lastKey }].slice(-3) });
  announce(text);
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
