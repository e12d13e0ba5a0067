/** What the engines can do beside making a sound from a prompt, as GET /status tells it. */
import { store } from "../core/store.js";

/** How tokens are drawn unless somebody wants it otherwise; the names are those of the API. */
export const USUAL = { cfg_coef: 3, temperature: 1, top_k: 250, top_p: 0 };

/** @typedef {keyof typeof USUAL} SettingName */
export const SETTINGS = /** @type {SettingName[]} */ (Object.keys(USUAL));

/** What a request may name: a sound to continue, a melody to follow. */
export const NAMED = /** @type {const} */ (["extend", "melody"]);

/**
 * @param {string} model
 * @param {"sampling" | "extend" | "melody"} ability
 * @returns {boolean}
 */
export function isAble(model, ability) {
  return store.state.status?.abilities?.[model]?.includes(ability) ?? false;
}

/**
 * The settings of a sound that are not the usual ones, and what it names.
 * @param {Record<string, any>} made
 * @returns {Record<string, any>}
 */
export function unusual(made) {
  const settings = SETTINGS.filter((name) => Number.isFinite(made[name]) && made[name] !== USUAL[name]);
  const named = NAMED.filter((name) => made[name]);
  return Object.fromEntries([...settings, ...named].map((name) => [name, made[name]]));
}

/**
 * The same, read from an address.
 * @param {URLSearchParams} query
 * @returns {Record<string, any>}
 */
export function unusualIn(query) {
  const settings = SETTINGS.map((name) => [name, query.has(name) ? Number(query.get(name)) : NaN]);
  return unusual(Object.fromEntries([...settings, ...NAMED.map((name) => [name, query.get(name)])]));
}
