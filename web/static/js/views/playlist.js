/** One playlist: heard, put into order, shared. */
import { h, icon, setAttribute } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { clock, day, length } from "../core/format.js";
import { router } from "../core/router.js";
import { store } from "../core/store.js";
import { parts, t, tn } from "../core/words.js";
import { player } from "../player/player.js";
import { announce, notify } from "../state/notices.js";
import { copyPlaylist, fileAddress, playlistOf, playlists, removeFromPlaylist, reorderPlaylist } from "../state/playlists.js";
import { askToDelete, askToShare, editPlaylist } from "../elements/playlist-dialogs.js";
import { promptHeading } from "../elements/sound-facts.js";
import "../elements/play-button.js";

/** @typedef {import("../state/playlists.js").Playlist} Playlist */
/** @typedef {import("../state/tracks.js").Track} Track */

const FILES = /** @type {const} */ ([["m3u8", "M3U8"], ["xspf", "XSPF"], ["jspf", "JSPF"]]);

class PlaylistView extends SoundElement {
  /** @type {{params: Record<string, string>, query: URLSearchParams}} Set by the router. */
  location = { params: {}, query: new URLSearchParams() };
  /** @type {Promise<void>} Resolves when the playlist stands. */ ready = Promise.resolve();
  /** @type {Playlist | null} */ #playlist = null;
  #share = "";
  /** Whether opening it failed for a reason that may pass. */ #trouble = false;
  /** @type {Promise<unknown>} What is on its way to the server, one after the other. */ #sending = Promise.resolve();
  /** How many of those there are: answers of others are not shown meanwhile. */ #waiting = 0;
  /** Place of the row that is dragged. */ #dragged = -1;
  #list = h("ol", { class: "rows playlist-tracks", role: "list", "aria-label": t("Sounds") });

  mount() {
    this.on(playlists, "change", ({ detail }) => detail === this.#playlist?.id && !this.#waiting && this.addressChanged());
    this.on(globalThis, "hashchange", () => this.addressChanged());
    store.watch(({ connection }) => connection, (state) => state === "live" && this.#trouble && this.addressChanged(), this.signal);
    this.#list.addEventListener("dragover", (/** @type {DragEvent} */ event) => this.#dragged >= 0 && event.preventDefault());
    this.#list.addEventListener("drop", (/** @type {DragEvent} */ event) => this.#drop(event));
    this.addressChanged();
  }

  /** The address names another playlist, or it is another than before. */
  addressChanged() {
    // The code of a link stands behind "#", which browsers tell no server.
    this.#share = new URLSearchParams(globalThis.location.hash.slice(1)).get("share") ?? "";
    this.ready = this.#load(this.location.params.id);
  }

  /** @param {string} id */
  async #load(id) {
    this.#trouble = false;
    if (this.#playlist?.id !== id) this.replaceChildren(h("header", { class: "view-head" }, h("h1", { tabindex: -1 }, t("Opening…"))));
    try {
      const playlist = await playlistOf(id, this.#share);
      if (!this.signal.aborted && id === this.location.params.id) this.#show(playlist);
    } catch (/** @type {any} */ error) {
      if (!this.signal.aborted) this.#showTrouble(error);
    }
  }

  /** @param {Playlist} playlist */
  #show(playlist) {
    this.#playlist = playlist;
    document.title = `${playlist.name} · Sound Box`;
    const focused = /** @type {HTMLElement | null} */ (this.contains(document.activeElement) ? document.activeElement : null);
    const name = focused?.dataset.does;
    this.replaceChildren(
      h(
        "header",
        { class: "view-head" },
        h("h1", { tabindex: -1, dir: "auto" }, playlist.name),
        playlist.description && h("p", { dir: "auto" }, playlist.description),
        this.#facts(playlist),
      ),
      this.#actions(playlist),
      this.#list,
    );
    this.#showRows();
    if (!focused) return;
    const again = name && this.querySelector(`[data-does="${CSS.escape(name)}"]`);
    /** @type {HTMLElement | null} */ (again || this.querySelector("h1"))?.focus({ preventScroll: true });
  }

  /** @param {Playlist} playlist */
  #facts({ is_smart: smart, query, is_owner: own, share, track_count: count, duration }) {
    return h(
      "ul",
      { class: "facts", role: "list" },
      h("li", null, tn(count ?? 0, "{count} sound", "{count} sounds")),
      h("li", null, clock(duration)),
      smart && h("li", { title: query }, t("Smart: a search says what is in it")),
      !own && h("li", null, t("Shared with you")),
      share && h("li", null, t("Shared until {day}", { day: day(share.expires_at) })),
    );
  }

  /** @param {Playlist} playlist */
  #actions(playlist) {
    const act = (/** @type {keyof typeof import("../core/icons.js").PATHS} */ picture, /** @type {string} */ label, /** @type {() => unknown} */ does) =>
      this.on(h("button", { type: "button", class: "quiet button", "data-does": label }, icon(picture), h("span", null, label)), "click", does);
    const play = h("button", { type: "button", class: "primary button", disabled: !playlist.tracks.length, "data-does": "play" }, icon("play"), t("Play all"));
    this.on(play, "click", () => this.#play(0));
    return h(
      "div",
      { class: "card-actions" },
      play,
      playlist.is_owner && [act("edit", t("Edit"), () => editPlaylist({ playlist })), act("share", t("Share"), () => askToShare(playlist))],
      act("copy", t("Duplicate"), () => this.#copy(playlist)),
      FILES.map(([ending, label]) =>
        h("a", { class: "quiet button", href: fileAddress(playlist.id, ending, this.#share), download: "", "aria-label": t("Download as {format}", { format: label }) }, icon("download"), h("span", null, label)),
      ),
      playlist.is_owner && act("trash", t("Delete"), () => askToDelete(playlist)),
    );
  }

  #showRows() {
    const { tracks, is_owner: own, is_smart: smart } = /** @type {Playlist} */ (this.#playlist);
    const none = h(
      "li",
      { class: "empty panel" },
      h("h2", null, t("Nothing in it yet")),
      h("p", null, smart ? t("Its search finds no sound.") : t("Press “Add to playlist” at any sound of the library.")),
      h("a", { class: "button", href: "/library" }, icon("library"), t("Go to the library")),
    );
    this.#list.replaceChildren(...(tracks.length ? tracks.map((track, index) => this.#row(track, index, own && !smart)) : [none]));
  }

  /** @param {Track} track @param {number} index @param {boolean} mayChange */
  #row(track, index, mayChange) {
    const play = h("sb-play-button", { ".track": track, ".start": () => this.#play(index) });
    const row = h(
      "li",
      { class: "playlist-track", draggable: mayChange && "true" },
      h("span", { class: "place", "aria-hidden": "true" }, index + 1),
      play,
      h("div", { class: "row-words" }, promptHeading(h("a", { href: `/track/${track.id}`, draggable: "false" }, track.prompt), "h2"), h("p", { class: "muted" }, length(track.duration))),
      mayChange && this.#handles(track, index),
    );
    if (!mayChange) return row;
    this.on(row, "dragstart", (event) => {
      this.#dragged = index;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", track.id);
      row.classList.add("dragged");
    });
    this.on(row, "dragend", () => {
      this.#dragged = -1;
      row.classList.remove("dragged");
    });
    return row;
  }

  /** @param {Track} track @param {number} index */
  #handles(track, index) {
    const { prompt } = track;
    const last = /** @type {Playlist} */ (this.#playlist).tracks.length - 1;
    const button = (/** @type {"up" | "down" | "close"} */ picture, /** @type {string} */ label, /** @type {boolean} */ off, /** @type {() => void} */ does) =>
      this.on(
        h("button", { type: "button", class: "icon-button", "aria-label": label, "aria-disabled": off && "true", "data-does": `${picture} ${track.id}` }, icon(picture)),
        "click",
        () => off || does(),
      );
    return h(
      "div",
      { class: "row-handles" },
      button("up", t("Move “{prompt}” up", { prompt }), index === 0, () => this.#move(index, index - 1)),
      button("down", t("Move “{prompt}” down", { prompt }), index === last, () => this.#move(index, index + 1)),
      button("close", t("Remove “{prompt}” from this playlist", { prompt }), false, () => this.#remove(index)),
    );
  }

  /** @param {number} index */
  #play(index) {
    const { tracks, name } = /** @type {Playlist} */ (this.#playlist);
    return player.playList(tracks, { index, label: name });
  }

  /** @param {DragEvent} event */
  #drop(event) {
    if (this.#dragged < 0) return;
    event.preventDefault();
    const rows = [...this.#list.children];
    const below = rows.findIndex((row) => {
      const { top, height } = row.getBoundingClientRect();
      return event.clientY < top + height / 2;
    });
    const gap = below < 0 ? rows.length : below;
    this.#move(this.#dragged, gap > this.#dragged ? gap - 1 : gap);
    this.#dragged = -1;
  }

  /** Shown at once; of the order only what moved is sent. @param {number} from @param {number} to */
  #move(from, to) {
    const playlist = /** @type {Playlist} */ (this.#playlist);
    if (from === to) return;
    const does = /** @type {HTMLElement} */ (document.activeElement)?.dataset?.does;
    const [track] = playlist.tracks.splice(from, 1);
    playlist.tracks.splice(to, 0, track);
    this.#showRows();
    if (does) /** @type {HTMLElement | null} */ (this.querySelector(`[data-does="${CSS.escape(does)}"]`))?.focus();
    announce(t("“{prompt}” is number {place} of {all} now.", { prompt: track.prompt, place: to + 1, all: playlist.tracks.length }));
    const moved = playlist.tracks.slice(Math.min(from, to), Math.max(from, to) + 1).map(({ id }) => id);
    this.#send(() => reorderPlaylist(playlist.id, moved));
  }

  /** @param {number} index */
  #remove(index) {
    const playlist = /** @type {Playlist} */ (this.#playlist);
    const [track] = playlist.tracks.splice(index, 1);
    this.#showRows();
    const next = playlist.tracks[Math.min(index, playlist.tracks.length - 1)];
    /** @type {HTMLElement | null} */ (this.querySelector(next ? `[data-does="close ${next.id}"]` : "h1"))?.focus();
    announce(t("Removed “{prompt}”.", { prompt: track.prompt }));
    this.#send(() => removeFromPlaylist(playlist.id, track.id));
  }

  /** Send a change after those before it; when the last is through, show what the server has. @param {() => Promise<unknown>} change */
  #send(change) {
    this.#waiting += 1;
    setAttribute(this.#list, "aria-busy", "true");
    this.#sending = this.#sending
      .then(change)
      .catch((error) => notify(error.message, "error"))
      .then(() => {
        this.#waiting -= 1;
        if (this.#waiting || this.signal.aborted) return;
        setAttribute(this.#list, "aria-busy", null);
        this.addressChanged();
      });
  }

  /** @param {Playlist} playlist */
  async #copy(playlist) {
    try {
      const made = await copyPlaylist(playlist.id, this.#share);
      notify(parts("“{name}” is yours.", { name: h("bdi", null, made.name) }));
      router.go(`/playlist/${made.id}`);
    } catch (/** @type {any} */ error) {
      notify(error.message, "error");
    }
  }

  /** @param {any} error */
  #showTrouble(error) {
    const missing = error.status === 404;
    this.#trouble = !missing;
    this.#playlist = null;
    const heading = missing ? t("No such playlist") : t("This playlist can't be opened");
    document.title = `${heading} · Sound Box`;
    this.replaceChildren(
      h("header", { class: "view-head" }, h("h1", { tabindex: -1 }, heading)),
      h(
        "div",
        { class: "empty panel" },
        h("p", null, missing ? t("It was deleted, its link has ended, or it is somebody else's.") : error.message),
        h("a", { class: "button", href: "/playlists" }, icon("playlist"), t("Go to your playlists")),
      ),
    );
  }
}

define("sb-playlist-view", PlaylistView);
