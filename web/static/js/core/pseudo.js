/** A language that nobody speaks: it shows at a glance what was never made translatable, and what breaks when words grow. */

const ACCENTS = new Map([..."aeiounscyAEIOUNSCY"].map((letter, index) => [letter, [..."áéíöüñšçýÁÉÍÖÜÑŠÇÝ"][index]]));

/**
 * "Page {page}" -> "[Págé {page} ··]". Holes stay as they are.
 * @param {string} text
 * @param {string} [other]  The plural form, where there is one.
 */
export function disguise(text, other) {
  return other === undefined ? disguised(text) : { one: disguised(text), other: disguised(other) };
}

/** @param {string} text */
function disguised(text) {
  const accented = text.replace(/\{\w+\}|./gsu, (part) => ACCENTS.get(part) ?? part);
  return `[${accented} ${"·".repeat(Math.ceil(text.length / 3))}]`;
}
