/** One's playlists: asked for and changed at the server; whoever shows them hears of every change made here. */
import { post, request } from "../core/api.js";

/**
 * @typedef {object} Share
 * @property {string} token
 * @property {string} url
 * @property {string} expires_at
 *
 * @typedef {object} PlaylistEntry
 * @property {string} id
 * @property {string} name
 * @property {string} description
 * @property {boolean} is_smart  A search says what is in it.
 * @property {string | null} query
 * @property {boolean} is_owner
 * @property {Share | null} share
 * @property {number | null} track_count  null for a smart one in a list.
 * @property {boolean | null} [contains]
 * @property {string} updated_at
 *
 * @typedef {PlaylistEntry & {tracks: import("./tracks.js").Track[], duration: number}} Playlist
 */

/** Tells `change` with a playlist's id as its detail. */
export const playlists = new EventTarget();

/** @param {{page?: number, per_page?: number, track_id?: string}} query @param {AbortSignal} [signal] */
export function listPlaylists(query, signal) {
  return request("/api/playlists", { query, signal });
}

/** @param {string} id @param {string} share  Token of a link to somebody else's; "" without one. */
export function playlistOf(id, share = "") {
  return request(address(id), { query: { share } });
}

/** @param {{name: string, description?: string, query?: string, generation_ids?: string[]}} wanted @returns {Promise<Playlist>} */
export function createPlaylist(wanted) {
  return told(post("/api/playlists", wanted));
}

/** @param {string} id @param {{name?: string, description?: string, query?: string}} change @returns {Promise<Playlist>} */
export function changePlaylist(id, change) {
  return told(send("PUT", address(id), change), id);
}

/** @param {string} id @param {string} share @returns {Promise<Playlist>} */
export function copyPlaylist(id, share) {
  return told(request(`${address(id)}/duplicate`, { method: "POST", query: { share } }));
}

/** Lists hear of it; whoever shows it goes elsewhere. @param {string} id */
export function deletePlaylist(id) {
  return told(request(address(id), { method: "DELETE" }));
}

/** @param {string} id @param {string} trackId */
export function addToPlaylist(id, trackId) {
  return told(post(`${address(id)}/tracks`, { generation_id: trackId }), id);
}

/** @param {string} id @param {string[]} trackIds */
export function addAllToPlaylist(id, trackIds) {
  return told(post(`${address(id)}/tracks`, { generation_ids: trackIds }), id);
}

/** @param {string} id @param {string} trackId */
export function removeFromPlaylist(id, trackId) {
  return told(request(`${address(id)}/tracks/${encodeURIComponent(trackId)}`, { method: "DELETE" }), id);
}

/** Put some tracks into another order among the places that they have. @param {string} id @param {string[]} trackIds */
export function reorderPlaylist(id, trackIds) {
  return told(send("PUT", `${address(id)}/reorder`, { track_ids: trackIds }), id);
}

/** @param {string} id @param {number} expires_in_s @returns {Promise<{share: Share | null}>} */
export function sharePlaylist(id, expires_in_s) {
  return told(post(`${address(id)}/share`, { expires_in_s }), id);
}

/** @param {string} id */
export function unsharePlaylist(id) {
  return told(request(`${address(id)}/share`, { method: "DELETE" }), id);
}

/** @param {File} file @returns {Promise<{playlist: Playlist, matched: number, unknown_count: number}>} */
export function importPlaylist(file) {
  return told(request("/api/playlists/import", { method: "POST", body: file }));
}

/** Address of a playlist as a file. @param {string} id @param {"m3u8" | "xspf" | "jspf"} ending @param {string} share */
export function fileAddress(id, ending, share) {
  return `${address(id)}.${ending}${share ? `?share=${encodeURIComponent(share)}` : ""}`;
}

/** @param {string} id */
function address(id) {
  return `/api/playlists/${encodeURIComponent(id)}`;
}

/** @param {string} method @param {string} path @param {unknown} body */
function send(method, path, body) {
  return request(path, { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
}

/** @template {any} T @param {Promise<T>} asked @param {string} [id] */
async function told(asked, id = "") {
  const answer = await asked;
  playlists.dispatchEvent(new CustomEvent("change", { detail: id }));
  return answer;
}
