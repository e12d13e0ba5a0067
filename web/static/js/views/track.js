/** Everything about one sound. */
import { h, icon, setAttribute } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { queryString } from "../core/api.js";
import { dayAndTime, decimal, issueLabel, keyLabel, length, modelLabel, number } from "../core/format.js";
import { store } from "../core/store.js";
import { t } from "../core/words.js";
import { player } from "../player/player.js";
import { isAble, unusual } from "../state/abilities.js";
import { trackOf } from "../state/tracks.js";
import { settingWords } from "../elements/advanced-fields.js";
import { brightness, downloadMenu, factLine, madeBy, reuseLink, spectrogram, spectrogramSources, tempo } from "../elements/sound-facts.js";
import "../elements/add-button.js";
import "../elements/category-links.js";
import "../elements/copy-button.js";
import "../elements/delete-button.js";
import "../elements/lineage.js";
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
  #extend = h("a", { class: "quiet button", hidden: true }, icon("right"), h("span", null, t("Extend")));
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
    this.replaceChildren(h("header", { class: "view-head" }, h("h1", { tabindex: -1 }, t("Opening…"))));
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
    const start = (from_s = 0) => player.playList([track], { from_s, label: t("Library") });
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
        h("a", { class: "primary button", href: `/download/${track.id}.wav`, download: "" }, icon("download"), t("Download WAV")),
        downloadMenu(track, t("Other formats")),
        h("sb-add-button", { ".track": track }),
        reuseLink(track),
        this.#extend,
        h("sb-copy-button", { ".text": track.prompt, ".noun": "prompt", ".label": t("Prompt") }),
        h("sb-copy-button", { ".text": String(track.seed), ".noun": "seed", ".label": t("Seed {seed}", { seed: String(track.seed) }) }),
        h("sb-copy-button", { ".text": settings(track), ".noun": "settings", ".label": t("Settings") }),
        h("sb-copy-button", { ".text": `${location.origin}/track/${track.id}`, ".noun": "link", ".label": t("Link") }),
        h("sb-copy-button", { ".text": embedCode(track), ".noun": "embed", ".label": t("Embed") }),
        h("sb-opinion-buttons", { ".track": track }),
        h("sb-delete-button", { ".track": track }),
      ),
      h("sb-track-categories", { ".track": track, "aria-labelledby": "kind", role: "group" }),
      h("section", { "aria-labelledby": "details" }, h("h2", { id: "details" }, t("Details")), details(track)),
      h("sb-lineage", { ".track": track }),
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
    const heading = missing ? t("No such sound") : t("This sound can't be opened");
    document.title = `${heading} · Sound Box`;
    this.replaceChildren(
      h("header", { class: "view-head" }, h("h1", { tabindex: -1 }, heading)),
      h(
        "div",
        { class: "empty panel" },
        h("p", null, missing ? t("It was deleted, or the address is wrong.") : error.message),
        h("a", { class: "button", href: "/library" }, icon("library"), t("Go to the library")),
      ),
    );
  }
}

/** What made a sound, as a body of POST /generate. @param {import("../state/tracks.js").Track} track */
function settings(track) {
  const { prompt, model, duration, is_loop: loop, seed } = track;
  return JSON.stringify({ prompt, model, duration, loop, seed, ...unusual(track) }, null, 2);
}

/** What has no translation. @param {string} value */
function asItIs(value) {
  return h("span", { translate: "no" }, value);
}

/** @param {any} track */
function details(track) {
  const issues = track.quality_issues ?? [];
  const facts = [
    [t("Kind"), modelLabel(track.model)],
    [t("Made by"), [madeBy(track), track.engine_version && t("version {version}", { version: track.engine_version })].filter(Boolean).join(", ")],
    [t("Seed"), track.seed],
    [t("Settings"), settingWords(track)],
    [t("Duration"), length(track.duration)],
    [t("Tempo"), track.bpm ?? track.tags?.bpm, tempo],
    [t("Key"), track.key ?? track.tags?.key, keyLabel],
    [t("Genre"), track.tags?.genre, asItIs],
    [t("Loudness"), track.loudness_lufs, (/** @type {number} */ lufs) => `${decimal(lufs, 1)} LUFS`],
    [t("Brightness"), track.measured?.brightness_hz, brightness],
    [t("Dynamic range"), track.measured?.dynamic_range_db, (/** @type {number} */ range) => `${Math.round(range)} dB`],
    [t("Quality"), track.quality_score, (/** @type {number} */ score) => t("{score} of 100", { score: Math.round(score) })],
    [t("Noticed"), issues.length ? issues.map(issueLabel).join(", ") : null],
    [t("Attempts"), track.attempts],
    [t("Sample rate"), track.sample_rate_hz, (/** @type {number} */ rate) => `${number(rate / 1000)} kHz`],
    [t("Channels"), track.channels, (/** @type {number} */ count) => (count === 2 ? t("Stereo") : count === 1 ? t("Mono") : number(count))],
    [t("Loop"), track.is_loop ? t("Yes, the end runs on into the start") : null],
    [t("Made"), track.created_at, (/** @type {string} */ time) => h("time", { datetime: time }, dayAndTime(time))],
    [t("Follows"), track.melody && t("a melody")],
    [t("Licence"), track.license, asItIs],
    [t("Id"), track.id, asItIs],
  ];
  return h(
    "dl",
    { class: "details" },
    facts
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([name, value, write = String]) => h("div", null, h("dt", null, name), h("dd", null, write(value)))),
  );
}

/** A player for other pages, as GET /oembed gives it. @param {{id: string, prompt: string}} track */
function embedCode({ id, prompt }) {
  const frame = h("iframe", { src: `${location.origin}/embed/${id}`, width: 480, height: 132, title: prompt, frameborder: 0, loading: "lazy", allow: "autoplay" });
  return frame.outerHTML;
}

define("sb-track-view", TrackView);
