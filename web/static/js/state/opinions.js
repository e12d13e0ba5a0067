/** What the listener thinks of sounds: shown at once, and corrected by what the server answers. */
import { post, request } from "../core/api.js";
import { t } from "../core/words.js";
import { announce, notify } from "./notices.js";

/** @typedef {import("./tracks.js").Track} Track */
/** @typedef {{vote: number, favourite: boolean, upvotes: number, downvotes: number}} Opinion */

const MOST_KEPT = 500;

/** Tells `change` with a track's id as its detail, and `vote` with a track, what is wished and the promise that it is told. */
export const opinions = new EventTarget();

/** What was said on this page, by track. @type {Map<string, Opinion>} */
const said = new Map();
/**
 * What is on its way, by kind and track: what the server said last, and the wish to be sent next.
 * @type {Map<string, {sure: Partial<Opinion>, next: (() => Promise<Partial<Opinion>>) | null}>}
 */
const underWay = new Map();

/** @param {Track} track @returns {Opinion} */
export function opinionOf(track) {
  const { id, user_vote: vote = 0, is_favorite: favourite = false, upvotes = 0, downvotes = 0 } = track;
  return said.get(id) ?? { vote, favourite, upvotes, downvotes };
}

/** Like a sound, dislike it, or take that back. @param {Track} track @param {number} vote 1, -1 or 0 */
export function voteFor(track, vote) {
  const { vote: before, upvotes, downvotes } = opinionOf(track);
  const wish = {
    vote,
    upvotes: upvotes + Number(vote === 1) - Number(before === 1),
    downvotes: downvotes + Number(vote === -1) - Number(before === -1),
  };
  const told = inTurn("vote", track, { vote: before, upvotes, downvotes }, wish, async () => {
    const answer = await post(`/api/library/${track.id}/vote`, { vote });
    return { vote: answer.user_vote, upvotes: answer.upvotes, downvotes: answer.downvotes };
  });
  opinions.dispatchEvent(new CustomEvent("vote", { detail: { track, vote, told } }));
  return told;
}

/** Keep a sound among one's favourites, or not any more. @param {Track} track @param {boolean} favourite */
export function keepFavourite(track, favourite) {
  const { favourite: before } = opinionOf(track);
  return inTurn("favourite", track, { favourite: before }, { favourite }, async () => {
    const { favorited } = await request(`/api/favorites/${track.id}`, { method: favourite ? "POST" : "DELETE" });
    return { favourite: favorited };
  });
}

/** Like a sound, or take the like back, and say which. @param {Track | null} track */
export function toggleLike(track) {
  if (!track || track.unfinished) return;
  const likes = opinionOf(track).vote === 1;
  announce(likes ? t("Like taken back.") : t("Liked."));
  return voteFor(track, likes ? 0 : 1);
}

/**
 * Show a wish, and send it after those before it, so that they arrive in their order; of those that wait only the
 * last is sent. When that fails, what the server said last is shown again.
 * @param {string} kind
 * @param {Track} track
 * @param {Partial<Opinion>} before
 * @param {Partial<Opinion>} wish
 * @param {() => Promise<Partial<Opinion>>} send
 */
async function inTurn(kind, track, before, wish, send) {
  const name = `${kind} ${track.id}`;
  say(track, wish);
  const turn = underWay.get(name);
  if (turn) return void (turn.next = send);
  const mine = { sure: before, next: /** @type {typeof send | null} */ (send) };
  underWay.set(name, mine);
  /** @type {unknown} */ let trouble = null;
  while (mine.next) {
    const now = mine.next;
    mine.next = null;
    try {
      mine.sure = await now();
      trouble = null;
    } catch (error) {
      trouble = error;
    }
  }
  underWay.delete(name);
  say(track, mine.sure);
  if (trouble) notify(trouble instanceof Error ? trouble.message : String(trouble), "error");
}

/** @param {Track} track @param {Partial<Opinion>} part */
function say(track, part) {
  const opinion = { ...opinionOf(track), ...part };
  said.delete(track.id);
  said.set(track.id, opinion);
  if (said.size > MOST_KEPT) said.delete(said.keys().next().value);
  opinions.dispatchEvent(new CustomEvent("change", { detail: track.id }));
}
