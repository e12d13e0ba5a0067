/**
 * The base of every custom element of the page: light DOM, and one AbortController that ends all it started.
 */
export class SoundElement extends HTMLElement {
  #life = new AbortController();

  /** Aborts when the element leaves the page. */
  get signal() {
    return this.#life.signal;
  }

  connectedCallback() {
    this.#life = new AbortController();
    this.mount();
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  /** Build the content and start what it needs; everything started takes `this.signal`. */
  mount() {}

  /**
   * Listen until the element leaves the page. Returns the target, so that it can stand inside h().
   * @template {EventTarget} T
   * @param {T} target
   * @param {string} type
   * @param {(event: any) => void} handler
   * @param {AddEventListenerOptions} [options]
   * @returns {T}
   */
  on(target, type, handler, options) {
    target.addEventListener(type, handler, { ...options, signal: this.signal });
    return target;
  }
}

/**
 * Register a custom element once, whoever imports its module first.
 * @param {string} name
 * @param {CustomElementConstructor} element
 */
export function define(name, element) {
  if (!customElements.get(name)) customElements.define(name, element);
}
