/** What the radio plays now: picture, cover, words, wave, and what one can do. Built once; a new track takes the place of the last. */
import { h, icon, setAttribute, setIcon, setText } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { t } from "../core/words.js";
import { player } from "../player/player.js";
import { notify } from "../state/notices.js";
import { coverOf } from "./cover-art.js";
import { STILL, blendChoice, chosenPicture, pictureChoice, pictures, sleepChoice } from "./listening-controls.js";
import { downloadMenu, factLine, spectrogram } from "./sound-facts.js";
import "./opinion-buttons.js";
import "./waveform.js";

class NowPlaying extends SoundElement {
  #shown = "";
  #picture = h("div", { class: "stage-picture" });
  #cover = h("div", { class: "cover", "aria-hidden": "true" });
  #title = h("a", null);
  #facts = h("div", null);
  #wave = h("sb-waveform");
  #opinion = h("sb-opinion-buttons");
  #files = h("span", null);

  mount() {
    this.#shown = "";
    this.replaceChildren(
      this.#picture,
      h("div", { class: "stage-words" }, this.#cover, h("div", null, h("h2", { dir: "auto" }, this.#title), this.#facts)),
      this.#wave,
      h("div", { class: "stage-actions" }, this.#pause(), this.#skip(), this.#opinion, this.#files, this.#fullScreen()),
      h("div", { class: "stage-settings" }, pictureChoice(this.signal), blendChoice(this.signal), sleepChoice(this.signal)),
    );
    this.on(player, "change", () => this.#show());
    this.on(pictures, "change", () => this.#showPicture());
    this.#show();
  }

  #pause() {
    const picture = icon("pause");
    const label = h("span", null);
    const button = h("button", { type: "button", class: "stage-pause button" }, picture, label);
    const update = () => {
      setIcon(picture, player.playing ? "pause" : "play");
      setText(label, player.playing ? t("Pause") : t("Play"));
    };
    this.on(player, "change", update);
    update();
    return this.on(button, "click", () => player.toggle());
  }

  #skip() {
    const button = h("button", { type: "button", class: "stage-skip button" }, icon("next"), h("span", null, t("Skip")));
    const update = () => setAttribute(button, "aria-disabled", player.hasNext ? null : "true");
    this.on(player, "change", update);
    update();
    return this.on(button, "click", () => player.next());
  }

  #fullScreen() {
    const button = h("button", { type: "button", class: "stage-full icon-button", "aria-label": t("Full screen"), title: t("Full screen") }, icon("expand"));
    return this.on(button, "click", openTheatre);
  }

  #show() {
    const { track } = player;
    if (!track || track.id === this.#shown) return;
    this.#shown = track.id;
    setAttribute(this.#title, "href", `/track/${track.id}`);
    setText(this.#title, track.prompt);
    this.#facts.replaceChildren(factLine(track));
    /** @type {any} */ (this.#wave).track = track;
    /** @type {any} */ (this.#opinion).track = track;
    this.#files.replaceChildren(downloadMenu(track));
    this.#showPicture();
    showCover(this.#cover, track);
  }

  async #showPicture() {
    const { track } = player;
    const kind = chosenPicture();
    if (!track) return;
    if (kind === STILL) return this.#picture.replaceChildren(spectrogram(track, { lazy: false, size: "plot" }));
    try {
      await import("./visualiser.js");
    } catch {
      return notify(t("This picture can't be loaded. Is Sound Box running?"), "error");
    }
    if (this.signal.aborted || chosenPicture() !== kind) return;
    const there = this.#picture.querySelector("sb-visualiser");
    if (!there) this.#picture.replaceChildren(h("sb-visualiser", { ".kind": kind, "data-kind": kind }));
    else if (there.getAttribute("data-kind") !== kind) {
      there.setAttribute("data-kind", kind);
      /** @type {any} */ (there).kind = kind;
    }
  }
}

/** Put the cover of a sound into its place, unless another has come meanwhile. @param {HTMLElement} place @param {import("../state/tracks.js").Track} track */
export async function showCover(place, track) {
  place.dataset.track = track.id;
  if (track.unfinished) return place.replaceChildren();
  const cover = await coverOf(track);
  if (place.dataset.track !== track.id) return;
  // A node has one place only, and a cover may be shown in two.
  const copy = /** @type {HTMLCanvasElement} */ (place.firstElementChild ?? h("canvas", { width: cover.width, height: cover.height }));
  /** @type {CanvasRenderingContext2D} */ (copy.getContext("2d")).drawImage(cover, 0, 0);
  if (!copy.isConnected) place.replaceChildren(copy);
}

async function openTheatre() {
  (await import("./theatre.js")).openTheatre();
}

define("sb-now-playing", NowPlaying);
