/** The sounds that sound most like one, as rows; nothing where there are none. */
import { h } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { isAbort, request } from "../core/api.js";
import { t } from "../core/words.js";
import { player } from "../player/player.js";
import "./track-row.js";

/** As many as fit below a sound without burying its details. */
const SHOWN = 5;

class SimilarSounds extends SoundElement {
  /** @type {import("../state/tracks.js").Track | null} */ track = null;
  /** @type {Promise<void>} Resolves when the rows stand, or there are none. */ ready = Promise.resolve();

  mount() {
    this.hidden = true;
    this.ready = this.#load();
  }

  async #load() {
    if (!this.track) return;
    try {
      const path = `/api/library/${encodeURIComponent(this.track.id)}/similar`;
      const { tracks } = await request(path, { query: { count: SHOWN }, signal: this.signal });
      this.#show(tracks);
    } catch (/** @type {any} */ error) {
      if (isAbort(error)) return;
      this.replaceChildren(h("p", { class: "quiet" }, error.message));
      this.hidden = false;
    }
  }

  /** @param {import("../state/tracks.js").Track[]} tracks */
  #show(tracks) {
    const play = (/** @type {number} */ index, from_s = 0) => player.playList(tracks, { index, from_s, label: t("More like this") });
    this.hidden = !tracks.length;
    this.replaceChildren(
      h("h2", { id: "similar" }, t("More like this")),
      h(
        "ol",
        { class: "rows", role: "list", "aria-labelledby": "similar" },
        tracks.map((track, index) =>
          h("li", null, h("sb-track-row", { class: "row", ".track": track, ".start": (from_s = 0) => play(index, from_s) })),
        ),
      ),
    );
  }
}

define("sb-similar-sounds", SimilarSounds);
