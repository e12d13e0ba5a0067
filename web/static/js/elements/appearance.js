/** The dialog in which one chooses how the page looks, and whether it may call. */
import { h, icon, setText } from "../core/dom.js";
import { ACCENTS, chooseAccent, chooseContrast, currentAccent, currentContrast } from "../state/theme.js";
import { callsWanted, canCall, wantCalls } from "../state/notices.js";
import "./theme-switch.js";

const CONTRASTS = /** @type {const} */ ([
  ["system", "System"],
  ["usual", "Usual"],
  ["more", "High"],
]);
const NAMES = { petrol: "Petrol", plum: "Plum", moss: "Moss" };

/** Open the dialog; closing it puts the focus back where it was. */
export function openAppearance() {
  const life = new AbortController();
  const { signal } = life;
  const close = h("button", { type: "button", class: "icon-button", "aria-label": "Close" }, icon("close"));
  const dialog = h(
    "dialog",
    { class: "help panel appearance", "aria-labelledby": "appearance-title" },
    h("header", null, h("h2", { id: "appearance-title" }, "Appearance"), close),
    h("div", { class: "switch-row" }, h("span", { class: "label" }, "Theme"), h("sb-theme-switch")),
    choice("contrast", "Contrast", CONTRASTS, currentContrast(), chooseContrast, signal),
    choice("accent", "Accent", ACCENTS.map((accent) => /** @type {const} */ ([accent, NAMES[accent]])), currentAccent(), chooseAccent, signal),
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
 * @param {readonly (readonly [T, string])[]} options
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

/** The browser is asked for its permission only when somebody turns this on. @param {AbortSignal} signal */
function callSwitch(signal) {
  const input = h("input", { id: "calls", type: "checkbox", role: "switch", checked: callsWanted(), disabled: !canCall(), "aria-describedby": "calls-says" });
  const says = h("p", { class: "says", id: "calls-says" });
  const told = () => setText(says, canCall() ? "With a notification, while this page is out of sight" : "This browser shows no notifications here");
  told();
  const change = async () => {
    input.checked = await wantCalls(input.checked);
    if (!input.checked && Notification.permission === "denied") setText(says, "The browser forbids it; its settings for this page can allow it");
  };
  input.addEventListener("change", change, { signal });
  return h("div", { class: "switch-row" }, h("label", { for: "calls" }, "Tell me when my sounds are ready"), input, says);
}
