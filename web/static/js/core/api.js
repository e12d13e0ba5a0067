/**
 * Asks the server. Whatever goes wrong arrives as one ApiError with a sentence that can be shown.
 */
import { asSentence } from "./format.js";
import { t, told } from "./words.js";

/** What the server, or the way to it, answered instead of a result. */
export class ApiError extends Error {
  /**
   * @param {string} message  A sentence for a person.
   * @param {number} status  HTTP status; 0 when no answer came.
   * @param {Record<string, string>} fields  What is wrong by field name, for example "must have 3 to 500 characters".
   */
  constructor(message, status, fields = {}) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.fields = fields;
  }
}

/**
 * @param {string} path
 * @param {RequestInit & {query?: Record<string, any>}} [options]
 * @returns {Promise<any>} The JSON of the answer; null when it has none.
 */
export async function request(path, { query, ...options } = {}) {
  let answer;
  try {
    answer = await fetch(path + queryString(query), {
      ...options,
      headers: { Accept: "application/json", ...options.headers },
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(t("Sound Box can't be reached. Is it running?"), 0);
  }
  if (!answer.ok) throw await problem(answer);
  const text = await answer.text();
  return text ? JSON.parse(text) : null;
}

/**
 * @param {string} path
 * @param {unknown} body
 * @param {{headers?: Record<string, string>, signal?: AbortSignal}} [options]
 */
export function post(path, body, { headers, signal } = {}) {
  return request(path, {
    method: "POST",
    body: JSON.stringify(body ?? {}),
    headers: { "Content-Type": "application/json", ...headers },
    signal,
  });
}

/** Whether an error only says that nobody waits for the answer any more. */
export function isAbort(/** @type {any} */ error) {
  return error?.name === "AbortError";
}

/**
 * `?q=rain&page=2`, without what is empty; a list gives its name several times.
 * @param {Record<string, any>} [query]
 */
export function queryString(query = {}) {
  const each = Object.entries(query).flatMap(([key, value]) => [value].flat().map((one) => [key, one]));
  const pairs = each.filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return pairs.length ? `?${new URLSearchParams(pairs.map(([key, value]) => [key, String(value)]))}` : "";
}

/**
 * Read an RFC 9457 problem: {"error": "duration must be …", "errors": [{"field": "duration", "error": "must be …"}]}.
 * @param {Response} answer
 */
async function problem(answer) {
  /** @type {any} */ let body = {};
  try {
    body = await answer.json();
  } catch {
    // A proxy in between answers in HTML: the status is all that it tells.
  }
  /** @type {{field: string, error: string}[]} */
  const wrong = (body.errors ?? []).map(({ field, error }) => ({ field, error: told(error) }));
  const all = wrong.map(({ field, error }) => `${field} ${error}`.trim()).join("; ");
  const sentence = body.error ?? body.detail ?? t("the server answered {status}", { status: String(answer.status) });
  const fields = {};
  for (const { field, error } of wrong) fields[field] ??= error;
  return new ApiError(asSentence(all || told(sentence)), answer.status, fields);
}
