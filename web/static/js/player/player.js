/**
 * The one player of the page. It lives outside the router's outlet: what plays goes on until the listener says otherwise.
 *
 * Tells `change` when the track, the queue, playing or the volume changed, `time` while the position moves, and
 * `trouble` with a sentence as its detail.
 */
import { recall, remember } from "../core/memory.js";
import { t } from "../core/words.js";
import { Deck } from "./deck.js";

/** @typedef {import("../state/tracks.js").Track} Track */

const TICK_MS = 60;
/** The longest blend that one can choose, and the usual one. */
export const LONGEST_BLEND_S = 12;
const BLEND_S = 2.5;
/** Who skips does not want to wait for the end of a long blend. */
const SKIP_S = 1.5;
/** Of both tracks no more than this part is blended, so that short ones are still heard by themselves. */
const MOST_BLENDED = 1 / 3;
/** The next track is loaded that long before it is needed. */
const AHEAD_S = 20;
/** A sound is turned down to this loudness where tracks follow each other; never up, which could clip. */
const LEVEL_LUFS = -16;
const FETCH_MORE_BELOW = 3;
const MOST_FAILURES = 3;
const HISTORY = 50;

class Player extends EventTarget {
  deck = new Deck();
  /** @type {Track[]} What was, is and will be played. */ queue = [];
  index = -1;
  /** @type {{label: string, blend?: boolean, more?: () => Promise<Track[]>}} Where the queue comes from. */
  source = { label: "" };
  volume = recall("volume", 0.8);
  muted = recall("muted", false);
  repeat = false;
  /** How long tracks of a station blend into each other: seconds, 0 for not at all. */ blend_s = Math.min(LONGEST_BLEND_S, Math.max(0, Number(recall("blend_s", BLEND_S)) || 0));
  /** Whether everything ends with the track that plays. */ stopsAfter = false;
  /** When it will end, in words, where that is set. */ ending = "";
  waiting = false;
  /** Whether the deck has a sound as it was made: quieter than its file, from start to end only. */ #streamed = false;
  #timer = 0;
  #failures = 0;
  #fetching = false;

  constructor() {
    super();
    this.deck.setLevel(this.volume);
    this.deck.setMuted(this.muted);
    this.deck.addEventListener("play", () => this.#changed());
    this.deck.addEventListener("pause", () => this.#changed());
    this.deck.addEventListener("waiting", () => this.#setWaiting(true));
    this.deck.addEventListener("playing", () => this.#setWaiting(false));
    this.deck.addEventListener("timeupdate", () => this.#tick());
    this.deck.addEventListener("ended", () => this.#ended());
    this.deck.addEventListener("error", () => this.#failed());
  }

  /** @returns {Track | null} */
  get track() {
    return this.queue[this.index] ?? null;
  }

  get playing() {
    return !this.deck.audio.paused && !this.deck.audio.ended;
  }

  /** Seconds. */
  get position() {
    return this.track ? this.deck.audio.currentTime : 0;
  }

  /** Seconds; from the server, because a browser may not know it before the whole file came. */
  get duration() {
    return this.track?.duration ?? 0;
  }

  /** @param {string} id Whether this is the track that is loaded. */
  isCurrent(id) {
    return this.track?.id === id;
  }

  /**
   * Play a list from one of its tracks.
   * @param {Track[]} tracks
   * @param {{index?: number, from_s?: number, label?: string, blend?: boolean, more?: () => Promise<Track[]>}} [options]
   */
  playList(tracks, { index = 0, from_s = 0, ...source } = {}) {
    this.queue = [...tracks];
    this.source = { label: "", ...source };
    this.#failures = 0;
    return this.#load(index, { from_s });
  }

  /** Play or pause what is loaded. */
  toggle() {
    if (!this.track) return;
    if (this.playing) this.deck.pause();
    else if (this.#streamed && this.deck.audio.ended) this.#load(this.index, {});
    else this.deck.resume().catch((error) => this.#refused(error));
  }

  pause() {
    this.deck.pause();
  }

  /**
   * A sound that played while it was made is finished: it takes that one's place, and what is heard goes on.
   * @param {Track} track
   */
  finish(track) {
    if (!this.isCurrent(track.id)) return;
    this.queue[this.index] = track;
    this.#changed();
  }

  /** A sound is deleted: it plays no more, now or later. @param {string} id */
  remove(id) {
    if (this.isCurrent(id)) return this.drop();
    const before = this.queue.slice(0, Math.max(0, this.index)).filter((track) => track.id === id).length;
    this.queue = this.queue.filter((track) => track.id !== id);
    this.index -= before;
    this.#changed();
  }

  /** Stop what plays for good: nothing is loaded any more. */
  drop() {
    this.deck.unload();
    this.queue = [];
    this.index = -1;
    this.source = { label: "" };
    this.#streamed = false;
    this.#changed();
  }

  /** @param {number} seconds */
  seek(seconds) {
    if (!this.track || this.track.unfinished) return;
    const to_s = Math.min(Math.max(0, seconds), Math.max(0, this.duration - 0.05));
    if (this.#streamed) this.#changeToFile(to_s);
    else this.deck.audio.currentTime = to_s;
    this.#tick();
  }

  get hasNext() {
    return this.index + 1 < this.queue.length;
  }

  get hasPrevious() {
    return this.index > 0;
  }

  /** Skip what plays; a station blends, shortly. */
  next() {
    return this.#follow(Math.min(SKIP_S, this.#blendTime()));
  }

  /** @param {number} fade_s */
  #follow(fade_s) {
    if (this.hasNext) return this.#load(this.index + 1, { fade_s });
  }

  /** The track before; or this one's start, once it has played a while. */
  previous() {
    if (this.position > 3 || !this.hasPrevious) return this.seek(0);
    return this.#load(this.index - 1, {});
  }

  /** @param {number} index Jump to a track of the queue. */
  jump(index) {
    if (this.queue[index]) return this.#load(index, {});
  }

  /** @param {number} volume 0..1 */
  setVolume(volume) {
    this.volume = Math.min(1, Math.max(0, volume));
    this.deck.setLevel(this.volume);
    remember("volume", this.volume);
    if (this.volume > 0) this.setMuted(false);
    this.#changed();
  }

  /** @param {boolean} muted */
  setMuted(muted) {
    this.muted = muted;
    this.deck.setMuted(muted);
    remember("muted", muted);
    this.#changed();
  }

  /** @param {boolean} repeat */
  setRepeat(repeat) {
    this.repeat = repeat;
    this.deck.audio.loop = this.#loops;
    this.#changed();
  }

  /** @param {number} seconds 0..12; 0 for no blend. */
  setBlend(seconds) {
    this.blend_s = Math.min(LONGEST_BLEND_S, Math.max(0, seconds));
    remember("blend_s", this.blend_s);
    this.#changed();
  }

  /** @param {boolean} stops Whether everything ends with the track that plays. @param {string} ending In words. */
  setEnding(stops, ending) {
    this.stopsAfter = stops;
    this.ending = ending;
    this.deck.audio.loop = this.#loops;
    this.#changed();
  }

  get #loops() {
    return this.repeat && !this.#streamed && !this.stopsAfter;
  }

  /** Play no more of what comes than `most` tracks and what the source gives then; nothing for a list. @param {number} most */
  askAgainAfter(most) {
    if (!this.source.more) return;
    this.queue.length = Math.min(this.queue.length, this.index + 1 + most);
    this.#changed();
    return this.#fetchMore();
  }

  /** A sound is not to come any more; where it was heard it stays. @param {string} id */
  strike(id) {
    this.queue = this.queue.filter((track, place) => place <= this.index || track.id !== id);
    this.#changed();
    return this.#fetchMore();
  }

  /**
   * @param {number} index
   * @param {{from_s?: number, fade_s?: number}} how
   */
  async #load(index, { from_s = 0, fade_s = 0 }) {
    this.index = index;
    const track = this.queue[index];
    this.#streamed = Boolean(track.unfinished);
    const played = this.deck.play(track.audio_url, { gain: this.#gain(track), from_s, fade_s, loop: this.#loops });
    this.#trim();
    this.#changed();
    this.#fetchMore();
    try {
      await played;
      this.#failures = 0;
    } catch (error) {
      this.#refused(error);
    }
  }

  /** Go on from the file of a sound that was heard while it was made; in silence, if it was paused. @param {number} from_s */
  #changeToFile(from_s) {
    const { playing } = this;
    this.#load(this.index, { from_s });
    if (!playing) this.deck.pause();
  }

  /** Keep a queue that never ends from growing for ever. */
  #trim() {
    const surplus = this.source.more ? this.index - HISTORY : 0;
    if (surplus <= 0) return;
    this.queue.splice(0, surplus);
    this.index -= surplus;
  }

  async #fetchMore() {
    const { more } = this.source;
    if (!more || this.#fetching || this.queue.length - this.index > FETCH_MORE_BELOW) return;
    this.#fetching = true;
    try {
      const tracks = await more();
      if (more === this.source.more) this.queue.push(...tracks);
    } catch {
      // The server is away: what is queued plays on, and the next track asks again.
    }
    this.#fetching = false;
    this.#changed();
  }

  /** @param {Track} track */
  #gain(track) {
    if (!this.source.blend || track.loudness_lufs == null) return 1;
    return Math.min(1, 10 ** ((LEVEL_LUFS - track.loudness_lufs) / 20));
  }

  /** How long what plays and what follows blend into each other, in seconds. */
  #blendTime() {
    const following = this.queue[this.index + 1];
    if (!this.source.blend || this.repeat || this.stopsAfter || !following) return 0;
    return Math.min(this.blend_s, MOST_BLENDED * Math.min(this.duration, following.duration));
  }

  #ended() {
    if (this.stopsAfter) this.dispatchEvent(new Event("stopped"));
    else if (this.#streamed && this.repeat) this.#load(this.index, {});
    else if (this.hasNext) this.#follow(0);
    else this.#changed();
  }

  /** A file that can't be played: say so, and go on where the listener expects music. */
  #failed() {
    if (!this.track) return;
    if (this.track.unfinished) {
      this.#tell(t("“{prompt}” stopped while it was being made.", { prompt: this.track.prompt }));
      return this.drop();
    }
    if (this.#streamed) return this.#changeToFile(this.position);
    this.#failures += 1;
    this.#tell(t("“{prompt}” can't be played.", { prompt: this.track.prompt }));
    if (this.source.more && this.hasNext && this.#failures < MOST_FAILURES) this.#follow(0);
    else this.#changed();
  }

  /** @param {any} error */
  #refused(error) {
    // AbortError: another track was chosen before this one had begun. Other failures arrive as `error` events.
    if (error?.name === "NotAllowedError") this.#tell(t("Your browser wants a click before it plays sound."));
    this.#changed();
  }

  /** @param {string} sentence */
  #tell(sentence) {
    this.dispatchEvent(new CustomEvent("trouble", { detail: sentence }));
  }

  /** @param {boolean} waiting */
  #setWaiting(waiting) {
    this.waiting = waiting;
    this.#changed();
  }

  #tick() {
    this.dispatchEvent(new Event("time"));
    if (!this.playing || !this.hasNext || this.repeat || this.stopsAfter) return;
    const left = this.duration - this.position;
    const blend = this.#blendTime();
    const following = this.queue[this.index + 1];
    if (left < blend) this.#follow(left);
    else if (left < blend + AHEAD_S && !following.unfinished) this.deck.prepare(following.audio_url);
  }

  #changed() {
    clearInterval(this.#timer);
    // Browsers tell the time four times a second, too coarse for a needle to glide.
    if (this.playing) this.#timer = setInterval(() => document.hidden || this.#tick(), TICK_MS);
    this.dispatchEvent(new Event("change"));
    this.dispatchEvent(new Event("time"));
  }
}

export const player = new Player();
