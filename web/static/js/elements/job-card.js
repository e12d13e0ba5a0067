/** One of your sounds, from the moment it is asked for until it can be heard. */
import { h, icon, setAttribute, setIcon, setText } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { issueLabel, length, listed, modelLabel } from "../core/format.js";
import { store } from "../core/store.js";
import { t, told } from "../core/words.js";
import { player } from "../player/player.js";
import { listenTo } from "../player/unfinished.js";
import { unusual } from "../state/abilities.js";
import { cancel, newKey, submit } from "../state/jobs.js";
import { notify } from "../state/notices.js";
import { secondsToGo, toGo } from "../state/outlook.js";
import { trackOf } from "../state/tracks.js";
import { downloadMenu, factLine, promptHeading, reuseLink, spectrogram } from "./sound-facts.js";
import "./copy-button.js";
import "./play-button.js";
import "./waveform.js";

/** @typedef {import("../core/store.js").Job} Job */

/** The way of a sound, by the name of its phase. */
const PHASES = { queued: t("Queue"), generating: t("Making"), analyzing: t("Checking"), rendering: t("Drawing") };

export class JobCard extends SoundElement {
  /** @type {Job | null} */ #job = null;
  /** Which of the layouts stands in the card. */ #shape = "";
  /** @type {((job: Job) => void) | null} Brings the layout up to date. */ #refresh = null;

  /** @param {Job} job */
  set job(job) {
    this.#job = job;
    if (this.isConnected) this.#show();
  }

  mount() {
    this.#shape = "";
    this.#show();
    // How fast sounds are made, and how many wait before this one.
    const refresh = () => this.#refresh?.(/** @type {Job} */ (this.#job));
    store.watch(({ status }) => status, refresh, this.signal);
    store.watch(({ queue }) => queue, refresh, this.signal);
  }

  #show() {
    const job = this.#job;
    if (!job) return;
    const shape = shapeOf(job);
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#refresh = null;
      this.dataset.shape = shape;
      if (shape === "open") this.#showOpen(job);
      else this.#showEnded(job);
    }
    this.#refresh?.(job);
  }

  /** Who stood on a button that is gone goes on from the card, not from the start of the page. @param {Job} job */
  async #showEnded(job) {
    const focused = this.contains(document.activeElement);
    if (this.#shape === "done") await this.#showDone(job);
    else this.#showFailed(job);
    if (!focused || document.activeElement !== document.body) return;
    /** @type {HTMLElement | null} */ (this.querySelector("button, a"))?.focus({ preventScroll: true });
  }

  /** @param {Job} job */
  #showOpen(job) {
    const sentence = h("span", { class: "progress-text" });
    const rest = h("span", { class: "to-go" });
    const retry = h("p", { class: "retry", hidden: true });
    const bar = h("progress", { max: 100, "aria-label": t("Progress of “{prompt}”", { prompt: job.prompt }) });
    const steps = Object.entries(PHASES).map(([phase, label]) => h("li", { "data-phase": phase }, label));
    const stop = h("button", { type: "button", class: "quiet button" }, icon("close"), h("span", null, t("Cancel")));
    this.on(stop, "click", () => cancel(/** @type {Job} */ (this.#job).id));
    const picture = icon("play");
    const listen = h("button", { type: "button", class: "quiet button", hidden: true }, picture, h("span", null, t("Listen now")));
    this.on(listen, "click", () => (player.isCurrent(job.id) ? player.toggle() : listenTo(/** @type {Job} */ (this.#job))));
    const showListen = () => {
      const { status, can_listen: canListen } = /** @type {Job} */ (this.#job);
      const playing = player.isCurrent(job.id) && player.playing;
      listen.hidden = !canListen || status !== "processing";
      setIcon(picture, playing ? "pause" : "play");
      setText(/** @type {Element} */ (listen.lastElementChild), playing ? t("Pause") : t(t("Listen now")));
    };
    this.on(player, "change", showListen);
    this.replaceChildren(
      h("div", { class: "pulse", "aria-hidden": "true" }, h("i"), h("i"), h("i"), h("i"), h("i")),
      h("div", { class: "card-head" }, promptHeading(job.prompt), this.#wish(job)),
      h("div", { class: "card-progress" }, h("p", { class: "progress-line" }, sentence, rest), bar, retry),
      h("div", { class: "card-actions" }, h("ol", { class: "phases", role: "list", "aria-label": t("Phases") }, steps), listen, stop),
    );
    this.#refresh = (now) => {
      setText(sentence, sentenceOf(now));
      setText(rest, toGo(secondsToGo(now, store.state)));
      setAttribute(bar, "value", now.progress_pct ?? 0);
      for (const step of steps) setAttribute(step, "aria-current", step.dataset.phase === now.phase ? "step" : null);
      retry.hidden = !now.attempt;
      if (now.attempt) setText(retry, retryText(now));
      setAttribute(stop, "disabled", now.status === "cancelling");
      setText(/** @type {Element} */ (stop.lastElementChild), now.status === "cancelling" ? t("Stopping…") : t(t("Cancel")));
      this.classList.toggle("working", now.status === "processing");
      showListen();
    };
  }

  /** @param {Job} job */
  #wish(job) {
    return h(
      "ul",
      { class: "facts", role: "list" },
      h("li", { class: `model ${job.model}` }, icon(job.model === "audio" ? "effect" : "music"), modelLabel(job.model)),
      h("li", null, length(job.duration)),
      job.loop && h("li", null, icon("repeat"), t("Loop")),
    );
  }

  /** @param {Job} job */
  async #showDone(job) {
    this.replaceChildren(h("div", { class: "card-head" }, promptHeading(job.prompt), h("p", { class: "muted" }, t("Opening…"))));
    let track;
    try {
      track = await trackOf(job.id);
    } catch (error) {
      if (!this.signal.aborted) this.#showUnavailable(job, error);
      return;
    }
    if (this.signal.aborted) return;
    const start = (from_s = 0) => player.playList([track], { from_s, label: t("Your sounds") });
    this.replaceChildren(
      h("sb-play-button", { ".track": track, ".start": () => start() }),
      h("div", { class: "card-head" }, promptHeading(h("a", { href: `/track/${track.id}` }, track.prompt)), factLine(track), report(track)),
      h(
        "div",
        { class: "card-sound" },
        h("sb-waveform", { ".track": track, ".start": start }),
        h("a", { href: `/track/${track.id}`, tabindex: -1 }, spectrogram(track)),
      ),
      h(
        "div",
        { class: "card-actions" },
        reuseLink({ ...track, duration: job.duration }),
        h("sb-copy-button", { ".text": String(track.seed), ".noun": "seed", ".label": t("Seed {seed}", { seed: String(track.seed) }) }),
        h("sb-copy-button", { ".text": track.prompt, ".noun": "prompt", ".label": t("Prompt") }),
        downloadMenu(track),
      ),
    );
  }

  /** @param {Job} job @param {any} error */
  #showUnavailable(job, error) {
    const again = h("button", { type: "button", class: "quiet button" }, icon("reuse"), h("span", null, t("Try again")));
    this.on(again, "click", () => this.#showDone(job));
    this.replaceChildren(
      h("div", { class: "card-head" }, promptHeading(job.prompt)),
      h("p", { class: "trouble" }, error.message),
      h("div", { class: "card-actions" }, again),
    );
  }

  /** @param {Job} job */
  #showFailed(job) {
    const cancelled = job.status === "cancelled";
    this.replaceChildren(
      h("div", { class: "card-head" }, promptHeading(job.prompt), this.#wish(job)),
      h("p", { class: cancelled ? "muted" : "trouble" }, cancelled ? t("Cancelled") : (told(job.error ?? "") || t("That did not work."))),
      h("div", { class: "card-actions" }, this.#retry(job), reuseLink(job)),
    );
  }

  /** Ask for the same once more; with the seed that failed it would fail again. @param {Job} job */
  #retry(job) {
    const again = h("button", { type: "button", class: "quiet button" }, icon("repeat"), h("span", null, t("Try again")));
    return this.on(again, "click", async () => {
      setAttribute(again, "disabled", true);
      try {
        const { prompt, model, duration, loop } = job;
        await submit({ prompt, model, duration, loop: Boolean(loop), ...unusual(job) }, newKey());
      } catch (/** @type {any} */ error) {
        notify(error.message, "error");
      }
      setAttribute(again, "disabled", null);
    });
  }
}

/** What the check found, and what became of takes that did not pass. @param {any} track */
function report({ quality_score: score, quality_issues: issues, attempts }) {
  const found = [
    t("Checked: {score} of 100", { score: Math.round(score) }),
    attempts > 1 && t("the best of {attempts} takes, as not every one sounded right", { attempts }),
    issues?.length && t("still has {issues}", { issues: listed(issues.map(issueLabel)) }),
  ];
  return h("p", { class: "report" }, found.filter(Boolean).join("; "));
}

/** @param {Job} job */
function shapeOf({ status }) {
  if (status === "completed") return "done";
  return status === "failed" || status === "cancelled" || status === "refused" ? "ended" : "open";
}

/** @param {Job} job */
function sentenceOf({ status, progress, position }) {
  if (status === "cancelling") return t("Stopping…");
  if (status === "queued" && position === 1 && progress === "Waiting") return t("Waiting, next in line");
  if (status === "queued" && position && progress === "Waiting") return t("Waiting, number {position} in line", { position });
  return progress === "Waiting" ? t("Waiting") : told(progress);
}

/** @param {Job} job */
function retryText({ attempt, quality_issues: issues }) {
  const number = attempt + 1;
  if (!issues?.length) return t("Attempt {number} of 3", { number });
  return t("Attempt {number} of 3: the last one had {issues}", { number, issues: listed(issues.map(issueLabel)) });
}

define("sb-job-card", JobCard);
