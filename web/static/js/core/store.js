/**
 * What the whole page knows. One object, replaced in part by set(), watched by whoever shows it.
 *
 * @typedef {"connecting" | "live" | "polling"} Connection
 * @typedef {object} Job  A job view of the API, plus `cancelling` while a cancellation is on its way.
 * @property {string} id
 * @property {string} status queued | processing | cancelling | completed | failed | cancelled | deleted
 * @property {string} phase
 * @property {string} progress  A sentence for a person.
 * @property {number | null} progress_pct
 * @property {number | null} position
 * @property {boolean} [can_listen]  Whether it can be heard already, while it is made.
 * @property {number} attempt
 * @property {string} prompt
 * @property {"music" | "audio"} model
 * @property {number} duration
 * @property {boolean} [loop]
 * @property {number | null} seed
 * @property {string | null} error
 * @property {string[]} [quality_issues]
 * @property {string} created_at
 *
 * @typedef {object} QueueEntry  A running or waiting job, anybody's.
 * @property {string} id
 * @property {string} status queued | processing | cancelling
 * @property {string} prompt  Of other people's only the beginning.
 * @property {"music" | "audio"} model
 * @property {number} duration
 * @property {string} priority  The tier of who asked.
 * @property {number | null} position
 * @property {string} progress
 * @property {number} progress_pct
 * @property {string} created
 * @property {boolean} is_mine
 * @property {boolean} may_cancel
 *
 * @typedef {object} State
 * @property {Connection} connection
 * @property {Job[]} jobs  The caller's own jobs, newest first.
 * @property {boolean} jobsKnown  Whether the server has told of them yet.
 * @property {any} status  As GET /status, or null.
 * @property {{queue_length: number, total: number, jobs: QueueEntry[]} | null} queue  As GET /queue-status.
 * @property {string | null} tier  The caller's.
 * @property {boolean} signedIn  Whether the caller signed in with a token.
 * @property {{text: string, shown: string | import("./dom.js").Child[], kind: "info" | "error", key: number, action?: {label: string, does: () => unknown, for_ms: number}}[]} notices
 * @property {"system" | "light" | "dark"} theme
 * @property {string | null} userId  Who looks at the page, once the server has told.
 */

class Store {
  /** @type {Set<(state: State) => void>} */
  #watchers = new Set();

  /** @param {State} state */
  constructor(state) {
    this.state = state;
  }

  /** @param {Partial<State>} patch */
  set(patch) {
    this.state = { ...this.state, ...patch };
    for (const watcher of [...this.#watchers]) watcher(this.state);
  }

  /**
   * Call `react` now, and again whenever what `select` picks is another value.
   * @template T
   * @param {(state: State) => T} select
   * @param {(value: T) => void} react
   * @param {AbortSignal} signal  Ends it.
   */
  watch(select, react, signal) {
    let seen = select(this.state);
    const watcher = (/** @type {State} */ state) => {
      const value = select(state);
      if (Object.is(value, seen)) return;
      seen = value;
      react(value);
    };
    this.#watchers.add(watcher);
    signal.addEventListener("abort", () => this.#watchers.delete(watcher), { once: true });
    react(seen);
  }
}

export const store = new Store({
  connection: "connecting",
  jobs: [],
  jobsKnown: false,
  status: null,
  queue: null,
  tier: null,
  signedIn: false,
  notices: [],
  theme: "system",
  userId: null,
});
