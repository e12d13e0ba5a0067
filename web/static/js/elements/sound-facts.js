/** Small pieces that every view of a sound shares: its facts in a line, its picture, its actions. */
import { h, icon } from "../core/dom.js";
import { ago, decimal, engineLabel, keyLabel, length, modelLabel, number } from "../core/format.js";
import { queryString } from "../core/api.js";
import { t } from "../core/words.js";
import { unusual } from "../state/abilities.js";
import { isDark } from "../state/theme.js";
import "./download-menu.js";

/** @typedef {import("../state/tracks.js").Track} Track */

/**
 * Model, length, tempo, key, engine, age.
 * @param {Track} track
 * @returns {HTMLElement}
 */
export function factLine(track) {
  const bpm = track.bpm ?? track.tags?.bpm;
  const key = track.key ?? track.tags?.key;
  return h(
    "ul",
    { class: "facts", role: "list" },
    h("li", { class: `model ${track.model}` }, icon(track.model === "audio" ? "effect" : "music"), modelLabel(track.model)),
    h("li", null, length(track.duration)),
    track.is_loop && h("li", null, icon("repeat"), t("Loop")),
    bpm && h("li", null, tempo(bpm)),
    key && h("li", null, keyLabel(key)),
    h("li", { class: "engine" }, madeBy(track)),
    h("li", null, h("time", { datetime: track.created_at }, ago(track.created_at))),
  );
}

/**
 * What the spectrogram shows, for those who can't see it.
 * @param {any} track  More may be known of a sound than every track has.
 */
export function spectrogramText(track) {
  const bpm = track.bpm ?? track.tags?.bpm;
  const key = track.key ?? track.tags?.key;
  const middle_hz = track.measured?.brightness_hz;
  const made = { length: length(track.duration), rate: number(track.sample_rate_hz / 1000) };
  const told = [
    track.sample_rate_hz ? t("Mel spectrogram of {length} at {rate} kHz", made) : t("Mel spectrogram of {length}", made),
    middle_hz && brightness(middle_hz),
    bpm && t("{bpm} beats per minute", { bpm: Math.round(Number(bpm)) }),
    key && t("in {key}", { key: keyLabel(key) }),
    track.loudness_lufs !== null && track.loudness_lufs !== undefined && t("{loudness} LUFS loud", { loudness: decimal(track.loudness_lufs, 1) }),
    track.is_loop && t("a loop"),
  ];
  return t("{facts}: “{prompt}”", { facts: told.filter(Boolean).join("; "), prompt: track.prompt });
}

/**
 * The picture of a sound: a bare `strip`, its `plot` larger, or the `whole` with its scales on the theme's paper.
 * @param {Track} track
 * @param {{lazy?: boolean, size?: "strip" | "plot" | "whole"}} [options]
 */
export function spectrogram(track, { lazy = true, size = "strip" } = {}) {
  const [width, height] = size === "strip" ? [480, 96] : [1000, 320];
  const picture = h("img", {
    ...spectrogramSources(track, size),
    alt: spectrogramText(track),
    loading: lazy ? "lazy" : "eager",
    decoding: "async",
    width,
    height,
  });
  return h("span", { class: size === "plot" ? "spectrogram" : `spectrogram ${size}` }, picture);
}

/**
 * Where its files are: everything but the whole is the same on any paper.
 * @param {Track} track
 * @param {"strip" | "plot" | "whole"} size
 */
export function spectrogramSources(track, size) {
  const file = (/** @type {string} */ kind) => `/spectrogram/${track.id}${kind}.png`;
  if (size === "strip") return { src: file("-strip") };
  const [once, twice] = size === "whole" && !isDark() ? ["-light", "-light-2x"] : ["", "-2x"];
  return { src: file(once), srcset: `${file(once)} 1x, ${file(twice)} 2x` };
}

/**
 * A prompt as a heading: in its own direction, whatever that of the page is.
 * @param {import("../core/dom.js").Child} content
 * @param {"h2" | "h3"} [level]
 */
export function promptHeading(content, level = "h3") {
  return h(level, { class: "prompt", dir: "auto" }, content);
}

/** Upper ends of spectral centroids, in Hz, with the words that people use for them. @type {[number, string][]} */
const BRIGHTNESS = [
  [700, t("dark")],
  [1500, t("warm")],
  [3000, t("clear")],
  [5000, t("bright")],
  [Infinity, t("sharp")],
];

/** Where the middle of a sound's spectrum lies, in words. @param {number} hertz */
export function brightness(hertz) {
  const [, word] = /** @type {[number, string]} */ (BRIGHTNESS.find(([upTo]) => hertz < upTo));
  const middle = hertz < 1000 ? `${number(Math.round(hertz / 10) * 10)} Hz` : `${decimal(hertz / 1000, 1)} kHz`;
  return t("{word}, around {middle}", { word, middle });
}

/** @param {number | string} bpm */
export function tempo(bpm) {
  return `${number(Math.round(Number(bpm)))} bpm`;
}

/** What made a sound, in words. @param {Track} track */
export function madeBy(track) {
  return track.engine_label ? t(track.engine_label) : engineLabel(track.engine);
}

/** Address of the form filled with what made a sound. @param {Partial<Track> & {loop?: boolean}} made */
export function reuseAddress(made) {
  const { prompt, model, duration, is_loop, loop, seed } = made;
  return `/generate${queryString({ prompt, model, duration, loop: is_loop || loop ? 1 : "", seed, ...unusual(made) })}`;
}

/** @param {Track} track @param {string} [label] */
export function downloadMenu(track, label = t("Download")) {
  return h("sb-download-menu", { ".track": track, ".label": label });
}

/** @param {Partial<Track> & {loop?: boolean}} made */
export function reuseLink(made) {
  return h("a", { class: "quiet button", href: reuseAddress(made) }, icon("reuse"), h("span", null, t("Use these settings")));
}
