// Keeps the page with all questions for where there is no signal, and nothing else.

const store = 'candela-tell-1';
const shell = [
  // SHELL
];

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(store)
      .then((cache) => cache.addAll(shell))
      .then(() => self.skipWaiting())
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener('message', (event) => {
  const { keep, forget } = event.data;
  event.waitUntil(
    caches.open(store).then(async (cache) => {
      if (forget) await cache.delete(forget);
      if (!keep) return;
      const page = await fetch(keep, { credentials: 'same-origin' });
      if (page.ok) await cache.put(keep, page);
    })
  );
});

self.addEventListener('fetch', (event) => {
  const asked = event.request;
  if (asked.method !== 'GET' || asked.headers.has('X-Fresh')) return;
  const path = new URL(asked.url).pathname;
  if (!path.endsWith('/offline/') && !shell.includes(path)) return;
  event.respondWith(
    fetch(asked).catch(async () => (await caches.match(asked.url)) ?? Response.error())
  );
});
