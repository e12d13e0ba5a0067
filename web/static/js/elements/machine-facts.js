/** What makes the sounds: models with their state and speed, the processes, the accelerator. */
import { h, icon } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { engineLabel, modelLabel, stateLabel } from "../core/format.js";
import { store } from "../core/store.js";
import { t, tn, told } from "../core/words.js";
import { maySwitch, switchQueue } from "../state/pauses.js";

class MachineFacts extends SoundElement {
  /** What is shown, so that nothing is drawn again that did not change. */ #shown = "";

  mount() {
    this.#shown = "";
    this.on(this, "click", (event) => this.#switch(event));
    store.watch(({ status }) => status, () => this.#show(), this.signal);
    store.watch(({ tier }) => tier, () => this.#show(), this.signal);
  }

  #show() {
    const { status } = store.state;
    if (!status) return;
    const mayAct = maySwitch(store.state);
    const shown = JSON.stringify([mayAct, status.paused, status.models, status.queue_lengths, status.estimated_wait, status.speed, status.workers]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const focused = /** @type {HTMLElement | null} */ (this.querySelector("button:focus"))?.dataset.model;
    this.replaceChildren(
      h("h2", { id: "machines" }, t("Models")),
      h("ul", { class: "models", role: "list" }, Object.keys(status.models).map((model) => modelItem(model, status, mayAct))),
      h("h2", { class: "small-head" }, t("Workers")),
      status.workers.length
        ? h("ul", { class: "workers", role: "list" }, status.workers.map(workerItem))
        : h("p", { class: "muted" }, t("No worker has been heard. Sounds wait until one is there.")),
    );
    if (focused) /** @type {HTMLElement | null} */ (this.querySelector(`button[data-model="${focused}"]`))?.focus();
  }

  /** @param {Event} event */
  #switch({ target }) {
    const button = /** @type {HTMLElement} */ (target).closest("button");
    if (button?.dataset.model) switchQueue(button.dataset.model, button.dataset.does === "pause");
  }
}

/** @param {string} model @param {any} status */
function switchButton(model, { paused }) {
  const isPaused = paused[model];
  const name = isPaused ? t("Resume {model}", { model: modelLabel(model) }) : t("Pause {model}", { model: modelLabel(model) });
  return h(
    "button",
    { type: "button", class: "quiet button", "data-model": model, "data-does": isPaused ? "resume" : "pause", "aria-label": name },
    icon(isPaused ? "play" : "pause"),
    h("span", null, isPaused ? t("Resume") : t("Pause")),
  );
}

/** @param {string} model @param {any} status @param {boolean} mayAct */
function modelItem(model, status, mayAct) {
  const { models, paused, queue_lengths: lengths, estimated_wait: waits, speed } = status;
  const state = paused?.[model] ? "paused" : models[model];
  const facts = [lengths[model] ? tn(lengths[model], "{count} job waiting", "{count} jobs waiting") : t("Nothing waits"), waitText(waits[model]), speedText(speed[model])];
  return h(
    "li",
    null,
    h("p", { class: `model ${model}` }, icon(model === "audio" ? "effect" : "music"), modelLabel(model), h("span", { class: `state ${state}` }, state === "paused" ? t("paused") : stateLabel(state))),
    h("p", { class: "muted" }, facts.filter(Boolean).join(", ")),
    mayAct && switchButton(model, status),
  );
}

/** @param {number | null} seconds */
function waitText(seconds) {
  if (seconds === null || seconds < 1) return "";
  if (seconds < 90) return t("about {seconds} s to wait", { seconds: Math.round(seconds) });
  return t("about {minutes} min to wait", { minutes: Math.round(seconds / 60) });
}

/** @param {number | null} ratio  Seconds of work for a second of sound. */
function speedText(ratio) {
  if (!ratio) return "";
  if (ratio < 1) return t("made {times} times as fast as it plays", { times: Number((1 / ratio).toPrecision(2)) });
  return t("{seconds} s for a second of sound", { seconds: Number(ratio.toPrecision(2)) });
}

/** @param {any} gpu  Of a worker's machine. */
function gpuLine({ name, memory_used_gb: used, memory_total_gb: total }) {
  if (!name) return null;
  const device = h("span", { translate: "no" }, name);
  return h("p", { class: "muted gpu" }, device, total && [", ", t("{used} of {total} GB in use", { used, total })]);
}

/** @param {any} worker */
function workerItem({ name, service, engine, reason, busy, gpu }) {
  const doing = busy.length ? tn(busy.length, "{count} job in work", "{count} jobs in work") : t("idle");
  return h(
    "li",
    null,
    h("p", null, h("span", { class: `dot ${busy.length ? "busy" : ""}`, "aria-hidden": "true" }), h("span", { translate: "no" }, name)),
    h("p", { class: "muted" }, [service !== name && t(service), engine && engineLabel(engine), doing].filter(Boolean).join(", ")),
    gpuLine(gpu),
    reason && h("p", { class: "trouble" }, told(reason)),
  );
}

define("sb-machine-facts", MachineFacts);
