/** Keys for those who don't want to reach for the mouse. They never act while something is typed. */
import { recall, remember } from "../core/memory.js";
import { router } from "../core/router.js";
import { t } from "../core/words.js";
import { toggleLike } from "../state/opinions.js";
import { player } from "./player.js";

const SEEK_S = 5;
const VOLUME_STEP = 0.05;

/** @type {{keys: string[], does: string, act: () => unknown}[]} */
export const SHORTCUTS = [
  { keys: [" ", "k"], does: t("Play or pause"), act: () => player.toggle() },
  { keys: ["ArrowLeft"], does: t("Back {seconds} seconds", { seconds: SEEK_S }), act: () => player.seek(player.position - SEEK_S) },
  { keys: ["ArrowRight"], does: t("Forward {seconds} seconds", { seconds: SEEK_S }), act: () => player.seek(player.position + SEEK_S) },
  { keys: ["p"], does: t("Previous sound"), act: () => player.previous() },
  { keys: ["n"], does: t("Next sound"), act: () => player.next() },
  { keys: ["+", "="], does: t("Louder"), act: () => player.setVolume(player.volume + VOLUME_STEP) },
  { keys: ["-"], does: t("Quieter"), act: () => player.setVolume(player.volume - VOLUME_STEP) },
  { keys: ["m"], does: t("Mute"), act: () => player.setMuted(!player.muted) },
  { keys: ["l"], does: t("Like what plays"), act: () => toggleLike(player.track) },
  { keys: ["f"], does: t("Full screen, and back"), act: fullScreen },
  { keys: ["/"], does: t("Search the library"), act: search },
  { keys: ["?"], does: t("Show the shortcuts"), act: showHelp },
];

/** Controls that use a key themselves: space presses a button, arrows move a slider or choose an option. */
const TYPES_TEXT = "textarea, select, [contenteditable], input:not([type=range], [type=radio], [type=checkbox])";
const USES_SPACE = "button, summary, [role=switch], input";
const USES_ARROWS = "input, [role=slider], [role=tab]";

/** Whether single keys act at all; who dictates to the computer may want them off. */
export function shortcutsOn() {
  return recall("shortcuts", true);
}

/** @param {boolean} on */
export function setShortcutsOn(on) {
  remember("shortcuts", on);
}

/** @param {AbortSignal} signal */
export function listenForShortcuts(signal) {
  document.addEventListener("keydown", onKey, { signal });
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const shortcut = SHORTCUTS.find(({ keys }) => keys.includes(event.key));
  if (!shortcut || !shortcutsOn() || document.querySelector("dialog[open]:not(.theatre)")) return;
  const focused = /** @type {Element | null} */ (event.target);
  if (focused?.closest?.(TYPES_TEXT)) return;
  if (event.key === " " && focused?.closest?.(USES_SPACE)) return;
  if (event.key.startsWith("Arrow") && focused?.closest?.(USES_ARROWS)) return;
  event.preventDefault();
  shortcut.act();
}

async function search() {
  if (router.current?.name !== "library") await router.go("/library");
  document.getElementById("library-search")?.focus();
}

async function fullScreen() {
  (await import("../elements/theatre.js")).openTheatre();
}

/** The list is fetched when it is asked for. */
export async function showHelp() {
  const { openHelp } = await import("../elements/shortcuts-help.js");
  openHelp();
}
