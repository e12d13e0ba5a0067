/** The categories of a sound as links to the library's sounds of that kind; nothing where it has none. */
import { h } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { queryString } from "../core/api.js";
import { t } from "../core/words.js";
import { allCategories } from "../state/categories.js";

const SOURCES = { machine: t("Guessed from the prompt"), crowd: t("Listeners say so") };

class CategoryLinks extends SoundElement {
  /** @type {import("../state/tracks.js").Track | null} */ track = null;

  async mount() {
    const { track } = this;
    this.hidden = !track?.categories.length;
    if (!track || this.hidden) return;
    this.#show(track, (id) => id.replaceAll("-", " "));
    // Without the server the ids have to do as names.
    const known = await allCategories().catch(() => null);
    if (known && !this.signal.aborted) this.#show(track, (id) => known.get(id)?.label ?? id);
  }

  /** @param {import("../state/tracks.js").Track} track @param {(id: string) => string} label */
  #show(track, label) {
    this.replaceChildren(
      h(
        "ul",
        { class: "chips", role: "list", "aria-label": t("Categories") },
        track.categories.map(({ name, source }) =>
          h("li", null, h("a", { class: "chip", href: `/library${queryString({ category: name })}`, title: SOURCES[source] }, label(name))),
        ),
      ),
    );
  }
}

define("sb-category-links", CategoryLinks);
