/**
 * What narrows the library beside words and kinds: length, tempo, key, engine, quality, loops, whose. And every filter that holds, as
 * chips to take away.
 *
 * Tells `choose` with what changes of the address as its detail, and `open` when counts are to be seen.
 */
import { h, icon, setAttribute } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { engineLabel, keyLabel, number } from "../core/format.js";
import { t } from "../core/words.js";

/** @typedef {Record<string, string>} Chosen  Values by the name of a parameter of the API. */
/** @typedef {{least: number | null, below: number | null, count: number}} Bucket */

/** The parameters that are chosen here. */
export const FILTERS = /** @type {const} */ (["duration_min", "duration_max", "bpm_min", "bpm_max", "key", "engine", "min_score", "loop", "mine"]);
const SCORES = [60, 75, 90];
/** A length below a bound, since bounds of the API are themselves in its range. */
const BELOW = 0.01;

class LibraryFilters extends SoundElement {
  /** @type {Chosen} */ #chosen = {};
  #length = h("select", { id: "filter-length" });
  #tempo = h("select", { id: "filter-tempo" });
  #key = h("select", { id: "filter-key" });
  #engine = h("select", { id: "filter-engine" });
  #score = h("select", { id: "filter-score" });
  #loop = h("button", { type: "button", class: "chip" });
  #mine = h("button", { type: "button", class: "chip" }, t("Mine"));
  #active = h("div", { class: "chips active-filters", role: "group", "aria-label": t("Active filters"), hidden: true });
  #more = h("details", { class: "more-filters" });

  mount() {
    const field = (/** @type {string} */ label, /** @type {HTMLElement} */ control) => h("div", null, h("label", { for: control.id }, label), control);
    this.#more.replaceChildren(
      h("summary", { class: "chip" }, icon("filter"), t("Filters")),
      h(
        "div",
        { class: "filter-fields panel" },
        field(t("Length"), this.#length),
        field(t("Tempo"), this.#tempo),
        field(t("Key"), this.#key),
        field(t("Made by"), this.#engine),
        field(t("Quality"), this.#score),
        h("div", { class: "chips" }, this.#loop, this.#mine),
      ),
    );
    this.replaceChildren(this.#more, this.#active);
    this.on(this.#more, "toggle", () => this.#more.open && this.dispatchEvent(new Event("open")));
    this.on(this.#length, "change", () => this.#chooseRange("duration", this.#length.value));
    this.on(this.#tempo, "change", () => this.#chooseRange("bpm", this.#tempo.value));
    this.on(this.#key, "change", () => this.#choose({ key: this.#key.value }));
    this.on(this.#engine, "change", () => this.#choose({ engine: this.#engine.value }));
    this.on(this.#score, "change", () => this.#choose({ min_score: this.#score.value }));
    this.on(this.#loop, "click", () => this.#choose({ loop: this.#chosen.loop ? "" : "true" }));
    this.on(this.#mine, "click", () => this.#choose({ mine: this.#chosen.mine ? "" : "true" }));
  }

  /** Whether its fields, and so the counts, can be seen. */
  get open() {
    return this.#more.open;
  }

  /**
   * @param {Chosen} chosen
   * @param {{label: string, change: Record<string, any>}[]} others  Filters that are chosen elsewhere, and what takes each away.
   */
  show(chosen, others) {
    this.#chosen = chosen;
    setAttribute(this.#loop, "aria-pressed", String(Boolean(chosen.loop)));
    setAttribute(this.#mine, "aria-pressed", String(Boolean(chosen.mine)));
    this.#showActive([...others, ...labels(chosen)]);
  }

  /** Show how many sounds of the list there are of each kind. @param {any} facets  As GET /api/library/facets. */
  count({ duration, bpm, keys, engines, loops }) {
    const { key, engine, min_score, duration_min, duration_max, bpm_min, bpm_max } = this.#chosen;
    fill(this.#length, buckets(duration, BELOW, seconds), range(duration_min, duration_max), t("Any length"), seconds);
    fill(this.#tempo, buckets(bpm, 0, beats), range(bpm_min, bpm_max), t("Any tempo"), beats);
    const named = Object.entries(keys).map(([name, count]) => ({ value: name, label: withCount(keyLabel(name), /** @type {number} */ (count)) }));
    fill(this.#key, named, key ?? "", t("Any key"), keyLabel);
    const made = Object.entries(engines).map(([name, count]) => ({ value: name, label: withCount(engineLabel(name), /** @type {number} */ (count)) }));
    fill(this.#engine, made, engine ?? "", t("Anything"), engineLabel);
    fill(this.#score, SCORES.map((score) => ({ value: String(score), label: quality(score) })), min_score ?? "", t("Any quality"), quality);
    this.#loop.replaceChildren(t("Loops"), " ", h("span", { class: "count" }, number(loops)));
  }

  /** @param {{label: string, change: Record<string, any>}[]} filters */
  #showActive(filters) {
    const hadFocus = this.#active.contains(document.activeElement);
    const chip = (/** @type {string} */ label, /** @type {Record<string, any>} */ change) =>
      this.on(h("button", { type: "button", class: "chip active-filter", "aria-label": t("Take away: {filter}", { filter: label }) }, h("bdi", null, label), icon("close")), "click", () =>
        this.#choose(change),
      );
    const all = Object.assign({}, ...filters.map(({ change }) => change), { category: [] });
    const clear = this.on(h("button", { type: "button", class: "chip clear-filters" }, t("Clear all")), "click", () => this.#choose(all));
    this.#active.hidden = !filters.length;
    this.#active.replaceChildren(...filters.map(({ label, change }) => chip(label, change)), clear);
    if (hadFocus) /** @type {HTMLElement | null} */ (filters.length ? this.#active.firstElementChild : this.#more.firstElementChild)?.focus();
  }

  /** @param {"duration" | "bpm"} what @param {string} value  As `5-9.99`. */
  #chooseRange(what, value) {
    const [least = "", most = ""] = value.split("-");
    this.#choose({ [`${what}_min`]: least, [`${what}_max`]: most });
  }

  /** @param {Record<string, any>} detail */
  #choose(detail) {
    this.dispatchEvent(new CustomEvent("choose", { detail }));
  }
}

/** What holds of the filters of this element, in words. @param {Chosen} chosen */
function labels({ duration_min, duration_max, bpm_min, bpm_max, key, engine, min_score, loop, mine }) {
  const length = range(duration_min, duration_max);
  const tempo = range(bpm_min, bpm_max);
  return [
    length && { label: seconds(length), change: { duration_min: "", duration_max: "" } },
    tempo && { label: beats(tempo), change: { bpm_min: "", bpm_max: "" } },
    key && { label: keyLabel(key), change: { key: "" } },
    engine && { label: t("Made by {engine}", { engine: engineLabel(engine) }), change: { engine: "" } },
    min_score && { label: t("Quality {score}", { score: quality(min_score) }), change: { min_score: "" } },
    loop && { label: /^(true|1)$/i.test(loop) ? t("Loops") : t("No loops"), change: { loop: "" } },
    mine && { label: t("Mine"), change: { mine: "" } },
  ].filter((one) => typeof one === "object");
}

/** @param {string} [least] @param {string} [most] */
function range(least = "", most = "") {
  return least || most ? `${least}-${most}` : "";
}

/** @param {Bucket[]} all @param {number} gap @param {(range: string) => string} say */
function buckets(all, gap, say) {
  return all
    .filter(({ count }) => count)
    .map(({ least, below, count }) => {
      const value = range(least === null ? "" : String(least), below === null ? "" : String(below - gap));
      return { value, label: withCount(say(value), count) };
    });
}

/** @param {string} text */
function seconds(text) {
  return span(text, { both: t("{least} to {most} s"), least: t("{least} s and more"), most: t("up to {most} s") });
}

/** @param {string} text */
function beats(text) {
  return span(text, { both: t("{least} to {most} bpm"), least: t("{least} bpm and more"), most: t("up to {most} bpm") });
}

/** A range in words. @param {string} text @param {{both: string, least: string, most: string}} words */
function span(text, words) {
  const [least, most] = text.split("-");
  const form = least && most ? words.both : least ? words.least : words.most;
  return form.replace("{least}", round(least)).replace("{most}", round(most));
}

/** @param {string} value */
function round(value) {
  return number(Math.round(10 * Number(value)) / 10);
}

/** @param {string | number} score */
function quality(score) {
  return t("{score} and better", { score });
}

/** @param {string} label @param {number} count */
function withCount(label, count) {
  return `${label} (${number(count)})`;
}

/**
 * Put options into a choice: none, what there is, and what is chosen even when there is none of it.
 * @param {HTMLSelectElement} select
 * @param {{value: string, label: string}[]} options
 * @param {string} chosen
 * @param {string} none
 * @param {(value: string) => string} say
 */
function fill(select, options, chosen, none, say) {
  const known = !chosen || options.some(({ value }) => value === chosen);
  const all = [{ value: "", label: none }, ...options, ...(known ? [] : [{ value: chosen, label: say(chosen) }])];
  select.replaceChildren(...all.map(({ value, label }) => h("option", { value }, label)));
  select.value = chosen;
}

define("sb-library-filters", LibraryFilters);
