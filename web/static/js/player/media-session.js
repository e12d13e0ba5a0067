/** Tells the system what plays, so that media keys, headsets and lock screens work. */
import { madeBy } from "../elements/sound-facts.js";
import { player } from "./player.js";

const SKIP_S = 5;

/** Connect the player to the system's media controls, where there are any. */
export function begin() {
  if (!("mediaSession" in navigator)) return;
  const session = navigator.mediaSession;
  const actions = {
    play: () => player.playing || player.toggle(),
    pause: () => player.pause(),
    stop: () => player.pause(),
    previoustrack: () => player.previous(),
    nexttrack: () => player.next(),
    seekbackward: (/** @type {any} */ { seekOffset = SKIP_S }) => player.seek(player.position - seekOffset),
    seekforward: (/** @type {any} */ { seekOffset = SKIP_S }) => player.seek(player.position + seekOffset),
    seekto: (/** @type {any} */ { seekTime }) => player.seek(seekTime),
  };
  for (const [action, handler] of Object.entries(actions)) {
    try {
      session.setActionHandler(/** @type {MediaSessionAction} */ (action), handler);
    } catch {
      // This browser knows fewer actions.
    }
  }
  let shown = "";
  player.addEventListener("change", () => {
    const { track } = player;
    session.playbackState = !track ? "none" : player.playing ? "playing" : "paused";
    if (!track) return;
    if (track.audio_url !== shown) tell(session, track);
    shown = track.audio_url;
    const position = Math.min(player.position, player.duration);
    session.setPositionState({ duration: player.duration, position, playbackRate: 1 });
  });
}

/** Address of the cover that the system shows. */
let cover = "";

/** The system may fetch a cover some time after it was told of it. */
const COVER_KEPT_MS = 10_000;

/** Title and maker at once, the cover when it is drawn. @param {MediaSession} session @param {import("../state/tracks.js").Track} track */
async function tell(session, track) {
  const words = {
    title: track.prompt,
    artist: track.unfinished ? "Sound Box" : `Sound Box · ${madeBy(track)}`,
    album: player.source.label,
  };
  session.metadata = new MediaMetadata(words);
  const file = track.unfinished ? null : await drawnCover(track);
  if (!file || !player.isCurrent(track.id)) return;
  setTimeout(URL.revokeObjectURL, COVER_KEPT_MS, cover);
  cover = URL.createObjectURL(file);
  session.metadata = new MediaMetadata({ ...words, artwork: [{ src: cover, sizes: "320x320", type: "image/png" }] });
}

/** A picture of it; null where none can be drawn, and it is told without. @param {import("../state/tracks.js").Track} track */
function drawnCover(track) {
  return import("../elements/cover-art.js").then(({ coverFile }) => coverFile(track)).catch(() => null);
}
