/** One sound in a list. */
import { h, icon, setAttribute } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { t } from "../core/words.js";
import { player } from "../player/player.js";
import { downloadMenu, factLine, promptHeading, spectrogram } from "./sound-facts.js";
import "./add-button.js";
import "./opinion-buttons.js";
import "./play-button.js";
import "./waveform.js";

class TrackRow extends SoundElement {
  /** @type {import("../state/tracks.js").Track | null} */ track = null;
  /** Plays this row; a list sets it to play on from here. @type {(from_s?: number) => unknown} */
  start = (from_s = 0) => this.track && player.playList([this.track], { from_s });

  #picture = h("button", { type: "button", class: "quiet button row-picture", "aria-expanded": "false" }, icon("picture"));

  mount() {
    const { track } = this;
    if (!track) return;
    setAttribute(this.#picture, "aria-label", t("Spectrogram of “{prompt}”", { prompt: track.prompt }));
    this.on(this.#picture, "click", () => this.#unfold(track));
    this.replaceChildren(
      h("sb-play-button", { ".track": track, ".start": () => this.start() }),
      h("div", { class: "row-words" }, promptHeading(h("a", { href: `/track/${track.id}` }, track.prompt), "h2"), factLine(track)),
      h("div", { class: "row-sound" }, h("sb-waveform", { compact: true, ".track": track, ".start": this.start }), h("sb-opinion-buttons", { ".track": track })),
      h(
        "div",
        { class: "row-actions" },
        this.#picture,
        h("sb-add-button", { ".track": track }),
        downloadMenu(track),
        h("a", { class: "quiet button row-open", href: `/track/${track.id}`, "aria-label": t("Open “{prompt}”", { prompt: track.prompt }) }, icon("open")),
      ),
    );
    const mark = () => this.classList.toggle("current", player.isCurrent(track.id));
    this.on(player, "change", mark);
    mark();
  }

  /** Show its spectrogram below it, or no more. @param {import("../state/tracks.js").Track} track */
  #unfold(track) {
    const open = this.querySelector(".row-spectrogram");
    setAttribute(this.#picture, "aria-expanded", String(!open));
    if (open) return open.remove();
    this.append(h("div", { class: "row-spectrogram" }, spectrogram(track, { size: "plot", lazy: false })));
  }
}

define("sb-track-row", TrackRow);
