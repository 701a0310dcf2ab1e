import { render } from 'preact';
import { App } from './app.tsx';

render(<App />, document.body);

// Only where the page comes from a host is there something to keep; without it all works, but not offline.
if ('serviceWorker' in navigator) {
  addEventListener('load', () => {
    keepOffline().catch(() => {});
  });
}

/** Has the files of the page kept, and when they are, the documents. */
async function keepOffline(): Promise<void> {
  await navigator.serviceWorker.register('./service-worker.js');
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage('documents');
}
