/** Everything about one sound. */
import { h, icon, setAttribute } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { queryString } from "../core/api.js";
import { length, modelLabel } from "../core/format.js";
import { store } from "../core/store.js";
import { player } from "../player/player.js";
import { isAble, unusual } from "../state/abilities.js";
import { trackOf } from "../state/tracks.js";
import { settingWords } from "../elements/advanced-fields.js";
import { brightness, downloadMenu, factLine, madeBy, reuseLink, spectrogram, spectrogramSources } from "../elements/sound-facts.js";
import "../elements/add-button.js";
import "../elements/category-links.js";
import "../elements/copy-button.js";
import "../elements/delete-button.js";
import "../elements/opinion-buttons.js";
import "../elements/play-button.js";
import "../elements/similar-sounds.js";
import "../elements/track-categories.js";
import "../elements/waveform.js";

/** How much longer a sound is asked for when it is continued, in seconds; the form can change it. */
const ADDED_S = 10;
/** Characters above which a prompt reads better in smaller type. */
const LONG_PROMPT = 80;

class TrackView extends SoundElement {
  /** @type {{params: Record<string, string>, query: URLSearchParams}} Set by the router. */
  location = { params: {}, query: new URLSearchParams() };
  /** @type {Promise<void>} Resolves when the sound stands there. */ ready = Promise.resolve();
  /** @type {import("../state/tracks.js").Track | null} */ #track = null;
  #extend = h("a", { class: "quiet button", hidden: true }, icon("right"), h("span", null, "Extend"));
  /** Whether opening it failed for a reason that may pass. */ #trouble = false;

  mount() {
    this.addressChanged();
    this.on(matchMedia("(prefers-color-scheme: dark)"), "change", () => this.#drawOnPaper());
    this.on(document, "themechange", () => this.#drawOnPaper());
    store.watch(({ status }) => status, () => this.#offerExtending(), this.signal);
    store.watch(({ connection }) => connection, (state) => state === "live" && this.#trouble && this.addressChanged(), this.signal);
  }

  /** The address names another sound. */
  addressChanged() {
    this.ready = this.#load(this.location.params.id);
  }

  /** @param {string} id */
  async #load(id) {
    this.#trouble = false;
    this.replaceChildren(h("header", { class: "view-head" }, h("h1", { tabindex: -1 }, "Opening…")));
    try {
      const track = await trackOf(id);
      if (!this.signal.aborted && id === this.location.params.id) this.#show(track);
    } catch (/** @type {any} */ error) {
      if (!this.signal.aborted) this.#showTrouble(error);
    }
  }

  /** @param {import("../state/tracks.js").Track} track */
  #show(track) {
    document.title = `${track.prompt} · Sound Box`;
    const start = (from_s = 0) => player.playList([track], { from_s, label: "Library" });
    const hadFocus = this.contains(document.activeElement);
    this.replaceChildren(
      h(
        "header",
        { class: "view-head track-head" },
        h("sb-play-button", { class: "large", ".track": track, ".start": () => start() }),
        h("div", null, h("h1", { tabindex: -1, dir: "auto", class: track.prompt.length > LONG_PROMPT && "long" }, track.prompt), factLine(track), h("sb-category-links", { ".track": track })),
      ),
      h("div", { class: "track-sound" }, spectrogram(track, { lazy: false, size: "whole" }), h("sb-waveform", { ".track": track, ".start": start })),
      h(
        "div",
        { class: "card-actions" },
        h("a", { class: "primary button", href: `/download/${track.id}.wav`, download: "" }, icon("download"), "Download WAV"),
        downloadMenu(track, "Other formats"),
        h("sb-add-button", { ".track": track }),
        reuseLink(track),
        this.#extend,
        h("sb-copy-button", { ".text": track.prompt, ".noun": "prompt", ".label": "Prompt" }),
        h("sb-copy-button", { ".text": String(track.seed), ".noun": "seed", ".label": `Seed ${track.seed}` }),
        h("sb-copy-button", { ".text": `${location.origin}/track/${track.id}`, ".noun": "link", ".label": "Link" }),
        h("sb-opinion-buttons", { ".track": track }),
        h("sb-delete-button", { ".track": track }),
      ),
      h("sb-track-categories", { ".track": track, "aria-labelledby": "kind", role: "group" }),
      h("section", { "aria-labelledby": "details" }, h("h2", { id: "details" }, "Details"), details(track)),
      h("sb-similar-sounds", { ".track": track }),
    );
    this.#track = track;
    this.#offerExtending();
    if (hadFocus) this.querySelector("h1")?.focus({ preventScroll: true });
  }

  /** Show the picture that belongs to the theme. */
  #drawOnPaper() {
    const picture = this.querySelector(".spectrogram img");
    if (!picture || !this.#track) return;
    for (const [name, value] of Object.entries(spectrogramSources(this.#track, "whole"))) setAttribute(picture, name, value);
  }

  /** Offer to continue the sound where its model can, and where that leads anywhere. */
  #offerExtending() {
    const track = this.#track;
    if (!track) return;
    const longest = store.state.status?.limits[track.model].max_duration ?? 0;
    const duration = Math.min(Math.ceil(track.duration) + ADDED_S, longest);
    this.#extend.hidden = !isAble(track.model, "extend") || duration < track.duration + 1;
    const { melody: _, ...settings } = { ...unusual(track), extend: track.id };
    setAttribute(this.#extend, "href", `/generate${queryString({ prompt: track.prompt, model: track.model, duration, ...settings })}`);
  }

  /** @param {any} error */
  #showTrouble(error) {
    const missing = error.status === 404;
    this.#trouble = !missing;
    document.title = `${missing ? "No such sound" : "Trouble"} · Sound Box`;
    this.replaceChildren(
      h("header", { class: "view-head" }, h("h1", { tabindex: -1 }, missing ? "No such sound" : "This sound can't be opened")),
      h(
        "div",
        { class: "empty panel" },
        h("p", null, missing ? "It was deleted, or the address is wrong." : error.message),
        h("a", { class: "button", href: "/library" }, icon("library"), "Go to the library"),
      ),
    );
  }
}

/** @param {any} track */
function details(track) {
  const issues = track.quality_issues ?? [];
  const facts = [
    ["Kind", modelLabel(track.model)],
    ["Made by", [madeBy(track), track.engine_version && `version ${track.engine_version}`].filter(Boolean).join(", ")],
    ["Seed", track.seed],
    ["Settings", settingWords(track)],
    ["Duration", length(track.duration)],
    ["Tempo", track.bpm ?? track.tags?.bpm, (/** @type {number} */ bpm) => `${Math.round(Number(bpm))} bpm`],
    ["Key", track.key ?? track.tags?.key],
    ["Genre", track.tags?.genre],
    ["Loudness", track.loudness_lufs, (/** @type {number} */ lufs) => `${lufs.toFixed(1)} LUFS`],
    ["Brightness", track.measured?.brightness_hz, brightness],
    ["Dynamic range", track.measured?.dynamic_range_db, (/** @type {number} */ range) => `${Math.round(range)} dB`],
    ["Quality", track.quality_score, (/** @type {number} */ score) => `${Math.round(score)} of 100`],
    ["Noticed", issues.length ? issues.map((/** @type {string} */ name) => name.replaceAll("_", " ")).join(", ") : null],
    ["Attempts", track.attempts],
    ["Sample rate", track.sample_rate_hz, (/** @type {number} */ rate) => `${rate / 1000} kHz`],
    ["Channels", track.channels, (/** @type {number} */ count) => (count === 2 ? "Stereo" : count === 1 ? "Mono" : String(count))],
    ["Loop", track.is_loop ? "Yes, the end runs on into the start" : null],
    ["Made", track.created_at, (/** @type {string} */ time) => new Date(time).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })],
    ["Continues", track.extend, (/** @type {string} */ id) => h("a", { href: `/track/${id}` }, "an earlier sound")],
    ["Follows", track.melody && "a melody"],
    ["Licence", track.license],
    ["Id", track.id],
  ];
  return h(
    "dl",
    { class: "details" },
    facts
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([name, value, write = String]) => h("div", null, h("dt", null, name), h("dd", null, write(value)))),
  );
}

define("sb-track-view", TrackView);
