/**
 * A sound's waveform: 100 heights as bars, the played part in the signal colour, and a slider over it to seek with.
 *
 * The slider is a native range input, so that fingers, keys and screen readers can all use it.
 */
import { h, setAttribute } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { spokenTime } from "../core/format.js";
import { player } from "../player/player.js";

const BAR_PX = 3;
const GAP_PX = 2;
const LEAST_HEIGHT = 0.04;

export class Waveform extends SoundElement {
  /** @type {import("../state/tracks.js").Track | null} */ #track = null;
  #wasCurrent = false;
  #canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { "aria-hidden": "true" }));
  #slider = h("input", { type: "range", min: 0, step: 0.1, value: 0 });
  #seekTo = (/** @type {number} */ seconds) => player.seek(seconds);

  /** @param {import("../state/tracks.js").Track} track */
  set track(track) {
    this.#track = track;
    setAttribute(this.#slider, "max", track.duration);
    setAttribute(this.#slider, "aria-label", `Position in “${track.prompt}”`);
    if (this.isConnected) this.#update();
  }

  /**
   * What to do when a place is chosen in a sound that isn't loaded yet, called with seconds.
   * @param {(seconds: number) => void} play
   */
  set start(play) {
    this.#seekTo = (seconds) => (this.#isCurrent() ? player.seek(seconds) : play(seconds));
  }

  mount() {
    this.replaceChildren(this.#canvas, this.#slider);
    this.on(this.#slider, "input", () => this.#seekTo(this.#slider.valueAsNumber));
    this.on(player, "time", () => this.#isCurrent() && this.#update());
    this.on(player, "change", () => this.#wasCurrent !== this.#isCurrent() && this.#update());
    this.on(matchMedia("(prefers-color-scheme: dark)"), "change", () => this.#draw());
    this.on(document, "themechange", () => this.#draw());
    const sizes = new ResizeObserver(() => this.#draw());
    sizes.observe(this);
    this.signal.addEventListener("abort", () => sizes.disconnect());
    this.#update();
  }

  #isCurrent() {
    return this.#track !== null && player.isCurrent(this.#track.id);
  }

  #update() {
    if (!this.#track) return;
    const current = (this.#wasCurrent = this.#isCurrent());
    const position = current ? player.position : 0;
    // In a list only the sound that plays is a tab stop: twenty sliders would be in everybody's way.
    setAttribute(this.#slider, "tabindex", current || !this.hasAttribute("compact") ? null : -1);
    this.#slider.value = String(position);
    const spoken = `${spokenTime(position)} of ${spokenTime(this.#track.duration)}`;
    if (this.#slider.getAttribute("aria-valuetext") !== spoken) setAttribute(this.#slider, "aria-valuetext", spoken);
    this.#draw();
  }

  #draw() {
    const width = this.clientWidth;
    const height = this.clientHeight;
    const peaks = this.#track?.peaks ?? [];
    if (!width || !height) return;
    const scale = Math.min(devicePixelRatio, 2);
    if (this.#canvas.width !== Math.round(width * scale)) this.#canvas.width = Math.round(width * scale);
    if (this.#canvas.height !== Math.round(height * scale)) this.#canvas.height = Math.round(height * scale);
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    // Canvas knows no custom properties: CSS puts both colours where their computed value can be read.
    const { color, outlineColor } = getComputedStyle(this.#canvas);
    const bars = Math.max(1, Math.floor((width + GAP_PX) / (BAR_PX + GAP_PX)));
    const step = (width + GAP_PX) / bars;
    const played = this.#isCurrent() && this.#track ? (player.position / this.#track.duration) * bars : 0;
    for (let bar = 0; bar < bars; bar++) {
      const tall = Math.max(LEAST_HEIGHT, heightAt(peaks, bar, bars)) * (height - 2);
      context.fillStyle = bar < played ? outlineColor : color;
      context.beginPath();
      context.roundRect(bar * step, (height - tall) / 2, step - GAP_PX, tall, BAR_PX / 2);
      context.fill();
    }
  }
}

/**
 * The highest peak that falls into one bar, 0..1; 0 when there are no peaks.
 * @param {number[]} peaks 0..255
 * @param {number} bar
 * @param {number} bars
 */
function heightAt(peaks, bar, bars) {
  const from = Math.floor((bar / bars) * peaks.length);
  const to = Math.max(from + 1, Math.ceil(((bar + 1) / bars) * peaks.length));
  return Math.max(0, ...peaks.slice(from, to)) / 255;
}

define("sb-waveform", Waveform);
