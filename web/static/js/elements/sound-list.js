/**
 * Sounds one below the other, or as tiles; keys lead through them, and more can be put to its end.
 *
 * Rows stand in bundles, which the browser leaves out while they are out of sight: it looks at every one of them in every frame,
 * so a thousand single rows would cost more than they save.
 *
 * Sounds can be picked; the list tells `pick` when other ones are.
 */
import { h } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { t } from "../core/words.js";
import { isLeaving } from "../state/leaving.js";
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
  #picking = false;
  /** @type {Set<string>} Ids of what is picked. */ #picked = new Set();
  /** The box that was pressed last: with Shift, all from there on follow. @type {HTMLInputElement | null} */ #lastBox = null;
  #list = h("div", { class: "rows", role: "list" });

  mount() {
    this.replaceChildren(this.#list);
    followKeys(this.#list, this.signal);
    this.on(this.#list, "click", (event) => event.target.matches?.(".pick input") && this.#pick(event.target, event.shiftKey));
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

  /** Whether every sound has a box to pick it by. @param {boolean} picking */
  set picking(picking) {
    this.#picking = picking;
    this.#picked.clear();
    this.#lastBox = null;
    this.show(this.#tracks);
    this.#tellPicked();
  }

  /** @returns {Track[]} What is picked, in the order of the list. */
  get picked() {
    return this.#tracks.filter(({ id }) => this.#picked.has(id));
  }

  /** Pick all that is shown, or nothing. @param {boolean} all */
  pickAll(all) {
    for (const box of this.#boxes()) this.#check(box, all);
    this.#tellPicked();
  }

  /** Leave out what is about to be deleted, and show again what is not any more. */
  showStaying() {
    for (const entry of this.#entries()) entry.hidden = isLeaving(entry.dataset.id ?? "");
    for (const id of this.#picked) if (isLeaving(id)) this.#picked.delete(id);
    for (const box of this.#boxes()) box.checked = this.#picked.has(box.value);
    this.#tellPicked();
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

  /** @returns {NodeListOf<HTMLInputElement>} */
  #boxes() {
    return this.#list.querySelectorAll("[data-id]:not([hidden]) > .pick input");
  }

  /** @param {HTMLInputElement} box @param {boolean} on */
  #check(box, on) {
    box.checked = on;
    if (on) this.#picked.add(box.value);
    else this.#picked.delete(box.value);
  }

  /** @param {HTMLInputElement} box @param {boolean} range */
  #pick(box, range) {
    const boxes = [...this.#boxes()];
    const from = range && this.#lastBox ? boxes.indexOf(this.#lastBox) : -1;
    const to = boxes.indexOf(box);
    const chosen = from < 0 ? [box] : boxes.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const one of chosen) this.#check(one, box.checked);
    this.#lastBox = box;
    this.#tellPicked();
  }

  #tellPicked() {
    this.dispatchEvent(new Event("pick"));
  }

  /** @param {Track} track */
  #pickBox({ id, prompt }) {
    const label = t("Select “{prompt}”", { prompt });
    return h("label", { class: "pick" }, h("input", { type: "checkbox", value: id, ".checked": this.#picked.has(id), "aria-label": label }));
  }

  /** @param {Track} track @param {number} index */
  #entry(track, index) {
    const start = (from_s = 0) => this.play(index, from_s);
    const name = this.#layout === "grid" ? "sb-track-tile" : "sb-track-row";
    const sound = h(name, { class: this.#layout === "grid" ? "tile" : "row", "data-sound": true, ".track": track, ".start": start });
    return h("div", { role: "listitem", "data-id": track.id, hidden: isLeaving(track.id) }, this.#picking && this.#pickBox(track), sound);
  }
}

define("sb-sound-list", SoundList);
