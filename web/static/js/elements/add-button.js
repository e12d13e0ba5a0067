/** Puts a sound into playlists: a button, and behind it one's playlists with a tick where it is in. */
import { h, icon } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { isAbort } from "../core/api.js";
import { parts, t } from "../core/words.js";
import { announce, notify } from "../state/notices.js";
import { addToPlaylist, createPlaylist, listPlaylists, removeFromPlaylist } from "../state/playlists.js";
import { openDialog } from "./dialog.js";

/** @typedef {import("../state/tracks.js").Track} Track */

const PER_PAGE = 100;

class AddButton extends SoundElement {
  /** @type {Track | null} */ track = null;
  label = t("Add to playlist");

  mount() {
    const { track } = this;
    if (!track) return;
    const button = h("button", { type: "button", class: "quiet button", "aria-label": t("Add “{prompt}” to a playlist", { prompt: track.prompt }) }, icon("add"), h("span", null, this.label));
    this.on(button, "click", () => choose(track));
    this.replaceChildren(button);
  }
}

/** @param {Track} track */
function choose(track) {
  openDialog(t("Add to a playlist"), ({ signal, close, attempt }) => {
    const list = h("div", { class: "playlist-ticks", role: "group", "aria-label": t("Your playlists") }, h("p", { class: "muted" }, t("Opening…")));
    const name = h("input", { type: "text", id: "add-name", required: true, maxlength: 100, autocomplete: "off", dir: "auto" });
    const form = h(
      "form",
      { class: "ask-form" },
      h("label", { for: "add-name" }, t("Or a new one")),
      h("div", { class: "in-line" }, name, h("button", { type: "submit", class: "button" }, t("Create"))),
    );
    const done = h("button", { type: "button", class: "primary button" }, t("Done"));
    done.addEventListener("click", close, { signal });
    form.addEventListener(
      "submit",
      (/** @type {Event} */ event) => {
        event.preventDefault();
        attempt(async () => {
          const made = await createPlaylist({ name: name.value, generation_ids: [track.id] });
          notify(parts("Added to “{name}”.", { name: h("bdi", null, made.name) }));
        });
      },
      { signal },
    );
    fill(list, track, signal);
    return [h("p", { class: "muted" }, parts("“{prompt}”", { prompt: h("bdi", null, track.prompt) })), list, form, h("div", { class: "card-actions" }, done)];
  });
}

/** @param {HTMLElement} list @param {Track} track @param {AbortSignal} signal */
async function fill(list, track, signal) {
  try {
    const found = await listPlaylists({ track_id: track.id, per_page: PER_PAGE }, signal);
    const plain = found.items.filter((/** @type {any} */ one) => !one.is_smart);
    list.replaceChildren(...plain.map((/** @type {any} */ one) => tick(one, track, signal)));
    list.hidden = !plain.length;
  } catch (/** @type {any} */ error) {
    if (!isAbort(error)) list.replaceChildren(h("p", { class: "trouble" }, error.message));
  }
}

/** @param {import("../state/playlists.js").PlaylistEntry} playlist @param {Track} track @param {AbortSignal} signal */
function tick(playlist, track, signal) {
  const box = h("input", { type: "checkbox", ".checked": Boolean(playlist.contains) });
  box.addEventListener(
    "change",
    async () => {
      const { name } = playlist;
      const added = box.checked;
      box.disabled = true;
      try {
        await (added ? addToPlaylist : removeFromPlaylist)(playlist.id, track.id);
        announce(added ? t("Added to “{name}”.", { name }) : t("Removed from “{name}”.", { name }));
      } catch (/** @type {any} */ error) {
        box.checked = !added;
        notify(error.message, "error");
      }
      box.disabled = false;
      box.focus();
    },
    { signal },
  );
  return h("label", { class: "tick" }, box, h("span", { dir: "auto" }, playlist.name));
}

define("sb-add-button", AddButton);
