/** Like, dislike, keep: what one thinks of a sound. */
import { h, icon, setAttribute, setText } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { number } from "../core/format.js";
import { t, tn } from "../core/words.js";
import { keepFavourite, opinionOf, opinions, voteFor } from "../state/opinions.js";

/** @typedef {import("../state/tracks.js").Track} Track */

class OpinionButtons extends SoundElement {
  /** @type {Track | null} */ #track = null;
  #likes = h("span", { class: "count" });
  #like = h("button", { type: "button", class: "icon-button opinion like" }, icon("like"), this.#likes);
  #dislike = h("button", { type: "button", class: "icon-button opinion dislike" }, icon("dislike"));
  #keep = h("button", { type: "button", class: "icon-button opinion keep" }, icon("heart"));

  /** @param {Track | null} track */
  set track(track) {
    this.#track = track;
    if (this.isConnected) this.#show();
  }

  mount() {
    this.on(this.#like, "click", () => this.#vote(1));
    this.on(this.#dislike, "click", () => this.#vote(-1));
    this.on(this.#keep, "click", () => this.#track && keepFavourite(this.#track, !opinionOf(this.#track).favourite));
    this.on(opinions, "change", ({ detail }) => detail === this.#track?.id && this.#show());
    this.replaceChildren(this.#like, this.#dislike, this.#keep);
    this.#show();
  }

  /** @param {number} vote Pressed again, it is taken back. */
  #vote(vote) {
    if (this.#track) voteFor(this.#track, opinionOf(this.#track).vote === vote ? 0 : vote);
  }

  #show() {
    const track = this.#track;
    this.hidden = !track || Boolean(track.unfinished);
    if (!track) return;
    const { prompt } = track;
    const { vote, favourite, upvotes } = opinionOf(track);
    setText(this.#likes, upvotes ? number(upvotes) : "");
    for (const [button, does, pressed] of /** @type {const} */ ([
      [this.#like, t("Like “{prompt}”", { prompt }), vote === 1],
      [this.#dislike, t("Dislike “{prompt}”", { prompt }), vote === -1],
      [this.#keep, t("Keep as a favourite: “{prompt}”", { prompt }), favourite],
    ])) {
      setAttribute(button, "aria-label", does);
      setAttribute(button, "aria-pressed", String(pressed));
    }
    setAttribute(this.#like, "title", upvotes ? tn(upvotes, "{count} likes it", "{count} like it") : null);
  }
}

define("sb-opinion-buttons", OpinionButtons);
