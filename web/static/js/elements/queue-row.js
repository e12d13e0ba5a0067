/** A job that runs or waits, anybody's. */
import { h, icon, setAttribute, setText } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { ago, length, modelLabel, tierLabel } from "../core/format.js";
import { store } from "../core/store.js";
import { t, told } from "../core/words.js";
import { cancel } from "../state/jobs.js";
import { secondsToGo, toGo } from "../state/outlook.js";
import { promptHeading } from "./sound-facts.js";

/** @typedef {import("../core/store.js").QueueEntry} QueueEntry */

export class QueueRow extends SoundElement {
  /** @type {QueueEntry | null} */ #entry = null;
  /** @type {((entry: QueueEntry) => void) | null} */ #refresh = null;

  /** @param {QueueEntry} entry */
  set entry(entry) {
    this.#entry = entry;
    this.#refresh?.(entry);
  }

  mount() {
    const entry = /** @type {QueueEntry} */ (this.#entry);
    const place = h("p", { class: "queue-place" });
    const sentence = h("span", { class: "progress-text" });
    const rest = h("span", { class: "to-go" });
    const bar = h("progress", { max: 100, "aria-label": t("Progress of “{prompt}”", { prompt: entry.prompt }) });
    const stop = h("button", { type: "button", class: "quiet button" }, icon("close"), h("span", null, t("Cancel")));
    this.on(stop, "click", () => cancel(entry.id));
    this.replaceChildren(
      place,
      h("div", { class: "queue-what" }, promptHeading(entry.prompt, "h2"), facts(entry), h("p", { class: "progress-line" }, sentence, rest), bar),
      ...(entry.may_cancel ? [stop] : []),
    );
    this.#refresh = (now) => {
      const running = now.status !== "queued";
      setText(place, running ? t("Now") : String(now.position ?? "–"));
      setText(sentence, now.status === "cancelling" ? t("Stopping…") : told(now.progress));
      setText(rest, toGo(secondsToGo(now, store.state)));
      bar.hidden = !running;
      setAttribute(bar, "value", now.progress_pct);
      setAttribute(stop, "disabled", now.status === "cancelling");
      this.classList.toggle("working", running);
    };
    this.#refresh(entry);
  }
}

/** @param {QueueEntry} entry */
function facts({ model, duration, priority, created, is_mine: mine }) {
  return h(
    "ul",
    { class: "facts", role: "list" },
    mine && h("li", { class: "yours" }, t("Yours")),
    h("li", { class: `model ${model}` }, icon(model === "audio" ? "effect" : "music"), modelLabel(model)),
    h("li", null, length(duration)),
    h("li", null, tierLabel(priority)),
    h("li", null, h("time", { datetime: created }, ago(created))),
  );
}

define("sb-queue-row", QueueRow);
