import { render } from 'preact';
import { App } from './app.tsx';

render(<App />, document.body);

// Only where the page comes from a host is there something to keep; without it all works, but not offline.
if ('serviceWorker' in navigator) {
  addEventListener('load', () => {
    navigator.serviceWorker.register('./service-worker.js').catch(() => {});
  });
}
