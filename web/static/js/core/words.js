/**
 * What the page says, in the reader's language. The English sentence is the key of its translation, so a sentence that nobody
 * translated yet is shown in English, and the code reads as the page does.
 */
import { recall } from "./memory.js";

/** Every language of the page, by its tag, as its speakers call it. */
export const LANGUAGES = { en: "English", de: "Deutsch" };
/** Shows what is not translatable: everything that goes through here is put into brackets, longer and with accents. */
const PSEUDO = "en-XA";

/** @typedef {Record<string, string | Record<string, string>>} Catalogue  Sentences, or their forms by plural category. */

/** The language of this page load, a BCP 47 tag. */
export const language = chosen();
const catalogue = language === "en" ? null : await load();
const plurals = new Intl.PluralRules(language);

/**
 * A sentence with its holes filled: `t("Page {page} of {pages}", { page, pages })`.
 * @param {string} text  In English.
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(text, values) {
  const found = catalogue?.(text);
  return fill(typeof found === "string" ? found : text, values);
}

/**
 * A sentence that depends on a number: `tn(3, "{count} sound", "{count} sounds")`.
 * @param {number} count  Decides the form, and fills the hole `count` unless `values` does.
 * @param {string} one  In English; the key of the translation.
 * @param {string} other
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function tn(count, one, other, values) {
  const found = catalogue?.(one, other);
  const forms = /** @type {Record<string, string>} */ (typeof found === "object" ? found : { one, other });
  return fill(forms[plurals.select(count)] ?? forms.other, { count: count.toLocaleString(language), ...values });
}

/**
 * A sentence with nodes in its holes, as children for h(): `parts("Make “{prompt}”", { prompt: h("bdi", null, prompt) })`.
 * @param {string} text  In English.
 * @param {Record<string, import("./dom.js").Child>} nodes
 * @returns {import("./dom.js").Child[]}
 */
export function parts(text, nodes) {
  return t(text)
    .split(/\{(\w+)\}/)
    .map((part, index) => (index % 2 ? nodes[part] : part));
}

/** @param {string} text @param {Record<string, string | number>} [values] */
function fill(text, values) {
  return values ? text.replace(/\{(\w+)\}/g, (hole, name) => String(values[name] ?? hole)) : text;
}

function chosen() {
  const wish = recall("language", "");
  for (const tag of [wish, ...navigator.languages]) {
    if (tag === PSEUDO) return tag;
    const short = tag.split("-")[0].toLowerCase();
    if (short in LANGUAGES) return short;
  }
  return "en";
}

/** @returns {Promise<(text: string, other?: string) => string | Record<string, string> | undefined>} */
async function load() {
  if (language === PSEUDO) return (await import("./pseudo.js")).disguise;
  try {
    const answer = await fetch(`/static/words/${language}.json`);
    /** @type {Catalogue} */ const sentences = answer.ok ? await answer.json() : {};
    return (text) => (Object.hasOwn(sentences, text) ? sentences[text] : undefined);
  } catch {
    return () => undefined; // The server is away: English is better than nothing.
  }
}
