/** Plays or pauses one sound: the round button beside every sound. */
import { h, icon, setAttribute, setIcon } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { t } from "../core/words.js";
import { player } from "../player/player.js";

export class PlayButton extends SoundElement {
  /** @type {import("../state/tracks.js").Track | null} */ #track = null;
  /** Starts it when it isn't what is loaded; lists set it to play on from there. */
  start = () => this.#track && player.playList([this.#track]);

  /** @param {import("../state/tracks.js").Track} track */
  set track(track) {
    this.#track = track;
  }

  mount() {
    const picture = icon("play");
    const button = h("button", { type: "button", class: "play-button" }, picture);
    const show = () => {
      if (!this.#track) return;
      const { id, prompt } = this.#track;
      const playing = player.isCurrent(id) && player.playing;
      setIcon(picture, playing ? "pause" : "play");
      setAttribute(button, "aria-label", playing ? t("Pause “{prompt}”", { prompt }) : t("Play “{prompt}”", { prompt }));
      setAttribute(button, "data-playing", playing);
    };
    this.on(button, "click", () => {
      if (this.#track && player.isCurrent(this.#track.id)) player.toggle();
      else this.start();
    });
    this.on(player, "change", show);
    show();
    this.replaceChildren(button);
  }
}

define("sb-play-button", PlayButton);
