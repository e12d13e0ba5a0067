/** What a page that is not in English needs: its catalogue, and the words that stand in the document and in the server's answers. */
import { TEMPLATES } from "./templates.js";
import { disguise } from "./pseudo.js";

/** Puts everything into brackets, longer and with accents: it shows what is not translatable. */
const PSEUDO = "en-XA";
const SPOKEN = ["aria-label", "placeholder", "title", "alt"];
const HOLE = /\\\{(\w+)\\\}/g;

/**
 * @typedef {string | Record<string, string>} Found  A sentence, or its forms by plural category.
 *
 * @typedef {object} Foreign
 * @property {(text: string, other?: string) => Found | undefined} find  With the plural form where there is one.
 * @property {(sentence: string) => string} told  Of a sentence that the server said.
 * @property {(root: Element) => void} translate  What stands in the document, in place.
 */

/**
 * @param {string} language  A BCP 47 tag.
 * @returns {Promise<Foreign>} Rejects when its catalogue can't be had.
 */
export async function foreignTo(language) {
  const find = language === PSEUDO ? disguise : await catalogue(language);
  const say = (/** @type {string} */ text) => /** @type {string} */ (find(text) ?? text);
  const patterns = TEMPLATES.map((template) => ({ template, ...patternOf(template) }));
  const value = (/** @type {string} */ given) => {
    if (/^\d+(\.\d+)?$/.test(given)) return Number(given).toLocaleString(language);
    return new Intl.ListFormat(language).format(given.split(" and ").map(say));
  };
  const told = (/** @type {string} */ sentence) => {
    if (language === PSEUDO) return say(sentence);
    const found = find(sentence);
    if (typeof found === "string") return found;
    for (const { template, pattern, names } of patterns) {
      const values = pattern.exec(sentence);
      if (values) return say(template).replace(/\{(\w+)\}/g, (_, name) => value(values[names.indexOf(name) + 1]));
    }
    return sentence;
  };
  return { find, told, translate: (root) => translate(root, say) };
}

/** @param {string} language @returns {Promise<Foreign["find"]>} */
async function catalogue(language) {
  const answer = await fetch(`/static/words/${language}.json`);
  if (!answer.ok) throw new Error(`no catalogue for ${language}`);
  /** @type {Record<string, Found>} */ const sentences = await answer.json();
  return (text) => (Object.hasOwn(sentences, text) ? sentences[text] : undefined);
}

/** @param {string} template */
function patternOf(template) {
  const literal = template.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const names = [...literal.matchAll(HOLE)].map(([, name]) => name);
  return { pattern: new RegExp(`^${literal.replace(HOLE, "(.+?)")}$`, "s"), names };
}

/** @param {Element} root @param {(text: string) => string} say */
function translate(root, say) {
  const isOurs = (/** @type {Element | null} */ element) => element && !element.closest("[translate=no], script, noscript");
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = /** @type {Text} */ (walker.currentNode);
    const text = node.data.trim();
    if (text && isOurs(node.parentElement)) node.data = node.data.replace(text, () => say(text));
  }
  for (const name of SPOKEN) {
    for (const element of root.querySelectorAll(`[${name}]`)) {
      if (isOurs(element)) element.setAttribute(name, say(/** @type {string} */ (element.getAttribute(name))));
    }
  }
}
