/** What this browser remembers between visits. A browser that keeps nothing is no error: the default holds. */

/**
 * @param {string} key
 * @param {any} fallback
 * @param {"local" | "session"} [scope]  `session` keeps it for this tab only.
 */
export function recall(key, fallback, scope = "local") {
  try {
    const text = storage(scope).getItem(`soundbox.${key}`);
    return text === null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

/**
 * @param {string} key
 * @param {unknown} value
 * @param {"local" | "session"} [scope]
 */
export function remember(key, value, scope = "local") {
  try {
    storage(scope).setItem(`soundbox.${key}`, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden; the choice holds for this page only.
  }
}

/** @param {"local" | "session"} scope */
function storage(scope) {
  return scope === "session" ? sessionStorage : localStorage;
}
