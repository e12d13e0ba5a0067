/** The list of keys, and the switch that turns them off. */
import { h, icon } from "../core/dom.js";
import { t } from "../core/words.js";
import { SHORTCUTS, setShortcutsOn, shortcutsOn } from "../player/shortcuts.js";
import { LIST_KEYS } from "./audition.js";

const NAMES = { " ": t("Space"), ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

/** Open the dialog; closing it puts the focus back where it was. */
export function openHelp() {
  if (document.querySelector("dialog.help")) return; // pressed twice, before it was there
  const life = new AbortController();
  const on = h("input", { type: "checkbox", role: "switch", id: "shortcuts-on", checked: shortcutsOn() });
  const close = h("button", { type: "button", class: "icon-button", "aria-label": t("Close") }, icon("close"));
  const dialog = h(
    "dialog",
    { class: "help panel", "aria-labelledby": "help-title" },
    h("header", null, h("h2", { id: "help-title" }, t("Keyboard shortcuts")), close),
    h(
      "dl",
      null,
      [...SHORTCUTS, ...LIST_KEYS].map(({ keys, does }) =>
        h("div", null, h("dt", null, keys.map((key) => [h("kbd", null, NAMES[key] ?? key), " "])), h("dd", null, does)),
      ),
      h("div", null, h("dt", null, h("kbd", null, t("Ctrl")), " ", h("kbd", null, t("Enter"))), h("dd", null, t("Generate"))),
    ),
    h("div", { class: "switch-row" }, h("label", { for: "shortcuts-on" }, t("Single keys act as shortcuts")), on),
  );
  const { signal } = life;
  close.addEventListener("click", () => dialog.close(), { signal });
  on.addEventListener("change", () => setShortcutsOn(on.checked), { signal });
  dialog.addEventListener(
    "close",
    () => {
      life.abort();
      dialog.remove();
    },
    { signal },
  );
  document.body.append(dialog);
  dialog.showModal();
}
