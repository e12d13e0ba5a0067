/** Dialogs that ask for something: modal, gone from the page when they close, with the focus back where it was. */
import { h, setText } from "../core/dom.js";

let last = 0;

/**
 * @typedef {object} Asked
 * @property {HTMLDialogElement} dialog
 * @property {AbortSignal} signal  Aborts when it is closed.
 * @property {() => void} close
 * @property {(doing: () => Promise<unknown>) => Promise<void>} attempt  Run, close; or stay open and show what went wrong.
 */

/**
 * Open a dialog with a heading; one that is open already stays the only one, however often its button was pressed.
 * @param {string} title
 * @param {(asked: Asked) => import("../core/dom.js").Child} build
 */
export function openDialog(title, build) {
  const open = [...document.querySelectorAll("dialog[open]")].find((one) => one.querySelector("h2")?.textContent === title);
  if (open) return /** @type {HTMLDialogElement} */ (open);
  const life = new AbortController();
  const id = `dialog-${++last}`;
  const trouble = h("p", { class: "trouble", role: "alert", hidden: true });
  const heading = h("h2", { id, tabindex: -1 }, title);
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "ask panel", "aria-labelledby": id }, heading));
  const close = () => dialog.close();
  const attempt = async (/** @type {() => Promise<unknown>} */ doing) => {
    trouble.hidden = true;
    try {
      await doing();
      close();
    } catch (/** @type {any} */ error) {
      setText(trouble, error.message);
      trouble.hidden = false;
    }
  };
  const content = build({ dialog, signal: life.signal, close, attempt });
  dialog.append(...[content].flat(3).filter((child) => child instanceof Node), trouble);
  dialog.addEventListener(
    "close",
    () => {
      life.abort();
      dialog.remove();
    },
    { signal: life.signal },
  );
  // Unless something else is to be typed or pressed at once: on a phone a field that has the focus brings the keys up.
  heading.autofocus = !dialog.querySelector("[autofocus]");
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
