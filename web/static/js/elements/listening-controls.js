/** What a listener sets while they listen: the picture, how tracks blend, and when it stops. */
import { h, setAttribute, setText } from "../core/dom.js";
import { clock, length } from "../core/format.js";
import { recall, remember } from "../core/memory.js";
import { t, tn } from "../core/words.js";
import { LONGEST_BLEND_S, player } from "../player/player.js";
import { MINUTES, TRACK, sleepTimer } from "../player/sleep.js";

/** The picture that stands still. */
export const STILL = "spectrogram";
/** Tells `change` when another picture was chosen. */
export const pictures = new EventTarget();

/** Names of the pictures; the order is that of the list. */
const pictureNames = () => ({
  [STILL]: t("Spectrogram"),
  bars: t("Bars"),
  wave: t("Wave"),
  circle: t("Circle"),
  particles: t("Particles"),
  river: t("River"),
});

/** @returns {string} */
export function chosenPicture() {
  const chosen = recall("picture", STILL);
  return chosen in pictureNames() ? chosen : STILL;
}

/**
 * @param {AbortSignal} signal
 * @param {boolean} [moving] Whether only the moving ones are offered.
 */
export function pictureChoice(signal, moving = false) {
  const names = Object.entries(pictureNames()).filter(([kind]) => !moving || kind !== STILL);
  const select = h("select", { class: "picture-choice" }, names.map(([value, name]) => h("option", { value }, name)));
  const show = () => (select.value = moving && chosenPicture() === STILL ? names[0][0] : chosenPicture());
  select.addEventListener(
    "change",
    () => {
      remember("picture", select.value);
      pictures.dispatchEvent(new Event("change"));
    },
    { signal },
  );
  pictures.addEventListener("change", show, { signal });
  show();
  return h("label", { class: "setting" }, h("span", null, t("Picture")), select);
}

/** @param {AbortSignal} signal */
export function blendChoice(signal) {
  const slider = h("input", { type: "range", min: 0, max: LONGEST_BLEND_S, step: 0.5 });
  const told = h("span", { class: "count", "aria-hidden": "true" });
  const show = () => {
    const { blend_s } = player;
    slider.value = String(blend_s);
    slider.style.setProperty("--part", String(blend_s / LONGEST_BLEND_S));
    const words = blend_s ? tn(blend_s, "{count} second", "{count} seconds") : t("Off");
    setAttribute(slider, "aria-valuetext", words);
    setText(told, blend_s ? length(blend_s) : t("Off"));
  };
  slider.addEventListener("input", () => player.setBlend(slider.valueAsNumber), { signal });
  player.addEventListener("change", show, { signal });
  show();
  return h("label", { class: "setting" }, h("span", null, t("Blend")), slider, told);
}

/** The sleep timer, the time that is left, and the way out of it. @param {AbortSignal} signal */
export function sleepChoice(signal) {
  const options = [
    h("option", { value: "" }, t("Off")),
    ...MINUTES.map((minutes) => h("option", { value: minutes }, tn(minutes, "{count} minute", "{count} minutes"))),
    h("option", { value: TRACK }, t("End of this sound")),
  ];
  const select = h("select", null, options);
  const left = h("span", { class: "count", role: "timer" });
  const cancel = h("button", { type: "button", class: "quiet button" }, t("Stay awake"));
  const show = () => {
    const { choice, left_s } = sleepTimer;
    select.value = choice;
    left.hidden = !left_s;
    setText(left, left_s ? clock(Math.ceil(left_s)) : "");
    cancel.hidden = !choice;
  };
  select.addEventListener("change", () => sleepTimer.set(select.value), { signal });
  cancel.addEventListener(
    "click",
    () => {
      sleepTimer.set("");
      select.focus();
    },
    { signal },
  );
  sleepTimer.addEventListener("change", show, { signal });
  show();
  return h("div", { class: "setting" }, h("label", null, h("span", null, t("Sleep timer")), select), left, cancel);
}
