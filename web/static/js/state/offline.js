/** Lets the page open while the server is away: its service worker keeps the page's files, and nothing else. */

import { language } from "../core/words.js";

/** Once nothing else is to be done; where there are no service workers, as over plain HTTP, the page does without. */
export async function keepForLater() {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register(trusted(`/sw.js?words=${language}`));
  } catch {
    // Forbidden, or the server is away: the next visit tries again.
  }
}

/** @param {string} address  The only kind that may become a script. @returns {any} */
function trusted(address) {
  const { trustedTypes } = /** @type {any} */ (globalThis);
  return trustedTypes ? trustedTypes.createPolicy("soundbox", { createScriptURL: () => address }).createScriptURL("") : address;
}
