/**
 * Keeps the page's own files for when the server is away, as GET /sw.js lists them.
 * The server is always asked first, and nothing of what it knows is ever kept: no lists, no jobs, no sounds.
 */
const FILES = [];
const VERSION = "";

/** Of the catalogues only that of the page's language is kept. */
const LANGUAGE = new URL(location.href).searchParams.get("words");
const CATALOGUES = "/static/words/";
const KEPT = FILES.filter((path) => !path.startsWith(CATALOGUES) || path === `${CATALOGUES}${LANGUAGE}.json`);

const CACHE = `soundbox-${VERSION}-${LANGUAGE}`;
/** The document of every view, whatever the address says. */
const SHELL = "/generate";
const HAS_SUFFIX = /\.[a-z0-9]+$/i;

addEventListener("install", (event) => event.waitUntil(keepFiles()));
addEventListener("activate", (event) => event.waitUntil(takeOver()));
addEventListener("fetch", (event) => {
  const kept = keptFor(event.request);
  if (kept) event.respondWith(fetch(event.request).catch(async () => (await caches.match(kept)) ?? Response.error()));
});
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.openWindow(event.notification.data.path));
});

/** Address of what may stand in for the answer; null for all that must be fresh. @param {Request} request */
function keptFor({ method, mode, url }) {
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return null;
  if (mode === "navigate") return HAS_SUFFIX.test(pathname) ? null : SHELL;
  return KEPT.includes(pathname) ? pathname : null;
}

async function keepFiles() {
  const cache = await caches.open(CACHE);
  await cache.addAll([SHELL, ...KEPT]);
  await skipWaiting();
}

async function takeOver() {
  const others = (await caches.keys()).filter((name) => name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
  await clients.claim();
}
