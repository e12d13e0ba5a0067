/** The dialog in which one chooses how the page looks, and whether it may call. */
import { h, icon, setText } from "../core/dom.js";
import { LANGUAGES, t } from "../core/words.js";
import { recall, remember } from "../core/memory.js";
import { ACCENTS, chooseAccent, chooseContrast, currentAccent, currentContrast } from "../state/theme.js";
import { callsWanted, canCall, wantCalls } from "../state/notices.js";
import "./theme-switch.js";

const CONTRASTS = /** @type {const} */ ([
  ["system", t("System")],
  ["usual", t("Usual")],
  ["more", t("High")],
]);
const NAMES = { petrol: t("Petrol"), plum: t("Plum"), moss: t("Moss") };

/** Open the dialog; closing it puts the focus back where it was. */
export function openAppearance() {
  if (document.querySelector("dialog.appearance")) return; // pressed twice, before it was there
  const life = new AbortController();
  const { signal } = life;
  const close = h("button", { type: "button", class: "icon-button", "aria-label": t("Close") }, icon("close"));
  const dialog = h(
    "dialog",
    { class: "help panel appearance", "aria-labelledby": "appearance-title" },
    h("header", null, h("h2", { id: "appearance-title" }, t("Appearance")), close),
    h("div", { class: "switch-row" }, h("span", { class: "label" }, t("Theme")), h("sb-theme-switch")),
    choice("contrast", t("Contrast"), CONTRASTS, currentContrast(), chooseContrast, signal),
    choice("accent", t("Accent"), ACCENTS.map((accent) => /** @type {const} */ ([accent, NAMES[accent]])), currentAccent(), chooseAccent, signal),
    choice("language", t("Language"), [["", t("Automatic")], ...LANGUAGES.map(named)], recall("language", ""), chooseLanguage, signal),
    callSwitch(signal),
  );
  close.addEventListener("click", () => dialog.close(), { signal });
  const end = () => {
    life.abort();
    dialog.remove();
  };
  dialog.addEventListener("close", end, { signal });
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * @template {string} T
 * @param {string} name
 * @param {string} legend
 * @param {readonly (readonly [T, import("../core/dom.js").Child])[]} options
 * @param {T} chosen
 * @param {(value: T) => void} choose
 * @param {AbortSignal} signal
 */
function choice(name, legend, options, chosen, choose, signal) {
  const labels = options.map(([value, label]) => {
    const input = h("input", { type: "radio", name, value, checked: value === chosen });
    input.addEventListener("change", () => choose(value), { signal });
    return h("label", null, input, name === "accent" && h("i", { class: `swatch ${value}`, "aria-hidden": "true" }), label);
  });
  return h("fieldset", { class: "choice" }, h("legend", null, legend), h("div", { class: "segmented" }, labels));
}

/** A language as its speakers call it. @param {string} tag @returns {[string, import("../core/dom.js").Child]} */
function named(tag) {
  return [tag, h("span", { lang: tag, translate: "no" }, new Intl.DisplayNames([tag], { type: "language" }).of(tag))];
}

/** Everything is said anew, so the page begins anew. @param {string} tag  "" for the browser's. */
function chooseLanguage(tag) {
  remember("language", tag);
  location.reload();
}

/** The browser is asked for its permission only when somebody turns this on. @param {AbortSignal} signal */
function callSwitch(signal) {
  const input = h("input", { id: "calls", type: "checkbox", role: "switch", checked: callsWanted(), disabled: !canCall(), "aria-describedby": "calls-says" });
  const says = h("p", { class: "says", id: "calls-says" });
  const told = () => setText(says, canCall() ? t("With a notification, while this page is out of sight") : t("This browser shows no notifications here"));
  told();
  const change = async () => {
    input.checked = await wantCalls(input.checked);
    if (!input.checked && Notification.permission === "denied") setText(says, t("The browser forbids it; its settings for this page can allow it"));
  };
  input.addEventListener("change", change, { signal });
  return h("div", { class: "switch-row" }, h("label", { for: "calls" }, t("Tell me when my sounds are ready")), input, says);
}
