import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { type Browser, chromium as driver, type Page } from 'playwright-core';

/** Commands that a Chromium goes by; CHROMIUM names another one. */
const COMMANDS = [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'];

/** For a browser that starts without asking anything, and asks nobody else. */
const FLAGS: readonly string[] = [
  ...['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--disable-quic'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** A browser takes its time on a busy machine. */
export const START_MS = 60_000;

/** The path of the Chromium of this machine, if it has one. */
export const chromium: string | undefined = COMMANDS.flatMap((command) =>
  command === undefined ? [] : pathsOf(command),
).find((path) => spawnSync(path, ['--version']).status === 0);

if (chromium === undefined) {
  console.warn('tests in a browser are skipped: there is no Chromium; install it (apt-get install chromium)');
}

/** A Chromium without a window. */
export function launchChromium(): Promise<Browser> {
  return driver.launch({ executablePath: chromium!, args: [...FLAGS] });
}

/** What a page says from now on: on its console, where its policy refuses something too, and what it throws. */
export function messagesOf(page: Page): string[] {
  const messages: string[] = [];
  page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => messages.push(String(error)));
  return messages;
}

/** Where a command may be: the driver wants a path. */
function pathsOf(command: string): string[] {
  const folders = command.includes('/') ? ['.'] : (process.env.PATH ?? '').split(delimiter);
  return folders
    .map((folder) => (folder === '.' ? resolve(command) : join(folder, command)))
    .filter(existsSync);
}
