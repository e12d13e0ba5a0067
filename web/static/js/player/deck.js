/**
 * Two audio elements, of which one is heard: the other takes over when tracks are blended.
 *
 * Elements, not Web Audio, are the audible path: they go on when a phone locks its screen.
 */

const FADE_STEP_MS = 40;

export class Deck extends EventTarget {
  #elements = [element(), element()];
  #active = 0;
  #fadeTimer = 0;
  #level = 1;
  /** Gain of the track that plays, 0..1. */ #gain = 1;

  constructor() {
    super();
    for (const audio of this.#elements) {
      for (const type of ["play", "pause", "ended", "error", "timeupdate", "waiting", "playing"]) {
        audio.addEventListener(type, () => {
          if (audio === this.audio) this.dispatchEvent(new Event(type));
        });
      }
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

  /**
   * Play another sound from its start, or from `from_s`.
   * @param {string} url
   * @param {{gain: number, from_s?: number, fade_s?: number, loop?: boolean}} options  gain: 0..1; fade_s: seconds in which the
   *   sound before gives way, 0 for at once.
   */
  async play(url, { gain, from_s = 0, fade_s = 0, loop = false }) {
    this.#endFade();
    const before = this.audio;
    if (fade_s > 0 && !before.paused) this.#active = 1 - this.#active;
    else before.pause();
    const audio = this.audio;
    const gainBefore = this.#gain;
    this.#gain = gain;
    audio.src = url;
    audio.loop = loop;
    if (from_s) audio.currentTime = from_s;
    if (audio !== before) this.#fade(before, gainBefore, audio, fade_s);
    else audio.volume = this.#level * gain;
    await audio.play();
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
    this.audio.removeAttribute("src");
    this.audio.load();
  }

  /** @param {number} level Volume, 0..1. */
  setLevel(level) {
    this.#level = level;
    if (!this.#fadeTimer) this.audio.volume = level * this.#gain;
  }

  /** @param {boolean} muted */
  setMuted(muted) {
    for (const audio of this.#elements) audio.muted = muted;
  }

  /**
   * Equal power: the squares of both gains add up to one, so the blend has no dip.
   * Computed from the time that passed, since timers of a hidden page run late.
   * @param {HTMLAudioElement} out
   * @param {number} outGain
   * @param {HTMLAudioElement} incoming
   * @param {number} seconds
   */
  #fade(out, outGain, incoming, seconds) {
    const start = performance.now();
    const inGain = this.#gain;
    const step = () => {
      const part = Math.min(1, (performance.now() - start) / (1000 * seconds));
      out.volume = this.#level * outGain * Math.cos((part * Math.PI) / 2);
      incoming.volume = this.#level * inGain * Math.sin((part * Math.PI) / 2);
      if (part === 1) this.#endFade();
    };
    incoming.volume = 0;
    this.#fadeTimer = setInterval(step, FADE_STEP_MS);
  }

  #endFade() {
    clearInterval(this.#fadeTimer);
    this.#fadeTimer = 0;
    this.#elements[1 - this.#active].pause();
    this.audio.volume = this.#level * this.#gain;
  }
}

function element() {
  const audio = new Audio();
  audio.preload = "auto";
  return audio;
}
