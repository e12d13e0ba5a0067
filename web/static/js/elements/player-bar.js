/** The bar at the bottom: what plays, and how to steer it. It stays while views come and go. */
import { h, icon, setAttribute, setIcon, setText } from "../core/dom.js";
import { SoundElement, define } from "../core/element.js";
import { clock, number, spokenTime } from "../core/format.js";
import { t } from "../core/words.js";
import { player } from "../player/player.js";
import "./opinion-buttons.js";
import { madeBy } from "./sound-facts.js";

class PlayerBar extends SoundElement {
  mount() {
    const art = h("a", { class: "player-art", tabindex: -1, "aria-hidden": "true" });
    const title = h("a", { class: "player-title", dir: "auto" });
    const source = h("span", { class: "player-source" });
    const opinion = h("sb-opinion-buttons");
    this.replaceChildren(
      h("div", { class: "player-now" }, art, h("div", { class: "player-words" }, title, source), opinion),
      this.#transport(),
      this.#seek(),
      this.#extras(),
    );
    let shown = "";
    this.on(player, "change", () => {
      const { track } = player;
      this.classList.toggle("idle", !track);
      this.classList.toggle("playing", player.playing);
      setText(title, track?.prompt ?? t("Nothing is playing"));
      setAttribute(title, "href", track && !track.unfinished ? `/track/${track.id}` : null);
      setAttribute(title, "title", track?.prompt);
      opinion.track = track;
      setText(source, track ? origin(track) : t("Pick a sound, or the radio"));
      if ((track?.audio_url ?? "") === shown) return;
      shown = track?.audio_url ?? "";
      const picture = track && !track.unfinished && h("img", { src: track.spectrogram_url, alt: "", decoding: "async" });
      setAttribute(art, "href", picture ? `/track/${track.id}` : null);
      art.replaceChildren(...(picture ? [h("span", { class: "spectrogram" }, picture)] : []));
    });
    player.dispatchEvent(new Event("change"));
    player.dispatchEvent(new Event("time"));
  }

  #transport() {
    const picture = icon("play");
    const previous = this.#button("previous", t("Previous"), () => player.previous());
    const toggle = this.on(h("button", { type: "button", class: "play-button" }, picture), "click", () => player.toggle());
    const next = this.#button("next", t("Next"), () => player.next());
    this.on(player, "change", () => {
      setIcon(picture, player.playing ? "pause" : "play");
      setAttribute(toggle, "aria-label", player.playing ? t("Pause") : t("Play"));
      setAttribute(toggle, "disabled", !player.track);
      setAttribute(previous, "disabled", !player.track || (player.track.unfinished && !player.hasPrevious));
      setAttribute(next, "disabled", !player.hasNext);
      setAttribute(toggle, "data-waiting", player.waiting && player.playing);
    });
    return h("div", { class: "player-transport" }, previous, toggle, next);
  }

  #seek() {
    const slider = h("input", { type: "range", min: 0, step: 0.1, "aria-label": t("Position"), id: "player-position" });
    const now = h("span", { class: "clock" });
    const all = h("span", { class: "clock" });
    this.on(slider, "input", () => player.seek(slider.valueAsNumber));
    this.on(player, "time", () => {
      const { position, duration } = player;
      setAttribute(slider, "max", duration || 1);
      setAttribute(slider, "disabled", !player.track || Boolean(player.track.unfinished));
      slider.value = String(position);
      slider.style.setProperty("--part", String(duration ? Math.min(1, position / duration) : 0));
      const spoken = player.track ? t("{position} of {duration}", { position: spokenTime(position), duration: spokenTime(duration) }) : t("Nothing is playing");
      if (slider.getAttribute("aria-valuetext") !== spoken) setAttribute(slider, "aria-valuetext", spoken);
      setText(now, clock(position));
      setText(all, clock(duration));
    });
    return h("div", { class: "player-seek" }, now, slider, all);
  }

  #extras() {
    const speaker = icon("volume");
    const repeat = this.#button("repeat", t("Repeat this sound"), () => player.setRepeat(!player.repeat));
    const mute = this.on(h("button", { type: "button", class: "icon-button mute" }, speaker), "click", () =>
      player.setMuted(!player.muted),
    );
    const volume = h("input", { type: "range", min: 0, max: 1, step: 0.01, "aria-label": t("Volume"), class: "volume" });
    this.on(volume, "input", () => player.setVolume(volume.valueAsNumber));
    this.on(player, "change", () => {
      const silent = player.muted || player.volume === 0;
      setIcon(speaker, silent ? "muted" : "volume");
      setAttribute(mute, "aria-label", player.muted ? t("Unmute") : t("Mute"));
      setAttribute(repeat, "aria-pressed", String(player.repeat));
      volume.value = String(player.muted ? 0 : player.volume);
      volume.style.setProperty("--part", volume.value);
      setAttribute(volume, "aria-valuetext", `${number(Math.round(Number(volume.value) * 100))} %`);
    });
    return h("div", { class: "player-extras" }, repeat, mute, volume);
  }

  /** @param {any} name @param {string} label @param {() => unknown} act */
  #button(name, label, act) {
    return this.on(h("button", { type: "button", class: "icon-button", "aria-label": label }, icon(name)), "click", act);
  }
}

/** Who made it, and where it comes from. @param {import("../state/tracks.js").Track} track */
function origin(track) {
  if (track.unfinished) return t("Still being made");
  return [player.ending, madeBy(track), player.source.label].filter(Boolean).join(" · ");
}

define("sb-player-bar", PlayerBar);
