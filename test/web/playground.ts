import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchChromium } from '../browser/chromium.ts';
import { root } from '../docs/documents.ts';

export { chromium as executablePath, START_MS } from '../browser/chromium.ts';

/** Where the site is served: as many hosts do, in a folder. */
const FOLDER = '/some/folder/';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** The playground, built and served, and a browser for it. */
export class Playground {
  /** Folder of the built files. */
  readonly folder: string;
  readonly url: string;
  /** All that pages said on their consoles, and what was thrown. */
  readonly messages: string[] = [];
  readonly #server: Server;
  readonly #browser: Browser;

  private constructor(folder: string, server: Server, browser: Browser) {
    this.folder = folder;
    this.#server = server;
    this.#browser = browser;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${FOLDER}`;
  }

  /** @param documents Texts of documents that lie beside it, by their paths. */
  static async start(documents: Readonly<Record<string, string>> = {}): Promise<Playground> {
    const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-web-'));
    for (const [path, text] of Object.entries(documents)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    execFileSync(process.execPath, [join(root, 'build/scripts/build-web.js'), folder]);
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const path = join(folder, pathname.replace(FOLDER, '').replace(/^$|\/$/, '$&index.html'));
      if (!pathname.startsWith(FOLDER) || !existsSync(path)) response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': TYPES[extname(path)] }).end(readFileSync(path));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const browser = await launchChromium();
    return new Playground(folder, server, browser);
  }

  /** A page that has computed what it begins with. */
  async open(hash = '', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext(options);
    const page = await context.newPage();
    page.on('console', (message) => this.messages.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.messages.push(String(error)));
    await page.goto(this.url + hash);
    await settled(page);
    return page;
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Resolves once the page has answered what was asked last. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector('.figures[aria-busy="false"], #failures li');
}

/** A figure of the page, as the number that it stands for. */
export async function figure(page: Page, key: string, index = 0): Promise<number> {
  return Number(await page.locator(`[data-figure="${key}"]`).nth(index).getAttribute('data-value'));
}

/** Holds the figures of the page against those of a schedule, as soon as it has them. */
export async function expectFigures(page: Page, expected: Readonly<Record<string, unknown>>, index = 0) {
  await expect
    .poll(
      async () =>
        Object.fromEntries(
          await Promise.all(Object.keys(expected).map(async (key) => [key, await figure(page, key, index)])),
        ),
      { timeout: 20_000 },
    )
    .toEqual(expected);
}
