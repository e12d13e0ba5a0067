/** One sound in a list. */
import { h, icon } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { player } from "../player/player.js";
import { downloadMenu, factLine, promptHeading } from "./sound-facts.js";
import "./add-button.js";
import "./opinion-buttons.js";
import "./play-button.js";
import "./waveform.js";

class TrackRow extends SoundElement {
  /** @type {import("../state/tracks.js").Track | null} */ track = null;
  /** Plays this row; a list sets it to play on from here. @type {(from_s?: number) => unknown} */
  start = (from_s = 0) => this.track && player.playList([this.track], { from_s });

  mount() {
    const { track } = this;
    if (!track) return;
    this.replaceChildren(
      h("sb-play-button", { ".track": track, ".start": () => this.start() }),
      h("div", { class: "row-words" }, promptHeading(h("a", { href: `/track/${track.id}` }, track.prompt), "h2"), factLine(track)),
      h("div", { class: "row-sound" }, h("sb-waveform", { compact: true, ".track": track, ".start": this.start }), h("sb-opinion-buttons", { ".track": track })),
      h(
        "div",
        { class: "row-actions" },
        h("sb-add-button", { ".track": track }),
        downloadMenu(track),
        h("a", { class: "quiet button row-open", href: `/track/${track.id}`, "aria-label": `Open “${track.prompt}”` }, icon("open")),
      ),
    );
    const mark = () => this.classList.toggle("current", player.isCurrent(track.id));
    this.on(player, "change", mark);
    mark();
  }
}

define("sb-track-row", TrackRow);
