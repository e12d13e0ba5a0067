/** How the page looks: light, dark or as the system says; contrast; accent. theme-boot.js applies what was chosen before the first paint. */
import { store } from "../core/store.js";
import { recall, remember } from "../core/memory.js";

/** @typedef {"system" | "light" | "dark"} Theme */
/** @typedef {"system" | "usual" | "more"} Contrast */

/** Colours of what acts; sounds stay amber in all of them. */
export const ACCENTS = /** @type {const} */ (["petrol", "plum", "moss"]);

const MORE = matchMedia("(prefers-contrast: more)");

/** @returns {Theme} */
export function currentTheme() {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

/** Whether the page is dark now, chosen or not. */
export function isDark() {
  const theme = currentTheme();
  return theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
}

/** @param {Theme} theme */
export function chooseTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  remember("theme", theme);
  store.set({ theme });
  tell();
}

/** @returns {Contrast} */
export function currentContrast() {
  const chosen = recall("contrast", "system");
  return chosen === "usual" || chosen === "more" ? chosen : "system";
}

/** @param {Contrast} contrast */
export function chooseContrast(contrast) {
  remember("contrast", contrast);
  applyContrast();
}

/** Follow what the system says of contrast, while nothing else is chosen. @param {AbortSignal} signal */
export function followContrast(signal) {
  MORE.addEventListener("change", applyContrast, { signal });
}

function applyContrast() {
  const contrast = currentContrast();
  const more = contrast === "more" || (contrast === "system" && MORE.matches);
  if (more) document.documentElement.dataset.contrast = "more";
  else delete document.documentElement.dataset.contrast;
  tell();
}

/** @returns {typeof ACCENTS[number]} */
export function currentAccent() {
  return ACCENTS.find((accent) => accent === document.documentElement.dataset.accent) ?? ACCENTS[0];
}

/** @param {typeof ACCENTS[number]} accent */
export function chooseAccent(accent) {
  document.documentElement.dataset.accent = accent;
  remember("accent", accent);
  tell();
}

/** What draws with colours of its own draws anew. */
function tell() {
  document.dispatchEvent(new Event("themechange"));
}
