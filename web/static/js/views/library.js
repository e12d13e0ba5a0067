/** Everything that was made here: search, narrow down, listen. The address always says what is shown. */
import { h, icon, setAttribute, setText } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { modelLabel, number } from "../core/format.js";
import { isAbort, queryString, request } from "../core/api.js";
import { recall, remember } from "../core/memory.js";
import { router } from "../core/router.js";
import { store } from "../core/store.js";
import { parts, t, tn } from "../core/words.js";
import { player } from "../player/player.js";
import { announce } from "../state/notices.js";
import { leaving } from "../state/leaving.js";
import { PER_PAGE, Shelf } from "../state/shelf.js";
import { published } from "../state/tracks.js";
import { FILTERS } from "../elements/library-filters.js";
import "../elements/category-filter.js";
import "../elements/sound-list.js";

/** @typedef {{q: string, model: string, category: string[], sort: string, kept: string, page: number} & Record<typeof FILTERS[number], string>} Wanted */

const TYPING_MS = 250;
/** How far below the window the end of the list may be when more is fetched. */
const AHEAD = "900px";
const MODELS = /** @type {const} */ ([["", t("All"), "total"], ["music", t("Music"), "music"], ["audio", t("Effects"), "audio"]]);
const SORTS = [
  ["recent", t("Newest first")],
  ["relevance", t("Best match")],
  ["popular", t("Most liked")],
  ["trending", t("Trending")],
  ["plays", t("Most played")],
  ["duration", t("Longest first")],
];
/** What a list of favourites, which has an order of its own, leaves out. */
const UNFILTERED = Object.fromEntries(FILTERS.map((name) => [name, ""]));

class LibraryView extends SoundElement {
  /** @type {{params: Record<string, string>, query: URLSearchParams}} Set by the router. */
  location = { params: {}, query: new URLSearchParams() };
  /** @type {Promise<void>} Resolves when the list stands. */ ready = Promise.resolve();
  #wanted = /** @type {Wanted} */ ({ q: "", model: "", category: [], sort: "", kept: "", page: 1 });
  #asked = new AbortController();
  /** @type {Shelf | null} */ #shelf = null;
  #typing = 0;
  /** Whether the list failed for a reason that may pass. */ #trouble = false;
  #search = h("input", {
    id: "library-search",
    type: "search",
    dir: "auto",
    placeholder: t("Search prompts"),
    "aria-label": t("Search the library"),
    autocomplete: "off",
    maxlength: 500,
  });
  #sort = h("select", { "aria-label": t("Sort by") }, SORTS.map(([value, label]) => h("option", { value }, label)));
  #models = MODELS.map(([value, label, count]) => ({
    value,
    count,
    label,
    tally: h("span", { class: "count" }),
    input: h("input", { type: "radio", name: "library-model", value }),
  }));
  #categories = h("sb-category-filter");
  #filters = h("sb-library-filters");
  #kept = h("button", { type: "button", class: "chip kept" }, icon("heart"), t("Favourites"));
  #save = h("button", { type: "button", class: "chip save-search", hidden: true }, icon("add"), t("Save search"));
  #layout = h("button", { type: "button", class: "icon-button layout" }, icon("grid"));
  #select = h("button", { type: "button", class: "icon-button", "aria-label": t("Select"), "aria-pressed": "false" }, icon("select"));
  #bulk = h("sb-bulk-bar", { hidden: true });
  #summary = h("p", { class: "muted summary" });
  #fresh = h("button", { type: "button", class: "button fresh", hidden: true });
  #earlier = h("button", { type: "button", class: "button earlier", hidden: true }, icon("up"), t("Show from the start"));
  #list = h("sb-sound-list");
  #more = h("button", { type: "button", class: "button more", hidden: true });

  mount() {
    this.replaceChildren(
      h("header", { class: "view-head" }, h("h1", { tabindex: -1 }, t("Library")), h("p", null, t("Everything this Sound Box has made."))),
      this.#tools(),
      this.#categories,
      this.#filters,
      h("div", { class: "list-head" }, this.#summary, this.#save, this.#kept, this.#sort, this.#select, this.#layout),
      this.#bulk,
      this.#fresh,
      this.#earlier,
      this.#list,
      this.#more,
    );
    this.on(published, "track", () => this.#offerFresh());
    this.on(this.#fresh, "click", () => this.#again());
    store.watch(({ connection }) => connection, (state) => state === "live" && this.#trouble && this.#again(), this.signal);
    this.signal.addEventListener("abort", () => {
      clearTimeout(this.#typing);
      this.#asked.abort();
    });
    this.#list.play = (/** @type {number} */ index, from_s = 0) => this.#play(index, from_s);
    this.#loadAhead();
    this.#offerPicking();
    this.#layOut(recall("library-layout", "list"));
    this.addressChanged();
  }

  /** The address changed: show what it says, as far as it was shown when somebody left it. */
  addressChanged() {
    const { query } = this.location;
    const filters = Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? ""]));
    this.#wanted = /** @type {Wanted} */ ({
      q: query.get("q") ?? "",
      model: query.get("model") ?? "",
      category: query.getAll("category"),
      sort: query.get("sort") ?? "",
      kept: query.get("kept") ?? "",
      page: Math.max(1, Math.floor(Number(query.get("page"))) || 1),
      ...filters,
    });
    // While something is typed the box is ahead of the address, if only by a space.
    if (this.#search.value.trim() !== this.#wanted.q) this.#search.value = this.#wanted.q;
    this.#again(history.state?.rows);
  }

  /** Where the list stands, for the router. */
  place() {
    return this.#list.place();
  }

  /** @param {any} place */
  returnTo(place) {
    return this.#list.returnTo(place);
  }

  /** Ask once more for what is shown. @param {number} [rows] How many sounds are to be there. */
  #again(rows = PER_PAGE) {
    this.#writeControls();
    this.ready = this.#load(rows);
  }

  #tools() {
    this.on(this.#search, "input", () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#searchFor(this.#search.value.trim()), TYPING_MS);
    });
    this.on(this.#search, "keydown", (event) => {
      if (event.key !== "ArrowDown" || !this.#list.count) return;
      event.preventDefault();
      this.#list.choose(0);
    });
    this.on(this.#sort, "change", () => this.#ask({ sort: this.#sort.value === this.#usualSort() ? "" : this.#sort.value }));
    // Favourites stand in the order in which they were kept; words, categories and orders are for the whole library.
    this.on(this.#kept, "click", () => this.#ask({ ...UNFILTERED, q: "", category: [], sort: "", kept: this.#wanted.kept ? "" : "1" }));
    for (const { input, value } of this.#models) this.on(input, "change", () => this.#showModel(value));
    this.on(this.#save, "click", async () => {
      const { editPlaylist } = await import("../elements/playlist-dialogs.js");
      const { q, kept: _kept, page: _page, ...rest } = this.#wanted;
      editPlaylist({ query: queryString({ search: q, ...rest }).slice(1) });
    });
    this.on(this.#categories, "choose", ({ detail }) => this.#ask({ category: detail, kept: "" }));
    this.on(this.#filters, "choose", ({ detail }) => this.#ask({ kept: "", ...detail }));
    this.on(this.#filters, "open", () => this.#countKinds(this.#asked.signal));
    this.on(this.#layout, "click", () => this.#layOut(this.#layout.dataset.shows === "grid" ? "list" : "grid"));
    return h(
      "div",
      { class: "tools", role: "search" },
      h("div", { class: "search-box" }, icon("search"), this.#search),
      h(
        "fieldset",
        { class: "segmented" },
        h("legend", { class: "visually-hidden" }, t("Show")),
        this.#models.map(({ input, label, tally }) => h("label", null, input, label, tally)),
      ),
    );
  }

  /** More sounds come when the end of the list comes near, or by the button there. */
  #loadAhead() {
    this.on(this.#more, "click", () => this.#loadMore(true));
    this.on(this.#earlier, "click", () => this.#ask({}));
    const near = new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && this.#loadMore(false), { rootMargin: `0px 0px ${AHEAD}` });
    near.observe(this.#more);
    this.signal.addEventListener("abort", () => near.disconnect());
  }

  /** Several sounds at once, on demand: boxes in the list, and a bar with what to do. */
  #offerPicking() {
    const pick = (/** @type {boolean} */ on) => {
      setAttribute(this.#select, "aria-pressed", String(on));
      this.#bulk.hidden = !on;
      this.#list.picking = on;
    };
    this.on(this.#select, "click", async () => {
      await import("../elements/bulk-bar.js");
      pick(this.#bulk.hidden);
    });
    this.on(this.#bulk, "all", () => this.#list.pickAll(true));
    this.on(this.#bulk, "done", () => {
      pick(false);
      this.#select.focus();
    });
    this.on(this.#list, "pick", () => this.#bulk.hidden || (this.#bulk.tracks = this.#list.picked));
    this.on(leaving, "change", () => this.#list.showStaying());
  }

  /** @param {string} layout  "grid", or a list. */
  #layOut(layout) {
    const grid = layout === "grid";
    remember("library-layout", grid ? "grid" : "list");
    this.#layout.dataset.shows = grid ? "grid" : "list";
    this.#layout.replaceChildren(icon(grid ? "rows" : "grid"));
    setAttribute(this.#layout, "aria-label", grid ? t("Show as a list") : t("Show as a grid"));
    this.#list.layout = grid ? "grid" : "list";
  }

  /** The words of one search make one entry of the history, not one a letter. @param {string} q */
  #searchFor(q) {
    const typingOn = this.#wanted.q !== "" && q !== "";
    if (q === this.#wanted.q) return;
    this.#wanted.kept = "";
    if (!typingOn) return void this.#ask({ q });
    Object.assign(this.#wanted, { q, page: 1 });
    router.replace(this.#address());
    router.note({ rows: PER_PAGE });
    this.#again();
  }

  /** No sound is of both models, so categories of the other one are left out. @param {string} model */
  #showModel(model) {
    const category = this.#wanted.category.filter((id) => !model || this.#categories.modelOf(id) === model);
    this.#ask({ model, category });
  }

  /** Go where something else is asked for, from its start, so that "back" leads here again. @param {Partial<Wanted>} change */
  #ask(change) {
    Object.assign(this.#wanted, { page: 1 }, change);
    return router.go(this.#address());
  }

  #address() {
    const { page, ...rest } = this.#wanted;
    return `/library${queryString({ ...rest, page: page > 1 ? page : "" })}`;
  }

  #writeControls() {
    const { q, model, category, sort, kept } = this.#wanted;
    for (const { input, value } of this.#models) input.checked = value === model;
    this.#sort.value = sort || this.#usualSort();
    this.#categories.show(category, model);
    this.#filters.show(this.#wanted, this.#otherFilters());
    this.#save.hidden = Boolean(kept) || !(q || model || category.length || sort || this.#isFiltered());
    setAttribute(this.#kept, "aria-pressed", String(Boolean(kept)));
  }

  /** What narrows the list beside the fields of the filters; categories have chips of their own. */
  #otherFilters() {
    const { q, model, kept } = this.#wanted;
    return [
      q && { label: t("“{prompt}”", { prompt: q }), change: { q: "" } },
      model && { label: modelLabel(model), change: { model: "" } },
      kept && { label: t("Favourites"), change: { kept: "" } },
    ].filter(Boolean);
  }

  #isFiltered() {
    return FILTERS.some((name) => this.#wanted[name]);
  }

  /** The order when none is chosen. */
  #usualSort() {
    return this.#wanted.q ? "relevance" : "recent";
  }

  /** @param {number} rows */
  async #load(rows) {
    this.#asked.abort();
    const { signal } = (this.#asked = new AbortController());
    this.#fresh.hidden = true;
    this.#trouble = false;
    this.#list.busy = true;
    const { q, sort, kept, page, model, ...rest } = this.#wanted;
    const all = { ...rest, search: q, model, sort: sort || this.#usualSort() };
    const shelf = kept ? new Shelf("/api/favorites", { model }, { page, byPages: true, signal }) : new Shelf("/api/library", all, { page, signal });
    try {
      const [counts] = await Promise.all([request("/api/library/counts", { signal }), shelf.reach(Math.max(rows, PER_PAGE))]);
      this.#shelf = shelf;
      this.#show(shelf, counts);
      if (this.#filters.open) this.#countKinds(signal);
    } catch (/** @type {any} */ error) {
      if (isAbort(error)) return;
      this.#showTrouble(error);
    }
    this.#list.busy = false;
  }

  /** Say how many sounds there are with each choice, beside what else is chosen. @param {AbortSignal} signal */
  async #countKinds(signal) {
    const { q, kept: _kept, sort: _sort, page: _page, ...chosen } = this.#wanted;
    try {
      this.#filters.count(await request("/api/library/facets", { query: { search: q, ...chosen }, signal }));
    } catch (/** @type {any} */ error) {
      if (!isAbort(error)) announce(error.message);
    }
  }

  /** @param {boolean} byHand  The focus goes to the first of the new ones, since its button may be gone. */
  async #loadMore(byHand) {
    const shelf = this.#shelf;
    if (!shelf?.hasMore || this.#trouble) return;
    const { count } = this.#list;
    // The button stays a button meanwhile: who presses it while more is fetched ahead wants the focus there as well.
    try {
      await shelf.reach(count + 2 * PER_PAGE);
    } catch (/** @type {any} */ error) {
      if (isAbort(error)) return;
      setText(this.#more, t("{error} Try again", { error: error.message }));
      return;
    }
    if (shelf !== this.#shelf) return;
    this.#list.append(shelf.tracks.slice(this.#list.count));
    router.note({ rows: shelf.tracks.length });
    this.#offerMore(shelf);
    if (byHand) this.#list.choose(count);
  }

  /** @param {Shelf} shelf */
  #offerMore(shelf) {
    const shown = (this.#wanted.page - 1) * PER_PAGE + shelf.tracks.length;
    this.#more.hidden = !shelf.hasMore;
    setText(this.#more, t("Load more ({shown} of {total})", { shown: number(shown), total: number(shelf.total) }));
    this.#earlier.hidden = this.#wanted.page === 1;
  }

  /** @param {Shelf} shelf @param {Record<string, number>} counts */
  #show(shelf, counts) {
    for (const { tally, count } of this.#models) setText(tally, number(counts[count] ?? 0));
    const { total, tracks } = shelf;
    const { q, kept } = this.#wanted;
    const found = q ? tn(total, "{count} sound for “{q}”", "{count} sounds for “{q}”", { q }) : tn(total, "{count} sound", "{count} sounds");
    const sentence = total ? found : "";
    setText(this.#summary, sentence);
    announce(sentence || t("No sounds found."));
    this.#sort.hidden = !total || Boolean(kept);
    this.#list.show(tracks);
    if (!tracks.length) this.#list.explain(this.#empty(counts.total ?? 0));
    this.#offerMore(shelf);
  }

  /** @param {number} index @param {number} from_s */
  #play(index, from_s) {
    player.playList(this.#shelf?.tracks ?? [], { index, from_s, label: this.#wanted.kept ? t("Favourites") : t("Library") });
  }

  /** @param {number} all How many sounds there are without any filter. */
  #empty(all) {
    const { q, model, kept, category } = this.#wanted;
    if (kept) return notice(t("No favourites yet"), t("Press the heart beside a sound to keep it here."));
    if (all && (this.#isFiltered() || category.length)) {
      const clear = this.on(h("button", { type: "button", class: "button" }, icon("close"), t("Clear all filters")), "click", () =>
        this.#ask({ ...UNFILTERED, category: [] }),
      );
      return notice(t("No sound passes these filters"), t("Take one of them away, or all."), clear);
    }
    const prompt = all && q ? q : "calm piano over soft rain, 80 bpm";
    const title = all ? (q ? parts("Nothing sounds like “{q}” yet", { q: h("bdi", null, q) }) : t("Nothing here yet")) : t("An empty shelf");
    const words = all ? t("It takes one click to change that.") : t("Every sound that is made here ends up on it. Start with this one:");
    const href = `/generate${queryString({ prompt, model })}`;
    return notice(title, words, h("a", { class: "primary button", href }, icon("spark"), h("span", null, parts("Make “{prompt}”", { prompt: h("bdi", null, prompt) }))));
  }

  /** @param {Error} error */
  #showTrouble(error) {
    const again = this.on(h("button", { type: "button", class: "button" }, icon("reuse"), t("Try again")), "click", () => this.#again());
    this.#trouble = true;
    setText(this.#summary, "");
    this.#sort.hidden = true;
    this.#more.hidden = true;
    this.#list.explain(notice(t("The library can't be opened"), error.message, again));
    announce(error.message);
  }

  /** New sounds don't push the list away under the pointer: they wait behind a button. */
  #offerFresh() {
    const { q, category, sort, kept, page } = this.#wanted;
    if (q || category.length || sort || kept || page > 1 || this.#isFiltered()) return;
    if (!this.#list.count) return this.#again();
    setText(this.#fresh, t("New sounds have arrived. Show them"));
    this.#fresh.hidden = false;
  }
}

/**
 * What stands where there is no list.
 * @param {import("../core/dom.js").Child} title
 * @param {string} words
 * @param {import("../core/dom.js").Child} [action]
 */
function notice(title, words, action) {
  return h("div", { class: "empty panel" }, h("h2", null, title), h("p", null, words), action);
}

define("sb-library-view", LibraryView);
