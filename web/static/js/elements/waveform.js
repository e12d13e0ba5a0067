/**
 * A sound's waveform: 100 heights as bars, the played part in the signal colour, and a slider over it to seek with.
 *
 * A `compact` one, as lists have it by the hundred, is a drawing of two paths: a canvas is a layer of its own to the browser, and
 * a screen full of layers is what makes a list scroll badly.
 *
 * The slider is a native range input, so that fingers, keys and screen readers can all use it.
 */
import { h, setAttribute } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { spokenTime } from "../core/format.js";
import { t } from "../core/words.js";
import { player } from "../player/player.js";

const BAR_PX = 3;
const GAP_PX = 2;
const LEAST_HEIGHT = 0.04;
const SVG = "http://www.w3.org/2000/svg";
/** Bars of a compact one, whatever its width. */
const COMPACT_BARS = 56;
/** Height of its drawing, in units of its own. */
const TALL = 100;

export class Waveform extends SoundElement {
  /** @type {import("../state/tracks.js").Track | null} */ #track = null;
  #wasCurrent = false;
  #canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { "aria-hidden": "true" }));
  /** The bars of a compact one: all, and those that were heard. @type {SVGPathElement[]} */ #paths = [];
  #slider = h("input", { type: "range", min: 0, step: 0.1, value: 0 });
  #seekTo = (/** @type {number} */ seconds) => player.seek(seconds);

  /** @param {import("../state/tracks.js").Track} track */
  set track(track) {
    this.#track = track;
    setAttribute(this.#slider, "max", track.duration);
    setAttribute(this.#slider, "aria-label", t("Position in “{prompt}”", { prompt: track.prompt }));
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
    this.on(this.#slider, "input", () => this.#seekTo(this.#slider.valueAsNumber));
    this.on(player, "time", () => this.#isCurrent() && this.#update());
    this.on(player, "change", () => this.#wasCurrent !== this.#isCurrent() && this.#update());
    if (this.hasAttribute("compact")) this.replaceChildren(this.#drawing(), this.#slider);
    else this.#paint();
    this.#update();
  }

  /** A canvas, drawn again whenever its size or its colours change. */
  #paint() {
    this.replaceChildren(this.#canvas, this.#slider);
    this.on(matchMedia("(prefers-color-scheme: dark)"), "change", () => this.#draw());
    this.on(document, "themechange", () => this.#draw());
    const sizes = new ResizeObserver(() => this.#draw());
    sizes.observe(this);
    this.signal.addEventListener("abort", () => sizes.disconnect());
  }

  /** A drawing, which the browser fits and colours itself. */
  #drawing() {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${COMPACT_BARS} ${TALL}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    this.#paths = ["bars", "bars heard"].map((name) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", name);
      return path;
    });
    this.#paths[0].setAttribute("d", bars(this.#track?.peaks ?? []));
    svg.append(...this.#paths);
    return svg;
  }

  /** @param {boolean} current @param {number} position */
  #drawHeard(current, position) {
    const [all, heard] = this.#paths;
    setAttribute(heard, "d", current && all.getAttribute("d"));
    const rest = this.#track ? 1 - position / this.#track.duration : 1;
    // Clipped in the units of the drawing, whose box is as wide as its bars.
    if (current) heard.style.clipPath = `inset(0 ${(100 * Math.max(0, rest)).toFixed(2)}% 0 0)`;
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
    const spoken = t("{position} of {duration}", { position: spokenTime(position), duration: spokenTime(this.#track.duration) });
    if (this.#slider.getAttribute("aria-valuetext") !== spoken) setAttribute(this.#slider, "aria-valuetext", spoken);
    if (this.#paths.length) this.#drawHeard(current, position);
    else this.#draw();
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

/** The path of a compact one's bars. @param {number[]} peaks 0..255 */
function bars(peaks) {
  const line = (/** @type {number} */ bar) => {
    const half = Math.max(LEAST_HEIGHT, heightAt(peaks, bar, COMPACT_BARS)) * (TALL / 2 - 3);
    return `M${bar + 0.5} ${(TALL / 2 - half).toFixed(1)}V${(TALL / 2 + half).toFixed(1)}`;
  };
  return Array.from({ length: COMPACT_BARS }, (_, bar) => line(bar)).join("");
}

define("sb-waveform", Waveform);
