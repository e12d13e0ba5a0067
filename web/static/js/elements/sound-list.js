/**
 * Sounds one below the other, or as tiles; keys lead through them, and more can be put to its end.
 *
 * Rows stand in bundles, which the browser leaves out while they are out of sight: it looks at every one of them in every frame,
 * so a thousand single rows would cost more than they save.
 */
import { h } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { followKeys } from "./audition.js";
import "./track-row.js";
import "./track-tile.js";

/** @typedef {import("../state/tracks.js").Track} Track */

/** Rows in a bundle: about a screen full. */
const BUNDLE = 10;
/** A place is reached when nothing moved for so many frames; it is given up after so many. */
const STILL_FRAMES = 5;
const MOST_FRAMES = 60;

class SoundList extends SoundElement {
  /** Plays the sound at a place of the list. @type {(index: number, from_s?: number) => unknown} */ play = () => {};
  #layout = "list";
  /** @type {Track[]} */ #tracks = [];
  #list = h("div", { class: "rows", role: "list" });

  mount() {
    this.replaceChildren(this.#list);
    followKeys(this.#list, this.signal);
  }

  /** @param {boolean} busy */
  set busy(busy) {
    this.#list.toggleAttribute("aria-busy", busy);
  }

  /** How many sounds it shows. */
  get count() {
    return this.#tracks.length;
  }

  /** @param {"list" | "grid"} layout */
  set layout(layout) {
    if (layout === this.#layout) return;
    this.#layout = layout;
    this.show(this.#tracks);
  }

  /** Show these sounds alone. @param {Track[]} tracks */
  show(tracks) {
    this.#list.className = this.#layout === "grid" ? "tiles" : "rows";
    this.#tracks = [...tracks];
    this.#list.replaceChildren(...this.#bundles(tracks, 0));
  }

  /** Put these after those that are there. @param {Track[]} tracks */
  append(tracks) {
    const from = this.count;
    this.#tracks.push(...tracks);
    this.#list.append(...this.#bundles(tracks, from));
  }

  /** Say why there are none. @param {Node} words */
  explain(words) {
    this.#tracks = [];
    this.#list.className = "rows";
    this.#list.replaceChildren(h("div", { role: "listitem" }, words));
  }

  /** The focus on the play button of a sound. @param {number} index */
  choose(index) {
    /** @type {HTMLElement | null | undefined} */ (this.#entries()[index]?.querySelector(".play-button"))?.focus();
  }

  /** The first sound that can be seen, and how far below the upper edge of the window it begins. */
  place() {
    for (const entry of this.#entries()) {
      const { top, bottom } = entry.getBoundingClientRect();
      if (bottom > 0) return { sound: entry.dataset.id, top };
    }
    return null;
  }

  /**
   * Scroll until a sound stays where it was: those around it get their height when they come into sight. Who scrolls ends it.
   * @param {{sound: string, top: number}} place
   */
  async returnTo({ sound, top }) {
    const entry = this.#list.querySelector(`[data-id="${CSS.escape(sound)}"]`);
    let moved = false;
    for (const type of ["wheel", "touchstart", "keydown", "pointerdown"]) this.on(window, type, () => (moved = true), { once: true, passive: true });
    for (let still = 0, turn = 0; entry && still < STILL_FRAMES && turn < MOST_FRAMES && !moved && this.isConnected; turn++) {
      const off = entry.getBoundingClientRect().top - top;
      still = Math.abs(off) < 1 ? still + 1 : 0;
      if (!still) scrollBy(0, off);
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }

  /** @returns {NodeListOf<HTMLElement>} */
  #entries() {
    return this.#list.querySelectorAll("[data-id]");
  }

  /** @param {Track[]} tracks @param {number} from  Place of the first in the list. */
  #bundles(tracks, from) {
    const count = Math.ceil(tracks.length / BUNDLE);
    return Array.from({ length: count }, (_, number) => {
      const first = number * BUNDLE;
      const entries = tracks.slice(first, first + BUNDLE).map((track, index) => this.#entry(track, from + first + index));
      return h("div", { class: "bundle", role: "none" }, entries);
    });
  }

  /** @param {Track} track @param {number} index */
  #entry(track, index) {
    const start = (from_s = 0) => this.play(index, from_s);
    const name = this.#layout === "grid" ? "sb-track-tile" : "sb-track-row";
    return h("div", { role: "listitem", "data-id": track.id }, h(name, { class: this.#layout === "grid" ? "tile" : "row", "data-sound": true, ".track": track, ".start": start }));
  }
}

define("sb-sound-list", SoundList);
