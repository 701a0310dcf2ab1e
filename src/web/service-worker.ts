/** Keeps the playground for when there is no network: its own files, all of one version, and nothing else of the site. */

/** Paths of all files of this version, relative to this script; the bundler fills them in. */
declare const PATHS: readonly string[];
/** Of this version. */
declare const REVISION: string;

/** What the types of pages leave out of a service worker. */
interface ServiceWorker {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
}
interface ExtendableEvent {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const worker = globalThis as unknown as ServiceWorker;
const { scope } = worker.registration;
/** Other playgrounds of the same host keep theirs under other names. */
const prefix = `clsa-cim ${scope} `;
const cacheName = prefix + REVISION;
const urls = new Set(PATHS.map((path) => new URL(path, scope).href));

worker.addEventListener('install', (event) => {
  // Past the browser's own cache, which may hold files of another version.
  const requests = [...urls].map((url) => new Request(url, { cache: 'reload' }));
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(requests)));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOthers().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
  const url = event.request.url.replace(/[?#].*$/, '');
  if (event.request.method === 'GET' && urls.has(url)) event.respondWith(kept(url, event.request));
});

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith(prefix) && name !== cacheName);
  await Promise.all(others.map((name) => caches.delete(name)));
}

async function kept(url: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  return (await cache.match(url)) ?? fetch(request);
}
