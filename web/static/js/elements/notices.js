/** The notices in the corner. They are said by the live region, so this list itself is not one. */
import { h, icon } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { store } from "../core/store.js";
import { t } from "../core/words.js";
import { dismiss } from "../state/notices.js";

const SHOWN_MS = { info: 6000, error: 12_000 };

class Notices extends SoundElement {
  mount() {
    /** @type {Map<number, HTMLElement>} */
    const shown = new Map();
    const show = (/** @type {import("../core/store.js").State["notices"]} */ notices) => {
      const wanted = new Set(notices.map(({ key }) => key));
      for (const [key, node] of shown) {
        if (wanted.has(key)) continue;
        node.remove();
        shown.delete(key);
      }
      for (const notice of notices) {
        if (shown.has(notice.key)) continue;
        shown.set(notice.key, this.#notice(notice));
        this.append(/** @type {HTMLElement} */ (shown.get(notice.key)));
      }
    };
    store.watch(({ notices }) => notices, show, this.signal);
  }

  /** @param {import("../core/store.js").State["notices"][number]} notice */
  #notice({ shown, kind, key, action }) {
    const close = h("button", { type: "button", class: "icon-button", "aria-label": t("Dismiss") }, icon("close"));
    this.on(close, "click", () => dismiss(key));
    const act = action && h("button", { type: "button", class: "button" }, action.label);
    if (act) {
      this.on(act, "click", () => {
        dismiss(key);
        action.does();
      });
    }
    const timer = setTimeout(() => dismiss(key), action?.for_ms ?? SHOWN_MS[kind]);
    this.signal.addEventListener("abort", () => clearTimeout(timer));
    return h("div", { class: `notice ${kind}` }, kind === "error" && icon("warning"), h("p", null, shown), act, close);
  }
}

define("sb-notices", Notices);
