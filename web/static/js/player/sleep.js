/** The sleep timer: after a while, or at the end of what plays, everything fades out and pauses. */
import { tn, t } from "../core/words.js";
import { announce } from "../state/notices.js";
import { player } from "./player.js";

export const MINUTES = [15, 30, 45, 60];
/** Stops at the end of what plays. */
export const TRACK = "track";
const FADE_S = 10;
const TICK_MS = 1000;
const FADE_TICK_MS = 100;

class SleepTimer extends EventTarget {
  /** "" for none, TRACK, or minutes. */ choice = "";
  #ends_ms = 0;
  #timer = 0;
  /** @type {AbortController | null} */ #life = null;

  /** Seconds until all is silent; 0 where that is not by the clock. */
  get left_s() {
    return this.#ends_ms ? Math.max(0, (this.#ends_ms - Date.now()) / 1000) : 0;
  }

  /** @param {string} choice Takes the place of the one before. */
  set(choice) {
    this.#clear();
    this.choice = choice;
    if (choice === TRACK) {
      this.#life = new AbortController();
      player.addEventListener("stopped", () => this.#end(), { signal: this.#life.signal });
    } else if (choice) {
      this.#ends_ms = Date.now() + 60_000 * Number(choice);
      this.#tick();
    }
    this.#tell();
  }

  #tick() {
    const { left_s } = this;
    if (left_s === 0) return this.#end();
    if (left_s < FADE_S) player.deck.setLevel(player.volume * Math.sin(((left_s / FADE_S) * Math.PI) / 2));
    this.#timer = setTimeout(() => this.#tick(), left_s < FADE_S + TICK_MS / 1000 ? FADE_TICK_MS : TICK_MS);
    if (left_s >= FADE_S) this.#tell();
  }

  #end() {
    player.pause();
    this.set("");
    announce(t("Good night: the sleep timer has stopped the sound."));
  }

  #clear() {
    clearTimeout(this.#timer);
    this.#life?.abort();
    this.#ends_ms = 0;
    player.deck.setLevel(player.volume);
  }

  #tell() {
    const minutes = Math.ceil(this.left_s / 60);
    const ending = this.choice === TRACK ? t("stops after this") : this.choice ? tn(minutes, "stops in {count} minute", "stops in {count} minutes") : "";
    if (ending !== player.ending) player.setEnding(this.choice === TRACK, ending);
    this.dispatchEvent(new Event("change"));
  }
}

export const sleepTimer = new SleepTimer();
