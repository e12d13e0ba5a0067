/** What a sound was made from, what was made from it, and its variations; nothing where it has no relatives. */
import { h, setAttribute } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { isAbort, request } from "../core/api.js";
import { ago, length } from "../core/format.js";
import { t } from "../core/words.js";
import { player } from "../player/player.js";
import "./play-button.js";

/** @typedef {import("../state/tracks.js").Track} Track */

class Lineage extends SoundElement {
  /** @type {Track | null} */ track = null;
  /** @type {Promise<void>} Resolves when the relatives stand, or there are none. */ ready = Promise.resolve();

  mount() {
    this.hidden = true;
    this.ready = this.#load();
  }

  async #load() {
    if (!this.track) return;
    try {
      this.#show(await request(`/api/library/${encodeURIComponent(this.track.id)}/lineage`, { signal: this.signal }));
    } catch (/** @type {any} */ error) {
      if (isAbort(error)) return;
      this.replaceChildren(h("p", { class: "quiet" }, error.message));
      this.hidden = false;
    }
  }

  /** @param {{sources: Track[], continued_by: Track[], variations: Track[]}} told */
  #show({ sources, continued_by, variations }) {
    const isLost = this.track?.extend && !sources.length;
    const groups = [
      isLost && h("div", null, h("h3", null, t("Continues")), h("p", { class: "muted" }, t("A sound that was deleted"))),
      relatives("sources", t("Continues"), sources),
      relatives("continued-by", t("Continued by"), continued_by),
      relatives("variations", t("Variations"), variations),
    ].filter(Boolean);
    this.hidden = !groups.length;
    setAttribute(this, "role", "region");
    setAttribute(this, "aria-labelledby", "related");
    this.replaceChildren(h("h2", { id: "related" }, t("Related sounds")), h("div", { class: "relatives" }, groups));
  }
}

/** @param {string} id @param {string} heading @param {Track[]} tracks */
function relatives(id, heading, tracks) {
  if (!tracks.length) return null;
  const play = (/** @type {number} */ index) => player.playList(tracks, { index, label: heading });
  return h(
    "div",
    null,
    h("h3", { id }, heading),
    h(
      "ol",
      { role: "list", "aria-labelledby": id },
      tracks.map((track, index) =>
        h(
          "li",
          null,
          h("sb-play-button", { ".track": track, ".start": () => play(index) }),
          h("div", null, h("a", { href: `/track/${track.id}`, dir: "auto" }, track.prompt), facts(track)),
        ),
      ),
    ),
  );
}

/** What tells it from others of the same prompt. @param {Track} track */
function facts({ duration, seed, created_at }) {
  const told = [length(duration), t("Seed {seed}", { seed: String(seed) }), h("time", { datetime: created_at }, ago(created_at))];
  return h("ul", { class: "facts", role: "list" }, told.map((one) => h("li", null, one)));
}

define("sb-lineage", Lineage);
