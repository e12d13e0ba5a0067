/** Many prompts at once: one a line. */
import { h } from "../core/dom.js";
import { t, tn } from "../core/words.js";

/** The most sounds that are asked for at once: as many as stand in the list of one's own. */
export const MOST_SOUNDS = 50;
const CHARACTERS = { least: 3, most: 500 };

/** The prompts of a text; empty lines are none. @param {string} text */
export function linesOf(text) {
  return text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
}

/** The switch, to be shown where there is more than one line. */
export function linesSwitch() {
  const input = h("input", { id: "each", type: "checkbox", role: "switch", "aria-describedby": "each-says" });
  const says = h("p", { class: "says", id: "each-says" });
  const row = h("div", { class: "field switch-row", hidden: true }, h("label", { for: "each" }, t("One sound a line")), input, says);
  return { input, says, row };
}

/** What the switch stands for now. @param {string[]} lines @param {number} variations */
export function linesText(lines, variations) {
  const prompts = tn(lines.length, "{count} prompt", "{count} prompts");
  const sounds = tn(lines.length * (variations || 1), "{count} sound of at most {most}", "{count} sounds of at most {most}", { most: MOST_SOUNDS });
  return variations > 1 ? t("{prompts} in {variations} variations: {sounds}", { prompts, variations, sounds }) : `${prompts}: ${sounds}`;
}

/** What is wrong with the lines, or "". @param {string[]} lines @param {number} variations */
export function linesError(lines, variations) {
  const sounds = lines.length * variations;
  if (sounds > MOST_SOUNDS) return t("That makes {sounds} sounds; at most {most} can be asked for at once.", { sounds, most: MOST_SOUNDS });
  const wrong = lines.findIndex((line) => [...line].length < CHARACTERS.least || [...line].length > CHARACTERS.most);
  if (wrong < 0) return "";
  const given = { line: wrong + 1, ...CHARACTERS };
  return tn(
    [...lines[wrong]].length,
    "Line {line} has {count} character; {least} to {most} are fine.",
    "Line {line} has {count} characters; {least} to {most} are fine.",
    given,
  );
}

/**
 * Do it for each, one after the other.
 * @template T
 * @param {T[]} wishes
 * @param {(wish: T, index: number) => Promise<unknown>} send
 * @returns {Promise<{sent: number, error: any}>} How many came through before the first that did not.
 */
export async function sendEach(wishes, send) {
  for (const [sent, wish] of wishes.entries()) {
    try {
      await send(wish, sent);
    } catch (error) {
      return { sent, error };
    }
  }
  return { sent: wishes.length, error: null };
}
