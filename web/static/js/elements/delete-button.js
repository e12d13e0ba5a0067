/** Deletes a sound of one's own, and an admin any, once one has said so twice. */
import { h, icon } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { request } from "../core/api.js";
import { router } from "../core/router.js";
import { store } from "../core/store.js";
import { parts, t } from "../core/words.js";
import { player } from "../player/player.js";
import { notify } from "../state/notices.js";
import { mayDelete, trackDeleted } from "../state/tracks.js";
import { openDialog } from "./dialog.js";

class DeleteButton extends SoundElement {
  /** @type {import("../state/tracks.js").Track | null} */ track = null;

  mount() {
    const button = h("button", { type: "button", class: "quiet button" }, icon("trash"), h("span", null, t("Delete")));
    this.on(button, "click", () => this.#ask());
    this.replaceChildren(button);
    store.watch(
      (state) => this.track !== null && mayDelete(this.track, state),
      (may) => {
        this.hidden = !may;
      },
      this.signal,
    );
  }

  #ask() {
    const { track } = this;
    if (!track) return;
    openDialog(t("Delete this sound?"), ({ signal, close, attempt }) => {
      const no = h("button", { type: "button", class: "button", autofocus: true }, t("Keep it"));
      const yes = h("button", { type: "button", class: "danger button" }, icon("trash"), t("Delete for good"));
      no.addEventListener("click", close, { signal });
      yes.addEventListener("click", () => attempt(() => remove(track)), { signal });
      return [
        h("p", null, parts("“{prompt}” goes for everybody, with all its files. It can't be brought back.", { prompt: h("bdi", null, track.prompt) })),
        h("div", { class: "card-actions" }, no, yes),
      ];
    });
  }
}

/** @param {import("../state/tracks.js").Track} track */
async function remove({ id, prompt }) {
  await request(`/api/library/${encodeURIComponent(id)}`, { method: "DELETE" });
  player.remove(id);
  trackDeleted(id);
  notify(parts("“{name}” is deleted.", { name: h("bdi", null, prompt) }));
  router.go("/library");
}

define("sb-delete-button", DeleteButton);
