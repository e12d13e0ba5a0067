/** Copies a text, and says so where it was pressed. */
import { h, icon, setIcon } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { t } from "../core/words.js";
import { announce, notify } from "../state/notices.js";

const SHOWN_MS = 1600;
/** What is copied: what the button does, and what it has done. */
const NOUNS = {
  text: [t("Copy text"), t("Copied the text.")],
  seed: [t("Copy seed"), t("Copied the seed.")],
  prompt: [t("Copy prompt"), t("Copied the prompt.")],
  settings: [t("Copy settings"), t("Copied the settings.")],
  link: [t("Copy link"), t("Copied the link.")],
  embed: [t("Copy embed code"), t("Copied the embed code.")],
};

export class CopyButton extends SoundElement {
  text = "";
  /** What is copied. @type {keyof typeof NOUNS} */ noun = "text";
  /** What the button shows beside the icon. */ label = "";

  mount() {
    const [copies, copied] = NOUNS[this.noun];
    const picture = icon("copy");
    const button = h(
      "button",
      { type: "button", class: "quiet button", "aria-label": this.label ? `${copies}: ${this.label}` : copies },
      picture,
      this.label && h("span", null, this.label),
    );
    let timer = 0;
    this.on(button, "click", async () => {
      if (!(await copy(this.text))) return notify(t("Your browser does not allow copying here."), "error");
      announce(copied);
      setIcon(picture, "check");
      clearTimeout(timer);
      timer = setTimeout(() => setIcon(picture, "copy"), SHOWN_MS);
    });
    this.signal.addEventListener("abort", () => clearTimeout(timer));
    this.replaceChildren(button);
  }
}

/**
 * @param {string} text
 * @returns {Promise<boolean>}
 */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Over plain HTTP from another machine there is no clipboard API; the old command still works there.
    return copyBySelection(text);
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const area = h("textarea", { class: "visually-hidden", ".value": text });
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  focused?.focus();
  return done;
}

define("sb-copy-button", CopyButton);
