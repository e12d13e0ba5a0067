/** Examples for a first sound, and a dice that puts words together when ideas run out. */

/** @typedef {{prompt: string, model: "music" | "audio", duration: number, loop?: boolean}} Example */

/** @type {Example[]} */
export const EXAMPLES = [
  { prompt: "calm piano over soft rain, 80 bpm", model: "music", duration: 12 },
  { prompt: "warm lo-fi beat with vinyl crackle", model: "music", duration: 16 },
  { prompt: "rain on a tin roof, distant thunder", model: "audio", duration: 10, loop: true },
  { prompt: "footsteps on gravel, then a door", model: "audio", duration: 6 },
  { prompt: "driving synthwave, 110 bpm, D minor", model: "music", duration: 16 },
];

const WORDS = {
  music: {
    mood: ["calm", "hopeful", "dark", "dreamy", "bright", "melancholic", "driving", "playful"],
    style: ["ambient", "jazz", "lo-fi", "techno", "folk", "synthwave", "waltz", "cinematic"],
    sound: ["piano", "acoustic guitar", "warm strings", "soft bells", "analogue synth", "marimba", "flute", "deep bass"],
  },
  audio: {
    what: ["rain", "thunder", "an old engine", "ocean waves", "a laser", "church bells", "a camp fire", "footsteps", "wind"],
    how: ["far away", "close by", "growing louder", "slow and heavy", "light and quick"],
    where: ["in a forest", "in a cave", "on a tin roof", "at night", "behind a wall", "in a large hall"],
  },
};

/**
 * A prompt nobody wrote before, for the model that is chosen.
 * @param {"music" | "audio"} model
 * @returns {string}
 */
export function rollPrompt(model) {
  if (model === "audio") {
    const { what, how, where } = WORDS.audio;
    return `${pick(what)} ${pick(where)}, ${pick(how)}`;
  }
  const { mood, style, sound } = WORDS.music;
  const tempo = 60 + 5 * Math.floor(Math.random() * 17);
  return `${pick(mood)} ${pick(style)} with ${pick(sound)}, ${tempo} bpm`;
}

/** @param {string[]} words */
function pick(words) {
  return words[Math.floor(Math.random() * words.length)];
}
