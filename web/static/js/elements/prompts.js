/** Examples for a first sound. */

/** @typedef {{prompt: string, model: "music" | "audio", duration: number, loop?: boolean}} Example */

/** @type {Example[]} */
export const EXAMPLES = [
  { prompt: "calm piano over soft rain, 80 bpm", model: "music", duration: 12 },
  { prompt: "warm lo-fi beat with vinyl crackle", model: "music", duration: 16 },
  { prompt: "rain on a tin roof, distant thunder", model: "audio", duration: 10, loop: true },
  { prompt: "footsteps on gravel, then a door", model: "audio", duration: 6 },
  { prompt: "driving synthwave, 110 bpm, D minor", model: "music", duration: 16 },
];
