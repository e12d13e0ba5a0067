/** Small pieces that every view of a sound shares: its facts in a line, its picture, its actions. */
import { h, icon } from "../core/dom.js";
import { ago, engineLabel, length, modelLabel } from "../core/format.js";
import { queryString } from "../core/api.js";
import { unusual } from "../state/abilities.js";

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
    track.is_loop && h("li", null, icon("repeat"), "Loop"),
    bpm && h("li", null, `${Math.round(Number(bpm))} bpm`),
    key && h("li", null, key),
    h("li", { class: "engine" }, madeBy(track)),
    h("li", null, h("time", { datetime: track.created_at }, ago(track.created_at))),
  );
}

/**
 * What the spectrogram shows, for those who can't see it.
 * @param {Track} track
 */
export function spectrogramText(track) {
  const bpm = track.bpm ?? track.tags?.bpm;
  const key = track.key ?? track.tags?.key;
  const told = [length(track.duration), bpm && `${Math.round(Number(bpm))} beats per minute`, key && `in ${key}`];
  return `Spectrogram of “${track.prompt}”: ${told.filter(Boolean).join(", ")}`;
}

/**
 * The picture of a sound; CSS crops it to the plot, unless it is shown `whole`, with its scales.
 * @param {Track} track
 * @param {{lazy?: boolean, whole?: boolean}} [options]
 */
export function spectrogram(track, { lazy = true, whole = false } = {}) {
  const picture = h("img", {
    src: track.spectrogram_url,
    alt: spectrogramText(track),
    loading: lazy ? "lazy" : "eager",
    decoding: "async",
    width: 1000,
    height: 320,
  });
  return h("span", { class: whole ? "spectrogram whole" : "spectrogram" }, picture);
}

/**
 * A prompt as a heading: in its own direction, whatever that of the page is.
 * @param {import("../core/dom.js").Child} content
 * @param {"h2" | "h3"} [level]
 */
export function promptHeading(content, level = "h3") {
  return h(level, { class: "prompt", dir: "auto" }, content);
}

/** What made a sound, in words. @param {Track} track */
export function madeBy(track) {
  return track.engine_label ?? engineLabel(track.engine);
}

/** Address of the form filled with what made a sound. @param {Partial<Track> & {loop?: boolean}} made */
export function reuseAddress(made) {
  const { prompt, model, duration, is_loop, loop, seed } = made;
  return `/generate${queryString({ prompt, model, duration, loop: is_loop || loop ? 1 : "", seed, ...unusual(made) })}`;
}

/** @param {Track} track */
export function downloadLink(track) {
  return h(
    "a",
    { class: "quiet button", href: `/download/${track.id}.wav`, download: "", "aria-label": `Download “${track.prompt}”` },
    icon("download"),
    h("span", null, "Download"),
  );
}

/** @param {Partial<Track> & {loop?: boolean}} made */
export function reuseLink(made) {
  return h("a", { class: "quiet button", href: reuseAddress(made) }, icon("reuse"), h("span", null, "Use these settings"));
}
