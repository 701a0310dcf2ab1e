import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, launchChromium } from '../browser/chromium.ts';

export { chromium };

/** The files of a web page by their paths, each with its type. */
export type Page = Readonly<Record<string, { readonly type: string; readonly content: string | Uint8Array }>>;

/**
 * Opens a page of these files in a Chromium without a window, and waits for what it posts to `/result`.
 *
 * @throws Error where the browser ends before.
 */
export async function resultOf(page: Page): Promise<string> {
  let told: (result: string) => void = () => {};
  const result = new Promise<string>((resolve) => {
    told = resolve;
  });
  const server = createServer((request, response) => {
    if (request.url === '/result') void bodyOf(request).then(told);
    serve(page, request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const browser = await launchChromium();
  try {
    const { port } = server.address() as AddressInfo;
    const ended = new Promise<never>((_, reject) => {
      browser.on('disconnected', () => reject(new Error('the browser has ended')));
    });
    const opened = await browser.newPage();
    await opened.goto(`http://127.0.0.1:${port}/`);
    return await Promise.race([result, ended]);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

function serve(page: Page, request: IncomingMessage, response: ServerResponse): void {
  const file = page[request.url ?? ''];
  if (file === undefined) response.writeHead(404).end();
  else response.writeHead(200, { 'content-type': file.type }).end(file.content);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}
