/**
 * What the page says, in the reader's language. The English sentence is the key of its translation, so a sentence that nobody
 * translated yet is shown in English, and the code reads as the page does. theme-boot.js has chosen the language.
 */

/** Every language that the document can be shown in, by its tag. */
export const LANGUAGES = (document.documentElement.dataset.languages ?? "en").split(" ");

const wanted = document.documentElement.lang || "en";
/** What English needs nothing of. */
const foreign = wanted === "en" ? null : await fetched();

/** The language of this page load, a BCP 47 tag. */
export const language = foreign ? wanted : "en";
const plurals = new Intl.PluralRules(language);

document.documentElement.lang = language;
foreign?.translate(document.body);
delete document.documentElement.dataset.words;

/**
 * A sentence with its holes filled: `t("Page {page} of {pages}", { page, pages })`.
 * @param {string} text  In English.
 * @param {Record<string, string | number>} [values]  Numbers are written as the language writes them.
 * @returns {string}
 */
export function t(text, values) {
  const found = foreign?.find(text);
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
  const found = foreign?.find(one, other);
  const forms = /** @type {Record<string, string>} */ (typeof found === "object" ? found : { one, other });
  return fill(forms[plurals.select(count)] ?? forms.other, { count, ...values });
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

/**
 * A sentence that the server said, numbers and all; in English where it says what nobody expected.
 * @param {string} sentence
 * @returns {string}
 */
export function told(sentence) {
  return foreign?.told(sentence) ?? sentence;
}

/** @param {string} text @param {Record<string, string | number>} [values] */
function fill(text, values) {
  return values ? text.replace(/\{(\w+)\}/g, (hole, name) => written(values[name] ?? hole)) : text;
}

/** @param {string | number} value */
function written(value) {
  return typeof value === "number" ? value.toLocaleString(language) : value;
}

/** @returns {Promise<import("./foreign.js").Foreign | null>} */
async function fetched() {
  try {
    const { foreignTo } = await import("./foreign.js");
    return await foreignTo(wanted);
  } catch {
    return null; // The server is away: English is better than nothing.
  }
}
