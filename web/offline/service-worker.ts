/**
 * Keeps the built page on the device, so that it works without a network after the first visit.
 *
 * The build writes the list of its files, and a name made of their content, into this script (see `vite.config.ts`). Files
 * below `assets/` never change under their name: they come from the store. The page itself comes from the network when
 * there is one, so that a new build is seen at the next visit. A new version waits until the pages of the old one are
 * closed, because these may still ask for files of theirs.
 */
export {};

declare const self: ServiceWorkerGlobalScope;
/** Set by the build. */
declare const PRECACHE: { readonly version: string; readonly files: readonly string[] };

const PREFIX = "headroom ";
const STORE = `${PREFIX}${PRECACHE.version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || isForeign(new URL(request.url))) return;
  event.respondWith(request.mode === "navigate" ? fromNetworkFirst(request) : fromStoreFirst(request));
});

/** What is not of this page: other origins, the board beside it, and what a server does, which is never what it did before. */
function isForeign({ origin, href }: URL): boolean {
  return origin !== self.location.origin || ["api/", "board"].some((path) => href.startsWith(new URL(path, self.registration.scope).href));
}

async function keepAll(): Promise<void> {
  const store = await caches.open(STORE);
  await store.addAll(PRECACHE.files.map((file) => new Request(file, { cache: "no-cache" })));
}

async function takeOver(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== STORE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function fromStoreFirst(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function fromNetworkFirst(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match("./", { ignoreVary: true });
    if (kept === undefined) throw error;
    return kept;
  }
}
