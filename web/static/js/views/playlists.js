/** One's playlists: made, opened, and read from files. */
import { h, icon, setAttribute } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { isAbort } from "../core/api.js";
import { ago } from "../core/format.js";
import { router } from "../core/router.js";
import { store } from "../core/store.js";
import { t, tn } from "../core/words.js";
import { notify } from "../state/notices.js";
import { importPlaylist, listPlaylists, playlists } from "../state/playlists.js";

/** @typedef {import("../state/playlists.js").PlaylistEntry} PlaylistEntry */

const PER_PAGE = 50;

class PlaylistsView extends SoundElement {
  /** @type {{params: Record<string, string>, query: URLSearchParams}} Set by the router. */
  location = { params: {}, query: new URLSearchParams() };
  /** @type {Promise<void>} Resolves when the list stands. */ ready = Promise.resolve();
  #asked = new AbortController();
  /** Whether the list failed for a reason that may pass. */ #trouble = false;
  #list = h("ol", { class: "rows playlists", role: "list" });
  #pages = h("nav", { class: "pages", "aria-label": t("Pages") });

  mount() {
    const make = h("button", { type: "button", class: "primary button" }, icon("add"), t("New playlist"));
    const file = h("input", { type: "file", id: "playlist-file", class: "visually-hidden", accept: ".m3u,.m3u8,.xspf,.jspf,.json" });
    this.on(make, "click", async () => {
      const { editPlaylist } = await import("../elements/playlist-dialogs.js");
      editPlaylist();
    });
    this.on(file, "change", () => this.#import(file));
    this.on(playlists, "change", () => this.addressChanged());
    this.replaceChildren(
      h("header", { class: "view-head" }, h("h1", { tabindex: -1 }, t("Playlists")), h("p", null, t("Your own, in the order that you like. Nobody else sees them unless you share a link."))),
      h("div", { class: "card-actions" }, make, file, h("label", { for: "playlist-file", class: "button" }, icon("open"), t("Import a file"))),
      this.#list,
      this.#pages,
    );
    this.signal.addEventListener("abort", () => this.#asked.abort());
    store.watch(({ connection }) => connection, (state) => state === "live" && this.#trouble && this.addressChanged(), this.signal);
    this.addressChanged();
  }

  /** The address names another page, or the list is another. */
  addressChanged() {
    this.ready = this.#load(Math.max(1, Number(this.location.query.get("page")) || 1));
  }

  /** @param {number} page */
  async #load(page) {
    this.#asked.abort();
    const { signal } = (this.#asked = new AbortController());
    this.#trouble = false;
    setAttribute(this.#list, "aria-busy", "true");
    try {
      this.#show(await listPlaylists({ page, per_page: PER_PAGE }, signal));
    } catch (/** @type {any} */ error) {
      if (isAbort(error)) return;
      this.#trouble = true;
      this.#list.replaceChildren(h("li", { class: "empty panel" }, h("h2", null, t("The playlists can't be shown")), h("p", null, error.message)));
    }
    setAttribute(this.#list, "aria-busy", null);
  }

  /** @param {{items: PlaylistEntry[], page: number, pages: number}} found */
  #show({ items, page, pages }) {
    const none = h("li", { class: "empty panel" }, h("h2", null, t("No playlists yet")), h("p", null, t("Make one here, or press “Add to playlist” at any sound.")));
    this.#list.replaceChildren(...(items.length ? items.map(row) : [none]));
    const leaf = (/** @type {number} */ to, /** @type {string} */ label) => h("a", { class: "button", href: `/playlists?page=${to}` }, label);
    this.#pages.hidden = pages < 2;
    this.#pages.replaceChildren(
      ...(page > 1 ? [leaf(page - 1, t("Previous"))] : []),
      h("span", null, t("Page {page} of {pages}", { page, pages })),
      ...(page < pages ? [leaf(page + 1, t("Next"))] : []),
    );
  }

  /** @param {HTMLInputElement} input */
  async #import(input) {
    const [file] = input.files ?? [];
    input.value = "";
    if (!file) return;
    try {
      const { playlist, matched, unknown_count: unknown } = await importPlaylist(file);
      const rest = unknown && tn(unknown, "{count} entry of the file is not from here.", "{count} entries of the file are not from here.");
      notify([tn(matched, "{count} sound imported.", "{count} sounds imported."), rest].filter(Boolean).join(" "));
      router.go(`/playlist/${playlist.id}`);
    } catch (/** @type {any} */ error) {
      notify(error.message, "error");
    }
  }
}

/** @param {PlaylistEntry} playlist */
function row(playlist) {
  return h(
    "li",
    { class: "playlist-row" },
    h("h2", { class: "prompt", dir: "auto" }, h("a", { href: `/playlist/${playlist.id}` }, playlist.name)),
    playlist.description && h("p", { class: "muted", dir: "auto" }, playlist.description),
    h(
      "ul",
      { class: "facts", role: "list" },
      h("li", null, playlist.is_smart ? t("Smart") : tn(playlist.track_count ?? 0, "{count} sound", "{count} sounds")),
      playlist.share && h("li", null, t("Shared")),
      h("li", null, h("time", { datetime: playlist.updated_at }, ago(playlist.updated_at))),
    ),
  );
}

define("sb-playlists-view", PlaylistsView);
