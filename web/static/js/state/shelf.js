/** The sounds of one list, fetched as far as somebody has looked. */
import { request } from "../core/api.js";

/** @typedef {import("./tracks.js").Track} Track */

/** Sounds on a page of the list, which `page=2` in an address counts in. */
export const PER_PAGE = 20;
/** The most that the server gives at a time. */
const MOST_AT_ONCE = 100;

export class Shelf {
  /** @type {Track[]} */ tracks = [];
  /** How many there are in all. */ total = 0;
  /** Whether there are more than were fetched. */ hasMore = true;
  #path;
  #query;
  #signal;
  #page;
  #byPages;
  #cursor = "";
  /** @type {Promise<unknown> | null} */ #underWay = null;
  /** @type {Set<string>} */ #ids = new Set();

  /**
   * @param {string} path  Of a list of the API.
   * @param {Record<string, any>} query  What is asked of it, without places.
   * @param {{page?: number, byPages?: boolean, signal: AbortSignal}} options  `page`: where to begin; `byPages`: it knows no cursors.
   */
  constructor(path, query, { page = 1, byPages = false, signal }) {
    this.#path = path;
    this.#query = query;
    this.#page = page;
    this.#byPages = byPages;
    this.#signal = signal;
  }

  /**
   * Fetch until there are so many, or all that there are. Whoever asks meanwhile waits for the same answer.
   * @param {number} count
   */
  async reach(count) {
    while (this.hasMore && this.tracks.length < count) {
      this.#underWay ??= this.#fetch(count - this.tracks.length).finally(() => {
        this.#underWay = null;
      });
      await this.#underWay;
    }
  }

  /** @param {number} missing */
  async #fetch(missing) {
    // Pages of an address have one size; after a cursor any number will do.
    const per_page = this.#cursor ? Math.min(Math.max(missing, PER_PAGE), MOST_AT_ONCE) : PER_PAGE;
    const place = this.#cursor ? { cursor: this.#cursor } : { page: this.#page };
    const found = await request(this.#path, { query: { ...this.#query, ...place, per_page }, signal: this.#signal });
    // Where a list without cursors grew at its top meanwhile, its next page begins with what is here already.
    const fresh = found.items.filter((/** @type {Track} */ { id }) => !this.#ids.has(id));
    for (const track of fresh) this.#ids.add(track.id);
    this.tracks.push(...fresh);
    this.total = found.total;
    this.#cursor = found.next_cursor ?? "";
    this.hasMore = Boolean(this.#cursor) || (this.#byPages && this.#page < found.pages);
    this.#page += 1;
  }
}
