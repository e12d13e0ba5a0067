/** Light, dark, or as the system says. theme-boot.js applies the stored choice before the first paint. */
import { store } from "../core/store.js";
import { remember } from "../core/memory.js";

/** @typedef {"system" | "light" | "dark"} Theme */

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
  document.dispatchEvent(new Event("themechange"));
}
