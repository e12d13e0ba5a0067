/** The parts of the form for engines that can do more: how tokens are drawn, what is continued or followed. */
import { h, icon, setAttribute } from "../core/dom.js";
import { number } from "../core/format.js";
import { parts, t } from "../core/words.js";
import { SETTINGS, USUAL, isAble, unusual } from "../state/abilities.js";

/** @typedef {import("../state/abilities.js").SettingName} SettingName */

/** @type {Record<SettingName, {label: string, least: number, most: number, step: string, says: string}>} */
const KINDS = {
  cfg_coef: { label: t("Guidance"), least: 0, most: 10, step: "0.1", says: t("How strictly it keeps to your words") },
  temperature: { label: t("Temperature"), least: 0.01, most: 2, step: "0.01", says: t("Low plays safe, high is wild") },
  top_k: { label: t("Top k"), least: 0, most: 2048, step: "1", says: t("How many choices; 0 for all") },
  top_p: { label: t("Top p"), least: 0, most: 1, step: "0.01", says: t("Likeliest share instead; 0 is off") },
};

/** A closed "Advanced" with a number for each setting, and the inputs by name. */
export function advancedFields() {
  const inputs = /** @type {Record<SettingName, any>} */ ({});
  const fields = SETTINGS.map((name) => {
    const { label, least, most, step, says } = KINDS[name];
    const described = `${name}-says ${name}-error`;
    inputs[name] = h("input", { id: name, type: "number", min: least, max: most, step, "aria-describedby": described });
    return h(
      "div",
      { class: "field" },
      h("label", { for: name }, label),
      inputs[name],
      h("p", { class: "says", id: `${name}-says` }, says),
      h("p", { class: "field-error", id: `${name}-error` }),
    );
  });
  const details = h(
    "details",
    { class: "more advanced", hidden: true },
    h("summary", null, t("Advanced")),
    h("div", { class: "more-fields even" }, fields),
  );
  return { details, inputs };
}

/**
 * The settings of a sound that are not the usual ones, in words; empty when all are.
 * @param {Record<string, any>} made
 */
export function settingWords(made) {
  const other = unusual(made);
  return SETTINGS.filter((name) => name in other)
    .map((name) => `${KINDS[name].label} ${number(other[name])}`)
    .join(", ");
}

/**
 * What is wrong with the settings, by name.
 * @param {Record<string, any>} draft
 * @returns {Record<string, string>}
 */
export function settingErrors(draft) {
  const wrong = SETTINGS.filter((name) => draft[name] === null || draft[name] < KINDS[name].least || draft[name] > KINDS[name].most);
  return Object.fromEntries(wrong.map((name) => [name, wrongText(name)]));
}

/** @param {SettingName} name */
function wrongText(name) {
  const { least, most } = KINDS[name];
  return t("From {least} to {most}; {usual} is usual.", { least, most, usual: USUAL[name] });
}

/** A line that says what is continued or followed, with a button that lets go of it. @param {"extend" | "melody"} name */
export function namedLine(name) {
  const link = h("a", null, t("an earlier sound"));
  const said = name === "extend" ? parts("Continues {sound}", { sound: link }) : t("Follows a melody");
  const off = h("button", { type: "button", class: "quiet button", "aria-label": name === "extend" ? t("Don't continue it") : t("Don't follow it") }, icon("close"));
  const line = h("div", { class: "field switch-row", hidden: true }, h("p", null, said), off, h("p", { class: "field-error", id: `${name}-error` }));
  /** @param {string} id */
  const show = (id) => {
    line.hidden = !id;
    setAttribute(link, "href", id && `/track/${id}`);
  };
  return { line, off, show };
}

/** What of a draft goes into the request: only what the engine can use. @param {Record<string, any>} draft */
export function advancedWish(draft) {
  const { extend, melody, ...settings } = unusual(draft);
  return { ...(isAble(draft.model, "sampling") && settings), ...(extend && { extend }), ...(melody && { melody }) };
}
