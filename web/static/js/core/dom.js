/**
 * Builds DOM nodes. Text always becomes a text node, so nothing that a server or a person wrote can become markup.
 */
import { PATHS } from "./icons.js";

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Node | string | number | null | undefined | false | Child[]} Child */

/**
 * Make an element: `h("button", { class: "primary", disabled: true }, "Generate")`.
 *
 * A prop whose value is false, null or undefined is left out; `true` sets a bare attribute. A name that starts
 * with a dot sets a property instead: `{ ".track": track }`.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K | string} name
 * @param {Record<string, any> | null} [props]
 * @param {...Child} children
 * @returns {any}
 */
export function h(name, props, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (key.startsWith(".")) node[key.slice(1)] = value;
    else setAttribute(node, key, value);
  }
  append(node, children);
  return node;
}

/**
 * Set an attribute, or take it away for false, null and undefined.
 * @param {Element} node
 * @param {string} name
 * @param {any} value
 */
export function setAttribute(node, name, value) {
  if (value === false || value === null || value === undefined) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : String(value));
}

/**
 * @param {Node} node
 * @param {Child[]} children
 */
function append(node, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(node, child);
    else if (child !== null && child !== undefined && child !== false) {
      node.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
    }
  }
}

/**
 * Put new text where it differs: writing the same text again would make a screen reader say it again.
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * A decorative icon of the set in icons.js; the control around it carries the name.
 * @param {keyof typeof PATHS} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = /** @type {SVGSVGElement} */ (document.createElementNS(SVG, "svg"));
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/**
 * Change which icon a node made by icon() shows.
 * @param {SVGSVGElement} svg
 * @param {keyof typeof PATHS} name
 */
export function setIcon(svg, name) {
  svg.firstElementChild?.setAttribute("d", PATHS[name]);
}
