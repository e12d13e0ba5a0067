/** What is asked about playlists: how one is called, whether it goes, who may hear it. */
import { h, icon, setText } from "../core/dom.js";
import { dayAndTime } from "../core/format.js";
import { router } from "../core/router.js";
import { parts, t } from "../core/words.js";
import { notify } from "../state/notices.js";
import { changePlaylist, createPlaylist, deletePlaylist, sharePlaylist, unsharePlaylist } from "../state/playlists.js";
import { openDialog } from "./dialog.js";
import "./copy-button.js";

/** @typedef {import("../state/playlists.js").PlaylistEntry} PlaylistEntry */

const DAY_S = 86_400;
const LIFETIMES = /** @type {const} */ ([[1, t("a day")], [7, t("a week")], [30, t("a month")], [365, t("a year")]]);

/**
 * Ask for the name of a new playlist, or for what is to change of one.
 * @param {{playlist?: PlaylistEntry, query?: string}} [about]  With a query, the new one is that search.
 */
export function editPlaylist({ playlist, query = playlist?.query ?? "" } = {}) {
  const smart = playlist ? playlist.is_smart : Boolean(query);
  openDialog(playlist ? t("Edit playlist") : smart ? t("Save this search as a playlist") : t("New playlist"), ({ signal, close, attempt }) => {
    const name = h("input", { type: "text", id: "playlist-name", required: true, autofocus: true, maxlength: 100, autocomplete: "off", dir: "auto", ".value": playlist?.name ?? "" });
    const about = h("textarea", { id: "playlist-description", maxlength: 500, rows: 2, dir: "auto", ".value": playlist?.description ?? "" });
    const search = h("input", { type: "text", id: "playlist-query", required: true, maxlength: 2000, spellcheck: "false", ".value": query });
    const no = h("button", { type: "button", class: "button" }, t("Cancel"));
    const form = h(
      "form",
      { class: "ask-form" },
      h("label", { for: "playlist-name" }, t("Name")),
      name,
      h("label", { for: "playlist-description" }, t("Description, if you like")),
      about,
      smart && [h("label", { for: "playlist-query" }, t("Search that fills it")), search, h("p", { class: "muted" }, t("Made anew whenever the playlist is opened."))],
      h("div", { class: "card-actions" }, no, h("button", { type: "submit", class: "primary button" }, playlist ? t("Save") : t("Create"))),
    );
    no.addEventListener("click", close, { signal });
    form.addEventListener(
      "submit",
      (/** @type {Event} */ event) => {
        event.preventDefault();
        const wanted = { name: name.value, description: about.value, ...(smart ? { query: search.value } : {}) };
        attempt(async () => {
          if (playlist) return changePlaylist(playlist.id, wanted);
          const made = await createPlaylist(wanted);
          router.go(`/playlist/${made.id}`);
        });
      },
      { signal },
    );
    return form;
  });
}

/** Delete a playlist, once one has said so twice. @param {PlaylistEntry} playlist */
export function askToDelete(playlist) {
  openDialog(t("Delete this playlist?"), ({ signal, close, attempt }) => {
    const no = h("button", { type: "button", class: "button", autofocus: true }, t("Keep it"));
    const yes = h("button", { type: "button", class: "danger button" }, icon("trash"), t("Delete it"));
    no.addEventListener("click", close, { signal });
    yes.addEventListener(
      "click",
      () =>
        attempt(async () => {
          await deletePlaylist(playlist.id);
          notify(parts("“{name}” is deleted.", { name: h("bdi", null, playlist.name) }));
          router.go("/playlists");
        }),
      { signal },
    );
    return [h("p", null, parts("“{name}” can't be brought back. Its sounds stay in the library.", { name: h("bdi", null, playlist.name) })), h("div", { class: "card-actions" }, no, yes)];
  });
}

/** Make a link to a playlist, copy it, or end it. @param {PlaylistEntry} playlist */
export function askToShare(playlist) {
  openDialog(t("Share this playlist"), ({ signal, close, attempt }) => {
    const stay = (/** @type {() => Promise<unknown>} */ doing) =>
      attempt(async () => {
        await doing();
        askAgain = true;
      });
    let askAgain = false;
    const days = h("select", { id: "share-days" }, LIFETIMES.map(([value, label]) => h("option", { value, selected: value === 30 }, label)));
    const make = h("button", { type: "button", class: "primary button" }, playlist.share ? t("Make another link") : t("Make a link"));
    const end = h("button", { type: "button", class: "danger button", hidden: !playlist.share }, t("End the link"));
    const done = h("button", { type: "button", class: "button" }, t("Close"));
    const link = h("div", { class: "share-link", hidden: !playlist.share });
    if (playlist.share) {
      const time = dayAndTime(playlist.share.expires_at);
      link.append(
        h("label", { for: "share-url" }, t("Link until {time}", { time })),
        h("input", { type: "text", id: "share-url", readonly: true, ".value": playlist.share.url }),
        h("sb-copy-button", { ".text": playlist.share.url, ".noun": "link", ".label": t("Copy") }),
      );
    }
    done.addEventListener("click", close, { signal });
    make.addEventListener(
      "click",
      () =>
        stay(async () => {
          ({ share: playlist.share } = await sharePlaylist(playlist.id, Number(days.value) * DAY_S));
        }),
      { signal },
    );
    end.addEventListener(
      "click",
      () =>
        stay(async () => {
          await unsharePlaylist(playlist.id);
          playlist.share = null;
        }),
      { signal },
    );
    signal.addEventListener("abort", () => askAgain && askToShare(playlist), { once: true });
    const told = h("p", null);
    setText(told, playlist.share ? t("Whoever has this link can hear the playlist. A new link ends this one.") : t("Whoever has the link can hear the playlist, and nobody else finds it."));
    return [told, link, h("div", { class: "share-time" }, h("label", { for: "share-days" }, t("For")), days), h("div", { class: "card-actions" }, done, end, make)];
  });
}
