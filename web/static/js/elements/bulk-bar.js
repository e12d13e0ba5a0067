/** What can be done with several sounds at once: playlists, a category, one file of all, deletion. */
import { h, icon, setAttribute, setText } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { post, queryString } from "../core/api.js";
import { store } from "../core/store.js";
import { parts, t, tn } from "../core/words.js";
import { allCategories } from "../state/categories.js";
import { deleteSoon } from "../state/leaving.js";
import { announce, notify } from "../state/notices.js";
import { addAllToPlaylist, createPlaylist, listPlaylists } from "../state/playlists.js";
import { mayDelete } from "../state/tracks.js";
import { openDialog } from "./dialog.js";

/** @typedef {import("../state/tracks.js").Track} Track */

const MOST_IN_ZIP = 100;
const PLAYLISTS = 100;
const FORMATS = [["wav", "WAV"], ["flac", "FLAC"], ["mp3", "MP3"], ["opus", "Opus"]];

class BulkBar extends SoundElement {
  /** @type {Track[]} */ #tracks = [];
  #count = h("strong", { class: "bulk-count" });
  #all = h("button", { type: "button", class: "button" }, icon("select"), h("span", null, t("Select all shown")));
  #playlist = h("button", { type: "button", class: "button" }, icon("add"), h("span", null, t("Add to playlist")));
  #category = h("button", { type: "button", class: "button" }, icon("tags"), h("span", null, t("Suggest a category")));
  #format = h("select", { "aria-label": t("Format of the zip file") }, FORMATS.map(([value, label]) => h("option", { value }, label)));
  #zip = h("a", { class: "button", download: "" }, icon("download"), h("span", null, t("Download as zip")));
  #delete = h("button", { type: "button", class: "danger button" }, icon("trash"), h("span"));
  #done = h("button", { type: "button", class: "button" }, icon("close"), h("span", null, t("Done")));

  /** Tells `all` and `done` when these are pressed. */
  mount() {
    setAttribute(this, "role", "region");
    setAttribute(this, "aria-label", t("Selection"));
    this.replaceChildren(this.#count, this.#all, this.#playlist, this.#category, h("span", { class: "bulk-zip" }, this.#zip, this.#format), this.#delete, this.#done);
    this.on(this.#all, "click", () => this.dispatchEvent(new Event("all")));
    this.on(this.#done, "click", () => this.dispatchEvent(new Event("done")));
    this.on(this.#playlist, "click", () => chooseList(this.#tracks));
    this.on(this.#category, "click", () => chooseCategory(this.#tracks));
    this.on(this.#format, "change", () => this.#show());
    this.on(this.#delete, "click", () => deleteSoon(this.#deletable()));
    store.watch(({ userId, tier }) => `${userId} ${tier}`, () => this.#show(), this.signal);
  }

  /** @param {Track[]} tracks What is picked. */
  set tracks(tracks) {
    this.#tracks = tracks;
    this.#show();
  }

  /** Whoever looks may delete these. */
  #deletable() {
    return this.#tracks.filter((track) => mayDelete(track, store.state));
  }

  #show() {
    const { length } = this.#tracks;
    const deletable = this.#deletable().length;
    const fits = length > 0 && length <= MOST_IN_ZIP;
    setText(this.#count, tn(length, "{count} selected", "{count} selected"));
    this.#playlist.disabled = this.#category.disabled = !length;
    setAttribute(this.#zip, "href", fits && `/api/library/zip${queryString({ id: this.#tracks.map(({ id }) => id), format: this.#format.value })}`);
    setAttribute(this.#zip, "aria-disabled", !fits && "true");
    setAttribute(this.#zip, "title", length > MOST_IN_ZIP && t("At most {count} sounds fit into one zip file", { count: MOST_IN_ZIP }));
    this.#delete.hidden = !deletable;
    setText(/** @type {Node} */ (this.#delete.lastChild), deletable === length ? t("Delete") : tn(deletable, "Delete {count} of mine", "Delete {count} of mine"));
  }
}

/** @param {Track[]} tracks */
function chooseList(tracks) {
  const ids = tracks.map(({ id }) => id);
  openDialog(t("Add to a playlist"), ({ signal, close, attempt }) => {
    const list = h("select", { id: "bulk-playlist" }, h("option", { value: "" }, t("A new playlist")));
    const name = h("input", { type: "text", id: "bulk-name", required: true, maxlength: 100, autocomplete: "off", dir: "auto" });
    const naming = h("div", { class: "ask-form" }, h("label", { for: "bulk-name" }, t("Name")), name);
    const showName = () => {
      naming.hidden = Boolean(list.value);
      name.disabled = naming.hidden;
    };
    list.addEventListener("change", showName, { signal });
    listPlaylists({ per_page: PLAYLISTS }, signal).then(
      ({ items }) => list.append(...items.filter((/** @type {any} */ one) => !one.is_smart).map((/** @type {any} */ one) => h("option", { value: one.id }, one.name))),
      (/** @type {any} */ error) => signal.aborted || notify(error.message, "error"),
    );
    return form(t("Add"), { signal, close, attempt }, [h("label", { for: "bulk-playlist" }, t("Playlist")), list, naming], async () => {
      const made = list.value ? await addAllToPlaylist(list.value, ids) : await createPlaylist({ name: name.value, generation_ids: ids });
      notify(parts("Added to “{name}”.", { name: h("bdi", null, list.value ? list.selectedOptions[0].textContent : made.name) }));
    });
  });
}

/** @param {Track[]} tracks */
function chooseCategory(tracks) {
  openDialog(t("Suggest a category"), ({ signal, close, attempt }) => {
    const choice = h("select", { id: "bulk-category", required: true }, h("option", { value: "" }, t("Choose a category")));
    const models = new Set(tracks.map(({ model }) => model));
    /** @type {Map<string, import("../state/categories.js").Category>} */ let known = new Map();
    allCategories().then(
      (all) => {
        known = all;
        const fitting = [...all.values()].filter(({ model }) => models.has(model)).sort((one, other) => one.label.localeCompare(other.label));
        choice.append(...fitting.map(({ id, label }) => h("option", { value: id }, label)));
      },
      (/** @type {any} */ error) => notify(error.message, "error"),
    );
    const note = models.size > 1 && h("p", { class: "muted" }, t("A category is of music or of effects: it is suggested for the sounds that it can be of."));
    return form(t("Suggest"), { signal, close, attempt }, [h("label", { for: "bulk-category" }, t("Category")), choice, note], async () => {
      const category = choice.value;
      const fitting = tracks.filter(({ model }) => model === known.get(category)?.model);
      for (const { id } of fitting) await post(`/api/library/${encodeURIComponent(id)}/suggest-tag`, { category });
      notify(tn(fitting.length, "Suggested for {count} sound.", "Suggested for {count} sounds."));
    });
  });
}

/**
 * @param {string} label  Of the button that does it.
 * @param {Pick<import("./dialog.js").Asked, "signal" | "close" | "attempt">} asked
 * @param {import("../core/dom.js").Child} fields
 * @param {() => Promise<unknown>} does
 */
function form(label, { signal, close, attempt }, fields, does) {
  const no = h("button", { type: "button", class: "button" }, t("Cancel"));
  const yes = h("button", { type: "submit", class: "primary button" }, label);
  const whole = h("form", { class: "ask-form" }, fields, h("div", { class: "card-actions" }, no, yes));
  no.addEventListener("click", close, { signal });
  whole.addEventListener(
    "submit",
    async (/** @type {Event} */ event) => {
      event.preventDefault();
      yes.disabled = true;
      announce(t("One moment…"));
      await attempt(does);
      yes.disabled = false;
    },
    { signal },
  );
  return whole;
}

define("sb-bulk-bar", BulkBar);
