/** A moving picture of what plays. It stands still while nothing moves, nobody sees it, or less motion is wanted. */
import { h, setText } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { t } from "../core/words.js";
import { player } from "../player/player.js";
import { RATE_HZ, samplesOf } from "../player/samples.js";
import { bandsAt, waveAt } from "../player/spectrum.js";
import { VISUALS } from "./visuals.js";

const LESS_MOTION = matchMedia("(prefers-reduced-motion: reduce)");
/** What follows is decoded ahead, unless it is long. */
const AHEAD_UP_TO_S = 120;

class Visualiser extends SoundElement {
  #canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { "aria-hidden": "true" }));
  #says = h("p", { class: "muted", hidden: true });
  /** @type {import("./visuals.js").Draw} */ #draw = VISUALS.bars();
  /** @type {Float32Array | null} */ #samples = null;
  #shown = "";
  #frame = 0;
  #inSight = true;

  /** @param {string} kind One of VISUALS. */
  set kind(kind) {
    this.#draw = (VISUALS[kind] ?? VISUALS.bars)();
    if (this.isConnected) this.#refresh();
  }

  mount() {
    this.replaceChildren(this.#canvas, this.#says);
    this.#shown = "";
    this.on(player, "change", () => this.#refresh());
    this.on(player, "time", () => player.playing || this.#show());
    this.on(document, "visibilitychange", () => this.#refresh());
    this.on(document, "themechange", () => this.#show());
    this.on(LESS_MOTION, "change", () => this.#refresh());
    const sizes = new ResizeObserver(() => this.#show());
    sizes.observe(this);
    const sight = new IntersectionObserver(([{ isIntersecting }]) => {
      this.#inSight = isIntersecting;
      this.#refresh();
    });
    sight.observe(this);
    this.signal.addEventListener("abort", () => {
      sizes.disconnect();
      sight.disconnect();
      this.#stop();
    });
    this.#refresh();
  }

  /** The right sound, in motion or not. */
  #refresh() {
    const { track } = player;
    if ((track?.audio_url ?? "") !== this.#shown) this.#take(track);
    const moves = player.playing && !document.hidden && this.#inSight && !LESS_MOTION.matches && this.#samples;
    if (!moves) this.#stop();
    else this.#frame ||= requestAnimationFrame(() => this.#step());
    this.#show();
  }

  /** @param {import("../state/tracks.js").Track | null} track */
  async #take(track) {
    const url = (this.#shown = track?.audio_url ?? "");
    this.#samples = null;
    this.#says.hidden = true;
    if (!track) return;
    const samples = await samplesOf(track);
    if (this.signal.aborted || this.#shown !== url) return;
    this.#samples = samples;
    this.#says.hidden = samples !== null;
    setText(this.#says, track.unfinished ? t("Its picture comes when it is finished.") : t("There is no picture of this sound."));
    this.#refresh();
    const following = player.queue[player.index + 1];
    if (following && following.duration < AHEAD_UP_TO_S) samplesOf(following);
  }

  #step() {
    this.#frame = requestAnimationFrame(() => this.#step());
    this.#show();
  }

  #stop() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  #show() {
    const { clientWidth: width, clientHeight: height } = this;
    if (!width || !height) return;
    const scale = Math.min(devicePixelRatio, 2);
    const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
    if (this.#canvas.width !== across) this.#canvas.width = across;
    if (this.#canvas.height !== down) this.#canvas.height = down;
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    const samples = this.#samples;
    if (!samples) return;
    // Canvas knows no custom properties: CSS puts the colours where their computed value can be read.
    const { color: calm, outlineColor: loud, textDecorationColor: accent } = getComputedStyle(this.#canvas);
    const at_s = LESS_MOTION.matches ? loudestMoment(player.track) : player.position;
    this.#draw(context, {
      width,
      height,
      at_s,
      bands: (moment_s, count) => bandsAt(samples, RATE_HZ, moment_s, count),
      wave: (count) => waveAt(samples, RATE_HZ, at_s, count),
      colours: { calm, loud, accent },
    });
  }
}

/** Of a still picture, in seconds: where a sound is most itself. @param {import("../state/tracks.js").Track | null} track */
function loudestMoment(track) {
  const peaks = track?.peaks ?? [];
  if (!track || !peaks.length) return 0;
  return ((peaks.indexOf(Math.max(...peaks)) + 0.5) / peaks.length) * track.duration;
}

define("sb-visualiser", Visualiser);
