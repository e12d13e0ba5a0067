/** The categories that a sound is in, and those that listeners suggest: three who agree put it into one. */
import { h, icon, setAttribute } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { isAbort, post, request } from "../core/api.js";
import { language, t, tn, told } from "../core/words.js";
import { allCategories } from "../state/categories.js";
import { announce, notify } from "../state/notices.js";

class TrackCategories extends SoundElement {
  /** @type {import("../state/tracks.js").Track | null} */ track = null;
  /** @type {Promise<void>} Resolves when they stand there. */ ready = Promise.resolve();
  #chips = h("ul", { class: "chips", role: "list" });
  #choice = h("select", { "aria-label": t("Category to suggest") });
  #suggest = h("button", { type: "submit", class: "quiet button" }, t("Suggest"));

  mount() {
    const form = h("form", { class: "suggest" }, this.#choice, this.#suggest);
    this.on(form, "submit", (event) => {
      event.preventDefault();
      if (this.#choice.value) this.#say(this.#choice.value, true);
    });
    this.hidden = true;
    this.replaceChildren(h("h2", { id: "kind" }, t("What kind of sound is it?")), this.#chips, form);
    this.ready = this.#load();
  }

  async #load() {
    const { track, signal } = this;
    if (!track) return;
    try {
      const asked = request(`/api/library/${encodeURIComponent(track.id)}/tag-suggestions`, { signal });
      const [known, suggested] = await Promise.all([allCategories(), asked]);
      const ofModel = [...known.values()].filter(({ model }) => model === track.model);
      if (!signal.aborted) this.#show(Object.fromEntries(ofModel.map(({ id, label }) => [id, label])), suggested);
    } catch (/** @type {any} */ error) {
      if (isAbort(error) || signal.aborted) return;
      this.replaceChildren(h("p", { class: "quiet" }, error.message));
      this.hidden = false;
    }
  }

  /**
   * @param {Record<string, string>} names
   * @param {{suggestions: Record<string, number>, user_suggestions: string[], current_categories: string[], threshold: number}} suggested
   */
  #show(names, suggested) {
    const { suggestions, user_suggestions: own, current_categories: current, threshold } = suggested;
    const shown = [...current, ...Object.keys(suggestions).filter((id) => !current.includes(id))];
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.category;
    this.#chips.replaceChildren(
      ...shown.map((id) => h("li", null, this.#chip(id, names[id] ?? id, { votes: suggestions[id] ?? 0, isIn: current.includes(id), isOwn: own.includes(id), threshold }))),
    );
    if (focused) /** @type {HTMLElement | null} */ (this.#chips.querySelector(`[data-category="${focused}"]`))?.focus();
    const others = Object.entries(names).filter(([id]) => !shown.includes(id));
    others.sort(([, one], [, other]) => one.localeCompare(other, language));
    this.#choice.replaceChildren(h("option", { value: "" }, t("Another category…")), ...others.map(([value, label]) => h("option", { value }, label)));
    this.hidden = false;
  }

  /**
   * @param {string} id
   * @param {string} label
   * @param {{votes: number, isIn: boolean, isOwn: boolean, threshold: number}} stands
   */
  #chip(id, label, { votes, isIn, isOwn, threshold }) {
    const agree = votes ? tn(votes, "{count} agrees", "{count} agree") : "";
    const tally = isIn ? agree : t("{votes} of {threshold}", { votes, threshold });
    const chip = h("button", { type: "button", class: isIn ? "chip settled" : "chip", "data-category": id }, isIn && icon("check"), label, tally && h("span", { class: "count" }, tally));
    setAttribute(chip, "aria-pressed", String(isOwn));
    setAttribute(chip, "title", isOwn ? t("You say so. Press to take it back.") : t("Press to say so, too."));
    return this.on(chip, "click", () => this.#say(id, !isOwn));
  }

  /** @param {string} category @param {boolean} isSo */
  async #say(category, isSo) {
    if (!this.track) return;
    setAttribute(this, "aria-busy", "true");
    try {
      const path = `/api/library/${encodeURIComponent(this.track.id)}/${isSo ? "suggest-tag" : "cancel-tag"}`;
      const { message } = await post(path, { category });
      announce(told(message));
      await this.#load();
    } catch (/** @type {any} */ error) {
      notify(error.message, "error");
    }
    setAttribute(this, "aria-busy", null);
  }
}

define("sb-track-categories", TrackCategories);
