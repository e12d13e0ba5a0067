/** Deletes a sound of one's own, once one has said so twice. */
import { h, icon } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { request } from "../core/api.js";
import { router } from "../core/router.js";
import { store } from "../core/store.js";
import { parts, t } from "../core/words.js";
import { player } from "../player/player.js";
import { notify } from "../state/notices.js";
import { trackDeleted } from "../state/tracks.js";
import { openDialog } from "./dialog.js";

class DeleteButton extends SoundElement {
  /** @type {import("../state/tracks.js").Track | null} */ track = null;

  mount() {
    const button = h("button", { type: "button", class: "quiet button" }, icon("trash"), h("span", null, t("Delete")));
    this.on(button, "click", () => this.#ask());
    this.replaceChildren(button);
    store.watch(
      ({ userId }) => userId,
      (userId) => {
        this.hidden = !this.track || this.track.user_id !== userId;
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
  notify(t("“{name}” is deleted.", { name: prompt }));
  router.go("/library");
}

define("sb-delete-button", DeleteButton);
