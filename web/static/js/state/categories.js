/** Kinds of sounds: their names, asked for once, and how many sounds are of each kind. */
import { request } from "../core/api.js";
import { t } from "../core/words.js";

/**
 * @typedef {object} Category
 * @property {string} id
 * @property {string} label
 * @property {"music" | "audio"} model
 * @property {string} group
 * @property {string[]} examples
 */

const MODELS = /** @type {const} */ (["music", "audio"]);

/** What groups are called, in the order in which they are shown. @type {Record<string, string>} */
export const GROUPS = {
  genre: t("Genres"),
  mood: t("Moods"),
  instrument: t("Instruments"),
  use: t("Scenes and uses"),
  nature: t("Nature and weather"),
  animal: t("Animals"),
  people: t("People"),
  vehicle: t("Vehicles"),
  machine: t("Machines and tools"),
  home: t("At home"),
  impact: t("Impacts and fights"),
  interface: t("Interfaces and games"),
  fiction: t("Fiction"),
  ring: t("Bells and music"),
  place: t("Places and noise"),
};

/** @type {Promise<Map<string, Category>> | null} */
let asked = null;

/** Every category by id. @returns {Promise<Map<string, Category>>} */
export function allCategories() {
  // A failure is not kept: the next one who asks gets another try.
  asked ??= fetchAll().catch((error) => {
    asked = null;
    throw error;
  });
  return asked;
}

async function fetchAll() {
  const told = await Promise.all(MODELS.map((model) => request(`/api/categories/${model}`)));
  /** @type {Map<string, Category>} */
  const found = new Map();
  MODELS.forEach((model, index) => {
    const { categories, details } = told[index];
    for (const [id, label] of Object.entries(categories)) {
      const { group, examples } = details[id];
      found.set(id, { id, label: t(label), model, group, examples });
    }
  });
  return found;
}

/**
 * How many sounds are in each category, the largest first.
 * @param {string} model  "" for both.
 * @param {AbortSignal} [signal]
 * @returns {Promise<Record<string, number>>}
 */
export function categoryCounts(model, signal) {
  return request("/api/library/category-counts", { query: { model }, signal });
}

/** Categories by group, in the order of GROUPS. @param {Iterable<Category>} categories @returns {[string, Category[]][]} */
export function grouped(categories) {
  const groups = Object.groupBy([...categories], ({ group }) => group);
  return Object.keys(GROUPS).flatMap((name) => (groups[name] ? [[GROUPS[name], groups[name]]] : []));
}
