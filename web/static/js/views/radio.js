/** The radio: choose a station and lean back. */
import { h, icon, setAttribute, setText } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { length } from "../core/format.js";
import { t, tn } from "../core/words.js";
import { player } from "../player/player.js";
import { notify } from "../state/notices.js";
import { EVERYTHING, lastStation, stations, tuneIn, tunedStation, wordStation } from "../state/radio.js";
import { madeBy } from "../elements/sound-facts.js";

const UP_NEXT = 5;
const HEARD = 8;
const TILES = 12;

class RadioView extends SoundElement {
  /** @type {{params: Record<string, string>, query: URLSearchParams}} Set by the router. */
  location = { params: {}, query: new URLSearchParams() };
  #station = lastStation();
  /** @type {import("../state/radio.js").Listed[]} */ #stations = [EVERYTHING];
  #dial = h("div", { class: "dial", role: "group", "aria-label": t("Stations") });
  #stage = h("section", { class: "stage", "aria-label": t("Now playing") });
  #next = h("ol", { class: "programme", role: "list" });
  #heard = h("ol", { class: "programme", role: "list" });
  #lists = h("div", { class: "programmes" });
  #kinds = h("section", { class: "kinds", "aria-labelledby": "kinds", hidden: true });
  #shown = "";
  #turned = "";

  mount() {
    this.#shown = this.#turned = "";
    this.#lists.replaceChildren(
      h("section", { "aria-labelledby": "up-next" }, h("h2", { id: "up-next" }, t("Up next")), this.#next),
      h("section", { "aria-labelledby": "heard" }, h("h2", { id: "heard" }, t("Heard")), this.#heard),
    );
    this.replaceChildren(
      h("header", { class: "view-head" }, h("h1", { tabindex: -1 }, t("Radio")), h("p", null, t("Everything made here, endlessly, one sound blending into the next."))),
      h("div", { class: "receiver" }, this.#stage, this.#dial, this.#words()),
      this.#lists,
      this.#kinds,
    );
    for (const list of [this.#next, this.#heard]) {
      this.on(list, "click", ({ target }) => {
        const place = target.closest("button")?.dataset.place;
        if (place) player.jump(Number(place));
      });
    }
    this.#load();
    this.on(player, "change", () => this.#show());
    this.#show();
  }

  async #load() {
    try {
      this.#stations = await stations();
    } catch (/** @type {any} */ error) {
      notify(error.message, "error");
    }
    if (this.signal.aborted) return;
    this.#showKinds(TILES);
    this.#showTuned(tunedStation());
  }

  /** A tile for each kind of sound that has a station. @param {number} most */
  #showKinds(most) {
    const kinds = this.#stations.filter(({ group }) => group);
    const rest = kinds.length - most;
    const more = rest > 0 && h("button", { type: "button", class: "button" }, t("{count} more", { count: rest }));
    if (more) {
      this.on(more, "click", () => {
        this.#showKinds(kinds.length);
        this.#showTuned(tunedStation());
        this.#kinds.querySelectorAll("button")[most].focus();
      });
    }
    this.#kinds.hidden = !kinds.length;
    this.#kinds.replaceChildren(
      h("h2", { id: "kinds" }, t("Stations by kind")),
      h("div", { class: "station-tiles" }, kinds.slice(0, most).map((station) => this.#tile(station))),
      ...(more ? [more] : []),
    );
  }

  /** @param {import("../state/radio.js").Listed} station */
  #tile(station) {
    const sounds = tn(station.count, "{count} sound", "{count} sounds");
    const words = [h("span", null, station.label), " ", h("small", null, sounds)];
    const tile = h("button", { type: "button", class: "station-tile", "data-station": station.id }, words);
    return this.on(tile, "click", () => this.#tune(station));
  }

  #words() {
    const word = h("input", { type: "text", "aria-label": t("A word to tune in to"), placeholder: t("Tune in to any word: waltz, thunder…"), maxlength: 80 });
    const form = h("form", { class: "word-station" }, word, h("button", { type: "submit", class: "button" }, t("Tune in to it")));
    return this.on(form, "submit", (event) => {
      event.preventDefault();
      if (word.value.trim()) this.#tune(wordStation(word.value.trim()));
    });
  }

  /** @param {import("../state/radio.js").Station} station */
  async #tune(station) {
    try {
      if (await tuneIn(station)) this.#station = station;
      else notify(t("There is nothing on “{station}” yet. Make some sounds first.", { station: station.label }));
    } catch (/** @type {any} */ error) {
      notify(error.message, "error");
    }
    if (!this.signal.aborted) this.#show();
  }

  #show() {
    const tuned = tunedStation();
    this.#showTuned(tuned);
    const track = tuned ? player.track : null;
    const shown = track ? [player.index, ...player.queue.slice(Math.max(0, player.index - HEARD), player.index + 1 + UP_NEXT).map(({ id }) => id)].join() : "off";
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#lists.hidden = !track;
    if (!track) return this.#showOff();
    if (!this.#stage.querySelector("sb-now-playing")) {
      const focus = this.#stage.contains(document.activeElement);
      this.#stage.replaceChildren(h("sb-now-playing"));
      // Only who listens needs it; the element comes to life when its module is there.
      import("../elements/now-playing.js").then(
        () => focus && this.#stage.querySelector("button")?.focus(),
        () => notify(t("This page can't be loaded. Is Sound Box running?"), "error"),
      );
    }
    fill(this.#next, player.index + 1, player.index + 1 + UP_NEXT, t("Still choosing"));
    fill(this.#heard, player.index - 1, player.index - 1 - HEARD, t("This is the first"));
  }

  /** Which station is heard, on the dial and on the tiles. @param {import("../state/radio.js").Station | null} tuned */
  #showTuned(tuned) {
    const chosen = tuned ?? this.#station;
    this.#fillDial(chosen);
    for (const button of [...this.#dial.children, ...this.#kinds.querySelectorAll(".station-tile")]) {
      const isIt = /** @type {HTMLElement} */ (button).dataset.station === chosen.id;
      setAttribute(button, "aria-pressed", String(Boolean(tuned) && isIt));
      button.classList.toggle("chosen", isIt);
    }
    this.#turnTo(chosen.id);
  }

  /** Bring a station to the middle of a dial that is wider than the screen, once. @param {string} id */
  #turnTo(id) {
    const needle = /** @type {HTMLElement | null} */ (this.#dial.querySelector(".chosen"));
    const turned = `${id} ${this.#dial.children.length}`;
    if (!needle || turned === this.#turned) return;
    this.#turned = turned;
    this.#dial.scrollLeft = needle.offsetLeft - (this.#dial.clientWidth - needle.offsetWidth) / 2;
  }

  /** The fixed stations, and the chosen one where it is none of them. @param {import("../state/radio.js").Station} chosen */
  #fillDial(chosen) {
    const fixed = this.#stations.filter(({ group }) => !group);
    const onDial = fixed.some(({ id }) => id === chosen.id) ? fixed : [...fixed, chosen];
    const shown = [...this.#dial.children].map((button) => /** @type {HTMLElement} */ (button).dataset.station);
    if (shown.join() === onDial.map(({ id }) => id).join()) return;
    const focused = this.#dial.contains(document.activeElement);
    this.#dial.replaceChildren(
      ...onDial.map((station) =>
        this.on(h("button", { type: "button", "data-station": station.id }, station.label), "click", () => this.#tune(station)),
      ),
    );
    if (focused) this.#dial.querySelector("button")?.focus();
  }

  #showOff() {
    const button = h("button", { type: "button", class: "tune-in" }, icon("radio"), h("span", null, t("Tune in")));
    this.on(button, "click", () => this.#tune(this.#station));
    this.#stage.replaceChildren(
      h("div", { class: "off" }, h("div", { class: "empty-wave", "aria-hidden": "true" }, Array.from({ length: 48 }, () => h("i"))), button),
    );
  }
}

/**
 * Show places of the queue, from one on to another before which it ends, forwards or backwards. The entries that are there
 * are used again: a radio plays for hours.
 * @param {HTMLOListElement} list
 * @param {number} from
 * @param {number} to
 * @param {string} otherwise What stands there when there are none.
 */
function fill(list, from, to, otherwise) {
  const step = Math.sign(to - from);
  const places = Array.from({ length: Math.abs(to - from) }, (_, n) => from + n * step).filter((place) => player.queue[place]);
  if (!places.length) return list.replaceChildren(h("li", { class: "muted" }, otherwise));
  list.querySelector(".muted")?.remove();
  while (list.children.length > places.length) list.lastElementChild?.remove();
  while (list.children.length < places.length) list.append(entry());
  places.forEach((place, n) => {
    const track = player.queue[place];
    const button = /** @type {HTMLButtonElement} */ (list.children[n].firstElementChild);
    button.dataset.place = String(place);
    setText(button.children[0], track.prompt);
    setText(button.children[1], `${length(track.duration)} · ${madeBy(track)}`);
  });
}

function entry() {
  return h("li", null, h("button", { type: "button", class: "programme-entry" }, h("span", { dir: "auto" }), h("small")));
}

define("sb-radio-view", RadioView);
