/** A button that offers a sound's file in the formats that people use. */
import { h, icon } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { t } from "../core/words.js";

const FORMATS = [
  ["wav", "WAV", t("as it was made")],
  ["flac", "FLAC", t("the same, smaller")],
  ["mp3", "MP3", t("plays everywhere")],
  ["opus", "Opus", t("smallest")],
];
const GAP_PX = 4;
/** Number of the next menu: a button names its menu by id. */
let next = 1;

class DownloadMenu extends SoundElement {
  /** @type {{id: string, prompt: string} | null} */ track = null;
  label = t("Download");

  mount() {
    const { track } = this;
    if (!track) return;
    const id = `download-menu-${next++}`;
    const button = h(
      "button",
      { type: "button", class: "quiet button", popovertarget: id, "aria-label": t("{does} “{prompt}”", { does: this.label, prompt: track.prompt }) },
      icon("download"),
      h("span", null, this.label),
    );
    const menu = h("div", { id, popover: "", class: "download-menu" }, h("ul", { role: "list" }, FORMATS.map((format) => entry(track.id, format))));
    let open = new AbortController();
    this.on(menu, "beforetoggle", ({ newState }) => {
      open.abort();
      if (newState !== "open") return;
      open = new AbortController();
      const openedAt = scrollY;
      placeBeside(menu, button);
      // A scroll that was over when the menu opened is told only afterwards. Closed menus listen to none: a list has hundreds.
      const { signal } = open;
      window.addEventListener("scroll", () => scrollY !== openedAt && menu.hidePopover(), { passive: true, signal });
    });
    this.signal.addEventListener("abort", () => open.abort());
    this.on(menu, "click", () => menu.hidePopover());
    this.replaceChildren(button, menu);
  }
}

/** @param {string} id @param {string[]} format */
function entry(id, [ending, name, what]) {
  return h("li", null, h("a", { href: `/download/${id}.${ending}`, download: "" }, h("b", null, name), h("small", null, what)));
}

/**
 * Below the button, or above it in the lower half of the window; never beyond its sides.
 * @param {HTMLElement} menu
 * @param {HTMLElement} button
 */
function placeBeside(menu, button) {
  const { left, top, bottom } = button.getBoundingClientRect();
  const isLow = top > innerHeight / 2;
  menu.style.top = isLow ? "auto" : `${bottom + GAP_PX}px`;
  menu.style.bottom = isLow ? `${innerHeight - top + GAP_PX}px` : "auto";
  menu.style.left = `clamp(0.5rem, ${left}px, 100vw - 15.5rem)`;
}

define("sb-download-menu", DownloadMenu);
