/**
 * Chips to narrow a list to kinds of sounds: what is chosen, the largest kinds, and behind a button all there are.
 *
 * Tells `choose` with the ids that are chosen from then on as its detail.
 */
import { h, icon, setText } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { isAbort } from "../core/api.js";
import { number } from "../core/format.js";
import { t } from "../core/words.js";
import { allCategories, categoryCounts, grouped } from "../state/categories.js";

const SHOWN = 8;
const MOST_CHOSEN = 8;

class CategoryFilter extends SoundElement {
  #chosen = /** @type {string[]} */ ([]);
  #model = "";
  #asked = new AbortController();
  /** @type {Map<string, import("../state/categories.js").Category>} */ #known = new Map();
  /** @type {Record<string, number>} */ #counts = {};
  #few = h("div", { class: "chips", role: "group", "aria-label": t("Categories") });
  #all = h("div", { class: "all-categories panel", id: "all-categories", hidden: true });
  #label = h("span", null, t("All categories"));
  #more = h("button", { type: "button", class: "chip more-categories", "aria-expanded": "false", "aria-controls": "all-categories" }, icon("tags"), this.#label);

  mount() {
    this.hidden = true;
    this.replaceChildren(this.#few, this.#all);
    this.on(this.#more, "click", () => this.#open(this.#all.hidden));
    this.on(this, "keydown", (event) => {
      if (event.key !== "Escape" || this.#all.hidden) return;
      this.#open(false);
      this.#more.focus();
    });
    this.signal.addEventListener("abort", () => this.#asked.abort());
  }

  /**
   * Show the counts as they are now.
   * @param {string[]} chosen  Ids.
   * @param {string} model  "" for both.
   */
  async show(chosen, model) {
    this.#chosen = chosen;
    this.#model = model;
    this.#draw();
    this.#asked.abort();
    const { signal } = (this.#asked = new AbortController());
    try {
      const [known, counts] = await Promise.all([allCategories(), categoryCounts(model, signal)]);
      if (signal.aborted || this.signal.aborted) return;
      [this.#known, this.#counts] = [known, counts];
      this.#draw();
    } catch (error) {
      // The list below says what is wrong; the chips stay as they were.
      if (!isAbort(error) && !this.#known.size) this.hidden = true;
    }
  }

  /** @param {string} id */
  modelOf(id) {
    return this.#known.get(id)?.model;
  }

  #draw() {
    const focused = /** @type {HTMLElement | null} */ (this.contains(document.activeElement) ? document.activeElement : null);
    const wanted = focused?.dataset.category;
    const inAll = this.#all.contains(focused);
    const others = Object.keys(this.#counts).filter((id) => this.#known.has(id) && !this.#chosen.includes(id));
    this.hidden = !this.#chosen.length && !others.length;
    this.#few.replaceChildren(...[...this.#chosen, ...others.slice(0, SHOWN)].map((id) => this.#chip(id)), this.#more);
    this.#drawAll();
    if (!wanted) return focused === this.#more ? this.#more.focus() : undefined;
    /** @type {HTMLElement | null} */
    const again = (inAll ? this.#all : this.#few).querySelector(`[data-category="${CSS.escape(wanted)}"]`);
    (again ?? this.#more).focus();
  }

  #drawAll() {
    if (this.#all.hidden) return this.#all.replaceChildren();
    const there = [...this.#known.values()].filter(({ id, model }) => (!this.#model || model === this.#model) && (this.#counts[id] || this.#chosen.includes(id)));
    this.#all.replaceChildren(
      ...grouped(there).map(([name, categories], index) =>
        h(
          "section",
          { "aria-labelledby": `categories-${index}` },
          h("h2", { id: `categories-${index}` }, name),
          h("div", { class: "chips" }, categories.map(({ id }) => this.#chip(id))),
        ),
      ),
    );
  }

  /** @param {string} id */
  #chip(id) {
    const chosen = this.#chosen.includes(id);
    const chip = h(
      "button",
      { type: "button", class: "chip", "data-category": id, "aria-pressed": String(chosen) },
      this.#known.get(id)?.label ?? id.replaceAll("-", " "),
      chosen ? icon("close") : h("span", { class: "count" }, number(this.#counts[id] ?? 0)),
    );
    return this.on(chip, "click", () => this.#choose(id));
  }

  /** @param {string} id */
  #choose(id) {
    const rest = this.#chosen.filter((other) => other !== id);
    const detail = rest.length < this.#chosen.length ? rest : [...rest, id].slice(-MOST_CHOSEN);
    this.dispatchEvent(new CustomEvent("choose", { detail }));
  }

  /** @param {boolean} open */
  #open(open) {
    this.#all.hidden = !open;
    this.#more.setAttribute("aria-expanded", String(open));
    setText(this.#label, open ? t("Fewer categories") : t("All categories"));
    this.#drawAll();
  }
}

define("sb-category-filter", CategoryFilter);
