/** What this browser remembers between visits. A browser that keeps nothing is no error: the default holds. */

/** @param {string} key @param {any} fallback */
export function recall(key, fallback) {
  try {
    const text = localStorage.getItem(`soundbox.${key}`);
    return text === null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

/** @param {string} key @param {unknown} value */
export function remember(key, value) {
  try {
    localStorage.setItem(`soundbox.${key}`, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden; the choice holds for this page only.
  }
}
