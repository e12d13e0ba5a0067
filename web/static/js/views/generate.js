/** The first view: ask for a sound on one side, watch and hear your sounds on the other. */
import { h, icon, setText } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { engineLabel, number, stateLabel } from "../core/format.js";
import { router } from "../core/router.js";
import { store } from "../core/store.js";
import { request } from "../core/api.js";
import { t, tn, told } from "../core/words.js";
import { unusual, unusualIn } from "../state/abilities.js";
import { cancelAll, hasEnded } from "../state/jobs.js";
import { notify } from "../state/notices.js";
import { trackOf } from "../state/tracks.js";
import "../elements/generate-form.js";

/** @typedef {{prompt: string, model: "music" | "audio", duration: number, loop?: boolean}} Example */

/** Examples for a first sound; in English, as engines understand it. @type {Example[]} */
const EXAMPLES = [
  { prompt: "calm piano over soft rain, 80 bpm", model: "music", duration: 12 },
  { prompt: "warm lo-fi beat with vinyl crackle", model: "music", duration: 16 },
  { prompt: "rain on a tin roof, distant thunder", model: "audio", duration: 10, loop: true },
  { prompt: "footsteps on gravel, then a door", model: "audio", duration: 6 },
  { prompt: "driving synthwave, 110 bpm, D minor", model: "music", duration: 16 },
];

/** What each tier allows. @type {Record<string, string>} */
const TIERS = {
  free: t("Free tier: as many sounds as you like, whose turn comes after the other tiers'"),
  standard: t("Standard tier: as many sounds as you like, whose turn comes before the free tier's"),
  premium: t("Premium tier: as many sounds as you like, whose turn comes before the free tier's"),
  admin: t("Admin tier: as many sounds as you like, whose turn comes first"),
};

class GenerateView extends SoundElement {
  /** @type {{params: Record<string, string>, query: URLSearchParams}} Set by the router. */
  location = { params: {}, query: new URLSearchParams() };
  #form = h("sb-generate-form");
  #list = h("ol", { class: "cards", role: "list" });
  /** @type {Map<string, {place: HTMLElement, card: any}>} */ #cards = new Map();

  mount() {
    const engine = h("p", { class: "engine-line" });
    const tier = h("p", { class: "engine-line tier-line" });
    const empty = this.#empty();
    const sounds = h("section", { "aria-labelledby": "your-sounds" }, this.#head(), empty, this.#list);
    this.replaceChildren(
      h(
        "header",
        { class: "view-head" },
        h("h1", { tabindex: -1 }, t("What do you want to hear?")),
        h("p", null, t("Describe it. Sound Box makes it, checks it and keeps it in your library.")),
      ),
      h("div", { class: "workbench" }, h("div", { class: "bench-form" }, this.#form, engine, tier), sounds),
    );
    this.on(this.#form, "asked", () => showWhereItArrives(sounds));
    this.addressChanged();
    store.watch(({ jobs }) => jobs, (jobs) => this.#showJobs(jobs), this.signal);
    store.watch(
      ({ jobs, jobsKnown, connection }) => (jobs.length ? "some" : jobsKnown || connection === "polling" ? "none" : "unknown"),
      (amount) => (empty.hidden = amount !== "none"),
      this.signal,
    );
    store.watch(({ status }) => status, (status) => setText(engine, engineSentence(status)), this.signal);
    store.watch(({ tier, status }) => tierSentence(tier, status), (sentence) => setText(tier, sentence), this.signal);
  }

  /** Settings in the address go into the form, and out of the address: a later visit must not overwrite what was typed. */
  addressChanged() {
    const { query } = this.location;
    const from = query.get("from");
    if (from) this.#useAgain(from);
    if (!query.has("prompt")) return;
    this.#form.use({
      prompt: query.get("prompt"),
      model: query.get("model") === "audio" ? "audio" : "music",
      loop: query.has("loop"),
      seed: query.get("seed") ?? "",
      ...unusualIn(query),
      ...(query.has("duration") && { duration: Number(query.get("duration")) }),
    });
    router.replace("/generate");
  }

  /** Fill the form with what made a sound, or was asked for in a job that has none. @param {string} id */
  async #useAgain(id) {
    router.replace("/generate");
    try {
      const made = await trackOf(id).catch(() => request(`/job/${encodeURIComponent(id)}`));
      if (this.signal.aborted) return;
      const { prompt, model, duration, is_loop: isLoop, loop, seed } = made;
      this.#form.use({ prompt, model, duration, loop: Boolean(isLoop ?? loop), seed: String(seed ?? ""), ...unusual(made) });
    } catch (/** @type {any} */ error) {
      if (!this.signal.aborted) notify(error.status === 404 ? t("There is no such sound to take the settings of.") : error.message, "error");
    }
  }

  #head() {
    const count = h("span", { class: "count" });
    const all = h("button", { type: "button", class: "quiet button" }, icon("close"), h("span", null, t("Cancel all")));
    this.on(all, "click", cancelAll);
    store.watch(({ jobs }) => jobs.length, (many) => setText(count, many ? number(many) : ""), this.signal);
    store.watch(
      ({ jobs }) => jobs.filter((job) => !hasEnded(job) && job.status !== "cancelling").length,
      (open) => (all.hidden = open < 2),
      this.signal,
    );
    return h("header", { class: "section-head" }, h("h2", { id: "your-sounds" }, t("Your sounds"), count), all);
  }

  #empty() {
    const examples = EXAMPLES.map((example) => {
      const picture = icon(example.model === "audio" ? "effect" : "music");
      const button = h("button", { type: "button", class: `example ${example.model}` }, picture, h("span", { lang: "en" }, example.prompt));
      return h("li", null, this.on(button, "click", () => this.#form.use(example)));
    });
    return h(
      "div",
      { class: "empty panel", hidden: true },
      h("div", { class: "empty-wave", "aria-hidden": "true" }, Array.from({ length: 24 }, () => h("i"))),
      h("h3", null, t("Silence, so far")),
      h("p", null, t("Describe a sound and press Generate. Or begin with one of these:")),
      h("ul", { class: "examples", role: "list" }, examples),
    );
  }

  /**
   * Keep a card for every job, in the order of the list; cards of jobs that stay are not touched.
   * What cards are made of is fetched with the first job, not with the page.
   */
  async #showJobs(/** @type {import("../core/store.js").Job[]} */ jobs) {
    if (jobs.length) await import("../elements/job-card.js");
    if (jobs !== store.state.jobs || this.signal.aborted) return;
    const wanted = new Set(jobs.map(({ id }) => id));
    for (const [id, { place }] of this.#cards) {
      if (wanted.has(id)) continue;
      place.remove();
      this.#cards.delete(id);
    }
    jobs.forEach((job, index) => {
      let entry = this.#cards.get(job.id);
      if (!entry) {
        const card = h("sb-job-card", { class: "card panel" });
        entry = { card, place: h("li", null, card) };
        this.#cards.set(job.id, entry);
      }
      entry.card.job = job;
      const there = this.#list.children[index];
      if (there !== entry.place) this.#list.insertBefore(entry.place, there ?? null);
    });
  }
}

/** Where the form fills the screen, a phone for one, the new sound would appear out of sight. @param {HTMLElement} sounds */
function showWhereItArrives(sounds) {
  if (sounds.getBoundingClientRect().top > innerHeight / 2) sounds.scrollIntoView({ block: "start" });
}

/** @param {any} status As GET /status, or null. */
function engineSentence(status) {
  if (!status) return "";
  const engine = engineLabel(status.engine);
  const states = new Set(Object.values(status.models ?? {}));
  const state = states.size === 1 ? [...states][0] : states.has("loading") ? "loading" : "ready";
  const waiting = status.queue_length && tn(status.queue_length, "{count} job in the queue", "{count} jobs in the queue");
  const name = engine ? engine[0].toUpperCase() + engine.slice(1) : t("Engine");
  const reason = state === "error" ? Object.values(status.reasons ?? {})[0] : "";
  return `${name}: ${[stateLabel(state), waiting].filter(Boolean).join(", ")}${reason ? `. ${told(reason)}` : ""}`;
}

/** What one's tier allows. @param {string | null} tier @param {any} status As GET /status, or null. */
function tierSentence(tier, status) {
  if (!tier || !status) return "";
  const limits = { music: status.limits.music.max_duration, effects: status.limits.audio.max_duration };
  return [TIERS[tier] ?? tier, t("music up to {music} s, effects up to {effects} s.", limits)].join("; ");
}

define("sb-generate-view", GenerateView);
