/**
 * Shows the view that the address names. Views are custom elements; leaving one removes it, which ends what it started.
 */
import { h } from "./dom.js";

/**
 * @typedef {object} Route
 * @property {string} name
 * @property {RegExp} path  Its named groups become the view's params.
 * @property {string} tag  The custom element that is the view.
 * @property {string} title
 * @property {() => Promise<unknown>} load  Imports the view's module.
 *
 * @typedef {HTMLElement & {
 *   location?: {params: Record<string, string>, query: URLSearchParams},
 *   addressChanged?: () => void,
 *   ready?: Promise<unknown>,
 *   place?: () => unknown,
 *   returnTo?: (place: any) => void,
 * }} View  `place` tells where a view stands better than a number of pixels does; `returnTo` leads there again.
 *
 * @typedef {{scroll?: number, place?: unknown}} Left  What the history keeps of an entry, beside what its view notes.
 */

/** How long a view rests before where it stands is kept: a wheel ends a scroll with every notch. */
const RESTING_MS = 120;

class Router extends EventTarget {
  /** @type {Route[]} */ #routes = [];
  /** @type {HTMLElement | null} */ #outlet = null;
  /** @type {View | null} */ #view = null;
  /** Counts navigations, so that a view whose module arrives late is dropped. */ #turn = 0;
  /** Whether the view stands where it should, so that where it stands is worth keeping. */ #settled = false;
  #resting = 0;
  /** @type {Route | null} */ current = null;

  /**
   * @param {Route[]} routes  Tried in order; the last must match everything.
   * @param {HTMLElement} outlet
   */
  start(routes, outlet) {
    this.#routes = routes;
    this.#outlet = outlet;
    history.scrollRestoration = "manual";
    addEventListener("popstate", (event) => this.#show({ left: event.state }));
    addEventListener("scrollend", () => {
      clearTimeout(this.#resting);
      this.#resting = setTimeout(() => this.#noteScroll(), RESTING_MS);
    });
    addEventListener("pagehide", () => this.#noteScroll());
    document.addEventListener("click", (event) => this.#followLink(event));
    return this.#show({ focus: false, left: history.state });
  }

  /** @param {string} address  Path and query, for example "/library?q=rain". */
  go(address) {
    this.#noteScroll();
    history.pushState(null, "", address);
    return this.#show({});
  }

  /** Put another address in the bar without leaving the view, as a search box does while typing. @param {string} address */
  replace(address) {
    history.replaceState(history.state, "", address);
  }

  /** Keep something with the entry of the history: `history.state` has it when one comes back or reloads. @param {object} what */
  note(what) {
    history.replaceState({ ...history.state, ...what }, "");
  }

  #noteScroll() {
    if (this.#settled) this.note({ scroll: scrollY, place: this.#view?.place?.() ?? null });
  }

  /** @param {{focus?: boolean, left?: Left | null}} how */
  async #show({ focus = true, left = null }) {
    const turn = ++this.#turn;
    clearTimeout(this.#resting);
    this.#settled = false;
    const route = /** @type {Route} */ (this.#routes.find(({ path }) => path.test(location.pathname)));
    const place = {
      params: route.path.exec(location.pathname)?.groups ?? {},
      query: new URLSearchParams(location.search),
    };
    if (route === this.current && this.#view?.addressChanged) {
      this.#view.location = place;
      this.#view.addressChanged();
      return this.#scroll(turn, left);
    }
    try {
      await route.load();
    } catch {
      if (turn === this.#turn) this.dispatchEvent(new Event("unreachable"));
      return;
    }
    if (turn !== this.#turn) return;
    this.current = route;
    document.title = `${route.title} · Sound Box`;
    this.#view = h(route.tag, { class: "view", ".location": place });
    this.#outlet?.replaceChildren(/** @type {View} */ (this.#view));
    this.dispatchEvent(new Event("change"));
    if (focus) this.#view?.querySelector("h1")?.focus({ preventScroll: true });
    return this.#scroll(turn, left);
  }

  /** To the top, or to where the listener was once the view is as tall again. @param {number} turn @param {Left | null} left */
  async #scroll(turn, left) {
    const { scroll = 0, place = null } = left ?? {};
    if (scroll) await this.#view?.ready;
    if (turn !== this.#turn) return;
    scrollTo(0, scroll);
    if (scroll && place) this.#view?.returnTo?.(place);
    this.#settled = true;
  }

  /** @param {MouseEvent} event */
  #followLink(event) {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = /** @type {Element} */ (event.target).closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || link.hash) return;
    const known = this.#routes.slice(0, -1).some(({ path }) => path.test(link.pathname));
    if (!known) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}

export const router = new Router();
