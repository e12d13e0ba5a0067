/**
 * Two audio elements, of which one is heard: the other is prepared with what comes next, and takes over.
 *
 * Elements, not Web Audio, are the audible path: they go on when a phone locks its screen.
 */

const FADE_STEP_MS = 40;
const FORWARDED = ["play", "pause", "ended", "error", "timeupdate", "waiting", "playing"];

/** @typedef {{out: HTMLAudioElement, outGain: number, from_s: number, seconds: number, part: number, timer: number}} Fade */

export class Deck extends EventTarget {
  #elements = [element(), element()];
  #active = 0;
  /** @type {Fade | null} */ #fade = null;
  #level = 1;
  /** Gain of the track that plays, 0..1. */ #gain = 1;
  /** Address that the other element is prepared with. */ #prepared = "";

  constructor() {
    super();
    for (const audio of this.#elements) {
      for (const type of FORWARDED) {
        audio.addEventListener(type, () => {
          if (audio === this.audio) this.dispatchEvent(new Event(type));
        });
      }
      // Timers of a hidden page may run late; what is heard tells its time all the same.
      audio.addEventListener("timeupdate", () => this.#stepFade());
    }
  }

  /** The element that is heard. */
  get audio() {
    return this.#elements[this.#active];
  }

  /** Both elements, to be put into the page. */
  get elements() {
    return this.#elements;
  }

  get #other() {
    return this.#elements[1 - this.#active];
  }

  /** Load what will be played next, so that it can begin at once; nothing happens while the other element is still heard. @param {string} url */
  prepare(url) {
    if (url === this.#prepared || this.#fade) return;
    this.#prepared = url;
    this.#other.loop = false;
    this.#other.src = url;
    this.#other.load();
  }

  /**
   * Play another sound from its start, or from `from_s`.
   * @param {string} url
   * @param {{gain: number, from_s?: number, fade_s?: number, loop?: boolean}} options  gain: 0..1; fade_s: seconds in which the
   *   sound before gives way, 0 for at once.
   */
  async play(url, { gain, from_s = 0, fade_s = 0, loop = false }) {
    this.#endFade();
    const before = this.audio;
    const outGain = this.#gain;
    const isReady = url === this.#prepared && !this.#other.error;
    const fades = fade_s > 0 && !before.paused && canFade(before);
    if (isReady || fades) this.#active = 1 - this.#active;
    this.#prepared = "";
    this.#gain = gain;
    const { audio } = this;
    if (!fades) before.pause();
    if (!isReady) audio.src = url;
    audio.loop = loop;
    if (from_s) audio.currentTime = from_s;
    // Loaded while somebody presses a button, it may begin by itself later on.
    if (!this.#other.src) this.#other.load();
    if (fades) this.#beginFade({ out: before, outGain, from_s, seconds: fade_s, part: 0, timer: 0 });
    else audio.volume = this.#level * gain;
    await this.#start(audio, before, url);
  }

  /** A browser may allow only the element that somebody pressed to go on by itself: then that one plays this, too. @param {HTMLAudioElement} audio @param {HTMLAudioElement} before @param {string} url */
  async #start(audio, before, url) {
    try {
      await audio.play();
    } catch (/** @type {any} */ error) {
      if (error?.name !== "NotAllowedError" || audio === before || audio !== this.audio || !before.src) throw error;
      this.#endFade();
      this.#active = 1 - this.#active;
      before.src = url;
      before.volume = this.#level * this.#gain;
      await before.play();
    }
  }

  resume() {
    return this.audio.play();
  }

  pause() {
    this.#endFade();
    this.audio.pause();
  }

  /** Stop, and fetch no more of it. */
  unload() {
    this.pause();
    this.#prepared = "";
    for (const audio of this.#elements) {
      audio.removeAttribute("src");
      audio.load();
    }
  }

  /** @param {number} level Volume, 0..1. */
  setLevel(level) {
    this.#level = level;
    if (this.#fade) this.#setVolumes();
    else this.audio.volume = level * this.#gain;
  }

  /** @param {boolean} muted */
  setMuted(muted) {
    for (const audio of this.#elements) audio.muted = muted;
  }

  /** @param {Fade} fade */
  #beginFade(fade) {
    this.#fade = fade;
    fade.timer = setInterval(() => this.#stepFade(), FADE_STEP_MS);
    this.#setVolumes();
  }

  /** How far it is follows from what was heard of the new sound: while that one still loads, the one before stays. */
  #stepFade() {
    if (!this.#fade) return;
    const { from_s, seconds, part } = this.#fade;
    this.#fade.part = Math.max(part, Math.min(1, (this.audio.currentTime - from_s) / seconds));
    if (this.#fade.part === 1) this.#endFade();
    else this.#setVolumes();
  }

  /** Equal power: the squares of both gains add up to one, so the blend has no dip. */
  #setVolumes() {
    const { out, outGain, part } = /** @type {Fade} */ (this.#fade);
    out.volume = this.#level * outGain * Math.cos((part * Math.PI) / 2);
    this.audio.volume = this.#level * this.#gain * Math.sin((part * Math.PI) / 2);
  }

  #endFade() {
    if (!this.#fade) return;
    clearInterval(this.#fade.timer);
    this.#fade.out.pause();
    this.#fade = null;
    this.audio.volume = this.#level * this.#gain;
  }
}

function element() {
  const audio = new Audio();
  audio.preload = "auto";
  return audio;
}

/** Where only the device's keys change the volume, as on phones of Apple, sounds follow each other without a blend. @param {HTMLAudioElement} audio */
function canFade(audio) {
  const { volume } = audio;
  audio.volume = volume / 2;
  const changed = audio.volume !== volume || volume === 0;
  audio.volume = volume;
  return changed;
}
