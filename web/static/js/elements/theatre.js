/** What plays, on the whole screen: its picture in motion, its cover, and few controls. */
import { h, icon, setAttribute, setIcon, setText } from "../core/dom.js";
import { t } from "../core/words.js";
import { player } from "../player/player.js";
import { announce } from "../state/notices.js";
import { STILL, chosenPicture, pictureChoice, pictures, sleepChoice } from "./listening-controls.js";
import { showCover } from "./now-playing.js";
import { factLine } from "./sound-facts.js";
import "./opinion-buttons.js";
import "./visualiser.js";

/** Open it; when it is open already, close it. */
export function openTheatre() {
  const open = /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog.theatre"));
  if (open) return open.close();
  if (!player.track) return announce(t("Nothing is playing."));
  const life = new AbortController();
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const screen = h("div", { class: "theatre-screen" }, ...build(life.signal));
  const dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "theatre", "aria-label": t("Now playing, full screen") }, screen));
  screen.querySelector(".theatre-close")?.addEventListener("click", () => dialog.close(), { signal: life.signal });
  const end = async () => {
    life.abort();
    if (document.fullscreenElement) await document.exitFullscreen();
    dialog.remove();
    before?.focus({ preventScroll: true }); // a dialog that is left in full screen gives no focus back by itself
  };
  dialog.addEventListener("close", end, { signal: life.signal });
  document.body.append(dialog);
  dialog.showModal();
  goFullScreen(screen, dialog, life.signal);
}

/** Where a browser has no full screen, or refuses it, the dialog fills the window. @param {HTMLElement} screen @param {HTMLDialogElement} dialog @param {AbortSignal} signal */
async function goFullScreen(screen, dialog, signal) {
  try {
    await screen.requestFullscreen?.();
  } catch {
    return;
  }
  // Escape leaves the full screen without telling the page of the key.
  document.addEventListener("fullscreenchange", () => document.fullscreenElement || dialog.close(), { signal });
}

/** @param {AbortSignal} signal */
function build(signal) {
  const picture = h("sb-visualiser");
  const cover = h("div", { class: "cover", "aria-hidden": "true" });
  const title = h("h2", { dir: "auto" });
  const facts = h("div");
  const opinion = h("sb-opinion-buttons");
  let shown = "";
  const show = () => {
    const { track } = player;
    if (!track || track.id === shown) return;
    shown = track.id;
    setText(title, track.prompt);
    facts.replaceChildren(track.unfinished ? "" : factLine(track));
    opinion.track = track;
    showCover(cover, track);
  };
  const choose = () => (picture.kind = chosenPicture() === STILL ? "bars" : chosenPicture());
  player.addEventListener("change", show, { signal });
  pictures.addEventListener("change", choose, { signal });
  show();
  choose();
  const close = h("button", { type: "button", class: "theatre-close icon-button", "aria-label": t("Close") }, icon("close"));
  const settings = h("div", { class: "stage-settings" }, pictureChoice(signal, true), sleepChoice(signal));
  const steering = h("div", { class: "theatre-steering" }, ...transport(signal), opinion, settings);
  return [picture, h("div", { class: "theatre-words" }, cover, h("div", null, title, facts)), steering, close];
}

/** @param {AbortSignal} signal */
function transport(signal) {
  const picture = icon("pause");
  const toggle = h("button", { type: "button", class: "play-button", autofocus: true }, picture);
  const buttons = { previous: [t("Previous"), () => player.previous()], next: [t("Next"), () => player.next()] };
  const [previous, next] = Object.entries(buttons).map(([name, [label, act]]) => {
    const button = h("button", { type: "button", class: "icon-button", "aria-label": label }, icon(/** @type {any} */ (name)));
    button.addEventListener("click", act, { signal });
    return button;
  });
  const show = () => {
    setIcon(picture, player.playing ? "pause" : "play");
    setAttribute(toggle, "aria-label", player.playing ? t("Pause") : t("Play"));
    setAttribute(next, "aria-disabled", player.hasNext ? null : "true");
  };
  toggle.addEventListener("click", () => player.toggle(), { signal });
  player.addEventListener("change", show, { signal });
  show();
  return [previous, toggle, next];
}
