/**
 * Keeps the playground for when there is no network: its own files, all of one version, and when the page has them and asks for
 * it, the documents beside it.
 */

/** Paths of all files of this version, relative to this script; the bundler fills them in. */
declare const PATHS: readonly string[];
/** Of this version. */
declare const REVISION: string;
/** Paths of the documents, likewise; none where there are none. */
declare const DOCUMENTS: readonly string[];
/** Of these documents. */
declare const DOCUMENTS_REVISION: string;

/** What the types of pages leave out of a service worker. */
interface ServiceWorker {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { claim(): Promise<void> };
  addEventListener(
    type: 'install' | 'activate' | 'message',
    listener: (event: ExtendableEvent) => void,
  ): void;
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
const documentsName = `${prefix}documents ${DOCUMENTS_REVISION}`;
const urls = new Set(PATHS.map((path) => new URL(path, scope).href));
const documentUrls = new Set(DOCUMENTS.map((path) => new URL(path, scope).href));

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
  if (event.request.method !== 'GET') return;
  if (urls.has(url)) event.respondWith(kept(cacheName, url, event.request));
  else if (documentUrls.has(url)) event.respondWith(kept(documentsName, url, event.request));
});

// The page is there: now the documents, too.
worker.addEventListener('message', (event) => event.waitUntil(keepDocuments()));

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  const others = names.filter(
    (name) => name.startsWith(prefix) && ![cacheName, documentsName].includes(name),
  );
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** One after the other: nobody waits for them. What cannot be had now is asked for the next time. */
async function keepDocuments(): Promise<void> {
  const cache = await caches.open(documentsName);
  for (const url of documentUrls) {
    if ((await cache.match(url)) === undefined) {
      await cache.add(new Request(url, { cache: 'reload' })).catch(() => {});
    }
  }
}

async function kept(name: string, url: string, request: Request): Promise<Response> {
  const cache = await caches.open(name);
  return (await cache.match(url)) ?? fetch(request);
}
