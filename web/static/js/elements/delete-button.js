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
    const trouble = h("p", { class: "trouble", role: "alert", hidden: true });
    const no = h("button", { type: "button", class: "button" }, t("Keep it"));
    const yes = h("button", { type: "button", class: "danger button" }, icon("trash"), t("Delete for good"));
    const dialog = h(
      "dialog",
      { class: "ask panel", "aria-labelledby": "ask-title" },
      h("h2", { id: "ask-title" }, t("Delete this sound?")),
      h("p", null, parts("“{prompt}” goes for everybody, with all its files. It can't be brought back.", { prompt: h("bdi", null, track.prompt) })),
      trouble,
      h("div", { class: "card-actions" }, no, yes),
    );
    this.on(no, "click", () => dialog.close());
    this.on(dialog, "close", () => dialog.remove());
    this.on(yes, "click", async () => {
      yes.disabled = true;
      try {
        await request(`/api/library/${encodeURIComponent(track.id)}`, { method: "DELETE" });
      } catch (/** @type {any} */ error) {
        trouble.textContent = error.message;
        trouble.hidden = false;
        yes.disabled = false;
        return;
      }
      dialog.close();
      player.remove(track.id);
      trackDeleted(track.id);
      notify(t("“{name}” is deleted.", { name: track.prompt }));
      router.go("/library");
    });
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  }
}

define("sb-delete-button", DeleteButton);
