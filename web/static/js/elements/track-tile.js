/** One sound in a grid: its picture, and what one needs to choose it. */
import { h, icon } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { length, modelLabel } from "../core/format.js";
import { player } from "../player/player.js";
import { promptHeading, spectrogram } from "./sound-facts.js";
import "./play-button.js";

class TrackTile extends SoundElement {
  /** @type {import("../state/tracks.js").Track | null} */ track = null;
  /** Plays this tile; a list sets it to play on from here. @type {() => unknown} */
  start = () => this.track && player.playList([this.track]);

  mount() {
    const { track } = this;
    if (!track) return;
    this.replaceChildren(
      h("a", { class: "tile-picture", href: `/track/${track.id}`, tabindex: -1, "aria-hidden": "true" }, spectrogram(track)),
      h(
        "div",
        { class: "tile-words" },
        h("sb-play-button", { ".track": track, ".start": () => this.start() }),
        h(
          "div",
          null,
          promptHeading(h("a", { href: `/track/${track.id}` }, track.prompt), "h2"),
          h("p", { class: `tile-facts ${track.model}` }, icon(track.model === "audio" ? "effect" : "music"), `${modelLabel(track.model)} · ${length(track.duration)}`),
        ),
      ),
    );
    const mark = () => this.classList.toggle("current", player.isCurrent(track.id));
    this.on(player, "change", mark);
    mark();
  }
}

define("sb-track-tile", TrackTile);
