/** Numbers and times as people read them. */
import { language, t, tn } from "./words.js";

/** 75 -> "1:15"; 8.4 -> "0:08". @param {number} seconds */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** 63 -> "1 minute 3 seconds", for those who hear it. @param {number} seconds */
export function spokenTime(seconds) {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  const parts = [
    minutes && tn(minutes, "{count} minute", "{count} minutes"),
    (rest || !minutes) && tn(rest, "{count} second", "{count} seconds"),
  ];
  return parts.filter(Boolean).join(" ");
}

/** 8 -> "8 s"; 7.25 -> "7.3 s". @param {number} seconds */
export function length(seconds) {
  return `${number(Number(Number(seconds).toFixed(1)))} s`;
}

/** "seed must be a number" -> "Seed must be a number.". @param {string} text */
export function asSentence(text) {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}

const NUMBER = new Intl.NumberFormat(language);

/** 1234 -> "1,234". @param {number} value */
export function number(value) {
  return NUMBER.format(value);
}

/** (-14, 1) -> "-14.0". @param {number} value @param {number} digits  After the point. */
export function decimal(value, digits) {
  return value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** ["noise", "clicks"] -> "noise and clicks". @param {string[]} words */
export function listed(words) {
  return new Intl.ListFormat(language).format(words);
}

/** "Nov 26, 2026". @param {string} time RFC 3339 */
export function day(time) {
  return new Date(time).toLocaleDateString(language, { dateStyle: "medium" });
}

/** "Nov 26, 2026, 8:52 AM". @param {string} time RFC 3339 */
export function dayAndTime(time) {
  return new Date(time).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
}

const RELATIVE = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const UNITS = /** @type {[Intl.RelativeTimeFormatUnit, number][]} */ ([
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
]);

/**
 * "2 minutes ago", "yesterday"; a date when it is more than a month ago.
 * @param {string} time RFC 3339
 */
export function ago(time, now = Date.now()) {
  const seconds = (now - Date.parse(time)) / 1000;
  if (!Number.isFinite(seconds)) return "";
  if (seconds > 30 * 86_400) return day(time);
  for (const [unit, size] of UNITS) {
    if (seconds >= size) return RELATIVE.format(-Math.floor(seconds / size), unit);
  }
  return t("just now");
}

/** The noun for a model, as the page says it. @param {string} model */
export function modelLabel(model) {
  return model === "audio" ? t("Effect") : t("Music");
}

/** What made it, in words. @param {string | null | undefined} engine */
export function engineLabel(engine) {
  if (engine === "synth") return t("built-in synthesizer");
  return engine === "audiocraft" ? "AudioCraft" : (engine ?? "");
}

const STATES = { pending: t("waking up"), loading: t("loading its model"), ready: t("ready"), error: t("not working"), unloaded: t("asleep") };

/** @type {Record<string, (note: string) => string>} */
const MODES = {
  major: (note) => t("{note} major", { note }),
  minor: (note) => t("{note} minor", { note }),
  "harmonic minor": (note) => t("{note} harmonic minor", { note }),
  "melodic minor": (note) => t("{note} melodic minor", { note }),
  "major pentatonic": (note) => t("{note} major pentatonic", { note }),
  "minor pentatonic": (note) => t("{note} minor pentatonic", { note }),
  dorian: (note) => t("{note} Dorian", { note }),
  phrygian: (note) => t("{note} Phrygian", { note }),
  lydian: (note) => t("{note} Lydian", { note }),
  mixolydian: (note) => t("{note} Mixolydian", { note }),
  locrian: (note) => t("{note} Locrian", { note }),
  blues: (note) => t("{note} blues", { note }),
  "whole tone": (note) => t("{note} whole tone", { note }),
};

/** "D minor", as the language calls it; an engine may name other ones. @param {string} key */
export function keyLabel(key) {
  const [note, ...mode] = key.split(" ");
  return MODES[mode.join(" ")]?.(note) ?? key;
}

const TIERS = { free: t("free tier"), standard: t("standard tier"), premium: t("premium tier"), admin: t("admin tier") };

/** @param {string} tier */
export function tierLabel(tier) {
  return TIERS[tier] ?? tier;
}

/** What the check noticed at a sound, in words. @param {string} name  Of the check, as "dead_channel". */
export function issueLabel(name) {
  return t(name.replaceAll("_", " "));
}

/** What a model is doing, in words. @param {string} state */
export function stateLabel(state) {
  return STATES[state] ?? state;
}
