/** Everything that was made here: search, narrow down, listen. The address always says what is shown. */
import { h, icon, setAttribute, setText } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { number, plural } from "../core/format.js";
import { isAbort, queryString, request } from "../core/api.js";
import { router } from "../core/router.js";
import { store } from "../core/store.js";
import { player } from "../player/player.js";
import { announce } from "../state/notices.js";
import { published } from "../state/tracks.js";
import { editPlaylist } from "../elements/playlist-dialogs.js";
import "../elements/category-filter.js";
import "../elements/track-row.js";

const PER_PAGE = 20;
const TYPING_MS = 250;
const MODELS = /** @type {const} */ ([["", "All", "total"], ["music", "Music", "music"], ["audio", "Effects", "audio"]]);
const SORTS = [["recent", "Newest first"], ["relevance", "Best match"], ["popular", "Most liked"], ["trending", "Trending"], ["plays", "Most played"], ["duration", "Longest first"]];

class LibraryView extends SoundElement {
  /** @type {{params: Record<string, string>, query: URLSearchParams}} Set by the router. */
  location = { params: {}, query: new URLSearchParams() };
  /** @type {Promise<void>} Resolves when the list stands. */ ready = Promise.resolve();
  #wanted = { q: "", model: "", category: /** @type {string[]} */ ([]), sort: "", kept: "", page: 1 };
  #asked = new AbortController();
  #typing = 0;
  /** Whether the list failed for a reason that may pass. */ #trouble = false;
  #search = h("input", {
    id: "library-search",
    type: "search",
    dir: "auto",
    placeholder: "Search prompts",
    "aria-label": "Search the library",
    autocomplete: "off",
    maxlength: 500,
  });
  #sort = h("select", { "aria-label": "Sort by" }, SORTS.map(([value, label]) => h("option", { value }, label)));
  #models = MODELS.map(([value, label, count]) => ({
    value,
    count,
    label,
    tally: h("span", { class: "count" }),
    input: h("input", { type: "radio", name: "library-model", value }),
  }));
  #categories = h("sb-category-filter");
  #kept = h("button", { type: "button", class: "chip kept" }, icon("heart"), "Favourites");
  #save = h("button", { type: "button", class: "chip save-search", hidden: true }, icon("add"), "Save search");
  #summary = h("p", { class: "muted summary" });
  #fresh = h("button", { type: "button", class: "button fresh", hidden: true });
  #list = h("ol", { class: "rows", role: "list" });
  #pages = h("nav", { class: "pages", "aria-label": "Pages" });

  mount() {
    this.replaceChildren(
      h("header", { class: "view-head" }, h("h1", { tabindex: -1 }, "Library"), h("p", null, "Everything this Sound Box has made.")),
      this.#tools(),
      this.#categories,
      h("div", { class: "list-head" }, this.#summary, this.#save, this.#kept, this.#sort),
      this.#fresh,
      this.#list,
      this.#pages,
    );
    this.on(published, "track", () => this.#offerFresh());
    this.on(this.#fresh, "click", () => this.#again());
    store.watch(({ connection }) => connection, (state) => state === "live" && this.#trouble && this.#again(), this.signal);
    this.signal.addEventListener("abort", () => {
      clearTimeout(this.#typing);
      this.#asked.abort();
    });
    this.addressChanged();
  }

  /** The address changed: show what it says. */
  addressChanged() {
    const { query } = this.location;
    this.#wanted = {
      q: query.get("q") ?? "",
      model: query.get("model") ?? "",
      category: query.getAll("category"),
      sort: query.get("sort") ?? "",
      kept: query.get("kept") ?? "",
      page: Math.max(1, Number(query.get("page")) || 1),
    };
    // While something is typed the box is ahead of the address, if only by a space.
    if (this.#search.value.trim() !== this.#wanted.q) this.#search.value = this.#wanted.q;
    this.#again();
  }

  /** Ask once more for what is shown. */
  #again() {
    this.#writeControls();
    this.ready = this.#load();
  }

  #tools() {
    this.on(this.#search, "input", () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#searchFor(this.#search.value.trim()), TYPING_MS);
    });
    this.on(this.#sort, "change", () => this.#ask({ sort: this.#sort.value === this.#usualSort() ? "" : this.#sort.value, page: 1 }));
    // Favourites stand in the order in which they were kept; words, categories and orders are for the whole library.
    this.on(this.#kept, "click", () => this.#ask({ q: "", category: [], sort: "", kept: this.#wanted.kept ? "" : "1", page: 1 }));
    for (const { input, value } of this.#models) this.on(input, "change", () => this.#showModel(value));
    this.on(this.#save, "click", () => {
      const { q, model, category, sort } = this.#wanted;
      editPlaylist({ query: queryString({ search: q, model, category, sort }).slice(1) });
    });
    this.on(this.#categories, "choose", ({ detail }) => this.#ask({ category: detail, kept: "", page: 1 }));
    return h(
      "div",
      { class: "tools", role: "search" },
      h("div", { class: "search-box" }, icon("search"), this.#search),
      h(
        "fieldset",
        { class: "segmented" },
        h("legend", { class: "visually-hidden" }, "Show"),
        this.#models.map(({ input, label, tally }) => h("label", null, input, label, tally)),
      ),
    );
  }

  /** The words of one search make one entry of the history, not one a letter. @param {string} q */
  #searchFor(q) {
    const typingOn = this.#wanted.q !== "" && q !== "";
    if (q === this.#wanted.q) return;
    this.#wanted.kept = "";
    if (!typingOn) return void this.#ask({ q, page: 1 });
    Object.assign(this.#wanted, { q, page: 1 });
    router.replace(this.#address());
    this.#again();
  }

  /** No sound is of both models, so categories of the other one are left out. @param {string} model */
  #showModel(model) {
    const category = this.#wanted.category.filter((id) => !model || this.#categories.modelOf(id) === model);
    this.#ask({ model, category, page: 1 });
  }

  /**
   * Go where something else is asked for, so that "back" leads here again.
   * @param {Partial<{q: string, model: string, category: string[], sort: string, kept: string, page: number}>} change
   */
  #ask(change) {
    Object.assign(this.#wanted, change);
    return router.go(this.#address());
  }

  #address() {
    const { page, ...rest } = this.#wanted;
    return `/library${queryString({ ...rest, page: page > 1 ? page : "" })}`;
  }

  #writeControls() {
    for (const { input, value } of this.#models) input.checked = value === this.#wanted.model;
    this.#sort.value = this.#wanted.sort || this.#usualSort();
    this.#categories.show(this.#wanted.category, this.#wanted.model);
    const { q, model, category, sort, kept } = this.#wanted;
    this.#save.hidden = Boolean(kept) || !(q || model || category.length || sort);
    setAttribute(this.#kept, "aria-pressed", String(Boolean(this.#wanted.kept)));
  }

  /** The order when none is chosen. */
  #usualSort() {
    return this.#wanted.q ? "relevance" : "recent";
  }

  async #load() {
    this.#asked.abort();
    const { signal } = (this.#asked = new AbortController());
    this.#fresh.hidden = true;
    this.#trouble = false;
    setAttribute(this.#list, "aria-busy", "true");
    const { q, model, category, sort, kept, page } = this.#wanted;
    const all = { search: q, model, category, sort: sort || this.#usualSort(), page, per_page: PER_PAGE };
    try {
      const [found, counts] = await Promise.all([
        kept ? request("/api/favorites", { query: { model, page, per_page: PER_PAGE }, signal }) : request("/api/library", { query: all, signal }),
        request("/api/library/counts", { signal }),
      ]);
      this.#show(found, counts);
    } catch (/** @type {any} */ error) {
      if (isAbort(error)) return;
      this.#showTrouble(error);
    }
    setAttribute(this.#list, "aria-busy", null);
  }

  /** @param {any} found @param {Record<string, number>} counts */
  #show(found, counts) {
    for (const { tally, count } of this.#models) setText(tally, number(counts[count] ?? 0));
    const tracks = found.items;
    const play = (/** @type {number} */ index, from_s = 0) => player.playList(tracks, { index, from_s, label: this.#wanted.kept ? "Favourites" : "Library" });
    const sentence = found.total ? `${plural(found.total, "sound")}${this.#wanted.q ? ` for “${this.#wanted.q}”` : ""}` : "";
    setText(this.#summary, sentence);
    announce(sentence || "No sounds found.");
    this.#sort.hidden = !found.total || Boolean(this.#wanted.kept);
    this.#list.replaceChildren(
      ...tracks.map((/** @type {any} */ track, /** @type {number} */ index) =>
        h("li", null, h("sb-track-row", { class: "row", ".track": track, ".start": (from_s = 0) => play(index, from_s) })),
      ),
    );
    if (!tracks.length) this.#list.replaceChildren(h("li", null, this.#empty(counts.total ?? 0)));
    this.#showPages(found);
  }

  /** @param {number} all How many sounds there are without any filter. */
  #empty(all) {
    if (this.#wanted.kept) {
      const words = [h("h2", null, "No favourites yet"), h("p", null, "Press the heart beside a sound to keep it here.")];
      return h("div", { class: "empty panel" }, words);
    }
    const { q, model } = this.#wanted;
    const prompt = all && q ? q : "calm piano over soft rain, 80 bpm";
    const words = all
      ? [h("h2", null, q ? ["Nothing sounds like “", h("bdi", null, q), "” yet"] : "Nothing here yet"), h("p", null, "It takes one click to change that.")]
      : [h("h2", null, "An empty shelf"), h("p", null, "Every sound that is made here ends up on it. Start with this one:")];
    const href = `/generate${queryString({ prompt, model })}`;
    const make = h("a", { class: "primary button", href }, icon("spark"), h("span", null, "Make “", h("bdi", null, prompt), "”"));
    return h("div", { class: "empty panel" }, words, make);
  }

  /** @param {{page: number, pages: number}} found */
  #showPages({ page, pages }) {
    this.#pages.hidden = !(pages > 1);
    const step = (/** @type {number} */ to, /** @type {any} */ picture, /** @type {string} */ label) => {
      const button = h("button", { type: "button", class: "button", disabled: to < 1 || to > pages, "aria-label": label }, icon(picture));
      return this.on(button, "click", async () => {
        this.#ask({ page: to });
        await this.ready;
        this.querySelector("h1")?.focus({ preventScroll: true });
      });
    };
    this.#pages.replaceChildren(
      step(page - 1, "left", "Previous page"),
      h("span", null, `Page ${number(page)} of ${number(pages)}`),
      step(page + 1, "right", "Next page"),
    );
  }

  /** @param {Error} error */
  #showTrouble(error) {
    const again = this.on(h("button", { type: "button", class: "button" }, icon("reuse"), "Try again"), "click", () => this.#again());
    this.#trouble = true;
    setText(this.#summary, "");
    this.#sort.hidden = true;
    this.#pages.hidden = true;
    const words = [h("h2", null, "The library can't be opened"), h("p", null, error.message)];
    this.#list.replaceChildren(h("li", null, h("div", { class: "empty panel" }, words, again)));
    announce(error.message);
  }

  /** New sounds don't push the list away under the pointer: they wait behind a button. */
  #offerFresh() {
    const { q, category, sort, kept, page } = this.#wanted;
    if (q || category.length || sort || kept || page > 1) return;
    if (!this.#list.querySelector("sb-track-row")) return this.#again();
    setText(this.#fresh, "New sounds have arrived. Show them");
    this.#fresh.hidden = false;
  }
}

define("sb-library-view", LibraryView);
