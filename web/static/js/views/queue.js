/** Everybody's jobs in the order in which they are worked on, and what works on them. */
import { h, icon, setIcon, setText } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { store } from "../core/store.js";
import { t, tn } from "../core/words.js";
import { maySwitch, pausedModels, switchQueue } from "../state/pauses.js";
import "../elements/machine-facts.js";
import "../elements/queue-row.js";

/** @typedef {import("../core/store.js").QueueEntry} QueueEntry */

class QueueView extends SoundElement {
  #list = h("ol", { class: "queue-list", role: "list" });
  #more = h("p", { class: "muted queue-more" });
  /** @type {Map<string, {place: HTMLElement, row: any}>} */ #rows = new Map();

  mount() {
    const sum = h("p", null, t("Opening…"));
    const empty = this.#empty();
    this.#rows.clear();
    this.#list.replaceChildren();
    this.replaceChildren(
      h("header", { class: "view-head" }, h("h1", { tabindex: -1 }, t("Queue")), sum, this.#switch()),
      this.#banner(),
      h(
        "div",
        { class: "queue-board" },
        h("section", { "aria-label": t("Jobs") }, empty, this.#list, this.#more),
        h("section", { class: "panel machine", "aria-labelledby": "machines" }, h("sb-machine-facts")),
      ),
    );
    store.watch(
      ({ queue }) => queue,
      (queue) => {
        if (!queue) return;
        empty.hidden = queue.jobs.length > 0;
        setText(sum, sumOf(queue));
        this.#showRows(queue.jobs.map(withOwnProgress));
        setText(this.#more, moreText(queue.total - queue.jobs.length));
      },
      this.signal,
    );
    const refresh = () => this.#showRows((store.state.queue?.jobs ?? []).map(withOwnProgress));
    // Of one's own jobs every step is told, of others' only how they stand now and then.
    store.watch(({ jobs }) => jobs, refresh, this.signal);
    store.watch(({ status }) => status, refresh, this.signal); // it tells how fast sounds are made
  }

  /** Says to everybody what is paused. */
  #banner() {
    const banner = h("p", { class: "paused-note panel", role: "status", hidden: true });
    store.watch(
      ({ status }) => pausedModels(status).join(),
      (paused) => {
        setText(banner, paused ? pausedText(paused.split(",")) : "");
        banner.hidden = !paused;
      },
      this.signal,
    );
    return banner;
  }

  /** Pauses everything, or lets it go on. */
  #switch() {
    const picture = icon("pause");
    const label = h("span");
    const button = h("button", { type: "button", class: "button", hidden: true }, picture, label);
    let isPaused = false;
    this.on(button, "click", () => switchQueue(null, !isPaused));
    store.watch(
      (state) => (maySwitch(state) && state.status ? String(pausedModels(state.status).length > 0) : ""),
      (told) => {
        isPaused = told === "true";
        button.hidden = !told;
        setIcon(picture, isPaused ? "play" : "pause");
        setText(label, isPaused ? t("Resume all") : t("Pause all"));
      },
      this.signal,
    );
    return button;
  }

  #empty() {
    return h(
      "div",
      { class: "empty panel", hidden: true },
      h("h2", null, t("Nobody waits")),
      h("p", null, t("What is asked for now is made at once.")),
      h("a", { class: "primary button", href: "/generate" }, icon("spark"), t("Make a sound")),
    );
  }

  /** Keep a row for every job, in order; rows of jobs that stay are not built again. @param {QueueEntry[]} entries */
  #showRows(entries) {
    const wanted = new Set(entries.map(({ id }) => id));
    for (const [id, { place }] of this.#rows) {
      if (wanted.has(id)) continue;
      if (place.contains(document.activeElement)) this.querySelector("h1")?.focus({ preventScroll: true });
      place.remove();
      this.#rows.delete(id);
    }
    entries.forEach((entry, index) => {
      let kept = this.#rows.get(entry.id);
      if (!kept) {
        const row = h("sb-queue-row", { class: `queue-row panel${entry.is_mine ? " mine" : ""}`, ".entry": entry });
        kept = { row, place: h("li", null, row) };
        this.#rows.set(entry.id, kept);
      }
      kept.row.entry = entry;
      const there = this.#list.children[index];
      if (there !== kept.place) this.#list.insertBefore(kept.place, there ?? null);
    });
  }
}

/** @param {QueueEntry} entry @returns {QueueEntry} */
function withOwnProgress(entry) {
  const own = entry.is_mine && store.state.jobs.find(({ id }) => id === entry.id);
  if (!own || !["queued", "processing", "cancelling"].includes(own.status)) return entry;
  const { status, position, progress, progress_pct: percent } = own;
  return { ...entry, status, position, progress, progress_pct: percent ?? 0 };
}

/** @param {string[]} models */
function pausedText(models) {
  if (models.length > 1) return t("Paused by an admin. What is being made is finished; everything else waits.");
  if (models[0] === "audio") return t("Effects are paused by an admin. What is being made is finished; other effects wait.");
  return t("Music is paused by an admin. What is being made is finished; other music waits.");
}

/** @param {number} more  Jobs that are not listed. */
function moreText(more) {
  return more > 0 ? tn(more, "And {count} job more.", "And {count} jobs more.") : "";
}

/** @param {{queue_length: number, total: number}} queue */
function sumOf({ queue_length: waiting, total }) {
  if (!total) return t("Nothing is being made.");
  return tn(total - waiting, "{count} sound being made, {waiting} waiting.", "{count} sounds being made, {waiting} waiting.", { waiting });
}

define("sb-queue-view", QueueView);
