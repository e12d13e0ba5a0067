/** Keys in a list of sounds: from sound to sound without the mouse, each heard by one more key. */
import { toggleLike } from "../state/opinions.js";
import { shortcutsOn } from "../player/shortcuts.js";
import { t } from "../core/words.js";

/** @type {{keys: string[], does: string}[]} What the list of shortcuts says of them. */
export const LIST_KEYS = [
  { keys: ["ArrowUp", "ArrowDown"], does: t("In a list: the sound before, the next one") },
  { keys: ["j"], does: t("Go into the list, and down; k goes up") },
  { keys: [" "], does: t("In a list: play or pause the chosen sound") },
  { keys: ["l"], does: t("In a list: like the chosen sound") },
];

const STEPS = /** @type {Record<string, number>} */ ({ ArrowUp: -1, ArrowDown: 1, k: -1, j: 1 });
/** Controls that want these keys for themselves. */
const TAKES_KEYS = "input:not([type=checkbox]), textarea, select, [popover], summary";
const PLAY = ".play-button";

/**
 * Let keys lead through a list: its entries carry `data-id`, and each has a play button.
 * @param {HTMLElement} list
 * @param {AbortSignal} signal  Ends it.
 */
export function followKeys(list, signal) {
  /** @type {Element | null} The entry where somebody was last. */
  let last = null;
  list.addEventListener("focusin", (event) => (last = entryOf(event.target)), { signal });
  /** Whether somebody came by the pointer: then k means the player, which it plays and pauses everywhere else. */
  let clicked = false;
  list.addEventListener("pointerdown", () => (clicked = true), { signal });
  list.addEventListener(
    "keydown",
    (event) => {
      if (!isPlain(event) || (clicked && event.key === "k")) return;
      onKey(event, list);
      clicked = clicked && !event.defaultPrevented;
    },
    { signal },
  );
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "j" || !isPlain(event) || !shortcutsOn() || document.querySelector("dialog[open]")) return;
      if (/** @type {Element} */ (event.target).closest?.(TAKES_KEYS)) return;
      event.preventDefault();
      clicked = false;
      choose(last?.isConnected ? last : firstInSight(list));
    },
    { signal },
  );
}

/** @param {KeyboardEvent} event @param {HTMLElement} list */
function onKey(event, list) {
  const target = /** @type {Element} */ (event.target);
  const entry = entryOf(target);
  if (!entry || target.closest(TAKES_KEYS)) return;
  const { key } = event;
  if (key.length === 1 && key !== " " && !shortcutsOn()) return;
  if (key in STEPS) choose(neighbour(entry, list, STEPS[key]));
  else if (key === "l") toggleLike(/** @type {any} */ (entry.querySelector("[data-sound]"))?.track);
  else if (key === " " && !target.closest("button, input")) play(entry)?.click();
  else return;
  event.preventDefault();
}

/** @param {KeyboardEvent} event */
function isPlain(event) {
  return !(event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing);
}

/** @param {any} target @returns {Element | null} */
function entryOf(target) {
  return target.closest("[data-id]");
}

/** @param {Element} entry @param {HTMLElement} list @param {number} step */
function neighbour(entry, list, step) {
  const entries = entriesOf(list);
  return entries[entries.indexOf(entry) + step] ?? null;
}

/** @param {HTMLElement} list */
function entriesOf(list) {
  return [...list.querySelectorAll("[data-id]:not([hidden])")];
}

/** @param {HTMLElement} list */
function firstInSight(list) {
  return entriesOf(list).find((entry) => entry.getBoundingClientRect().top >= 0) ?? null;
}

/** @param {Element} entry @returns {HTMLElement | null} */
function play(entry) {
  return entry.querySelector(PLAY);
}

/** Put the focus on the play button of an entry, and the entry into sight. @param {Element | null} entry */
function choose(entry) {
  if (!entry) return;
  play(entry)?.focus({ preventScroll: true });
  entry.scrollIntoView({ block: "nearest" });
}
