import type { OnProgress } from '../progress.ts';
import { LINE_MS, span } from './time-left.ts';

/** What takes no longer is not worth a word. */
const QUIET_MS = 2000;
/** On a terminal the same line is written again this often. */
const TERMINAL_MS = 250;
const CLEAR_LINE = '\r\u001b[2K';

/**
 * Does work that may take long. After two seconds a line on standard error says how far it is and how much time is
 * left: on a terminal always the same one, elsewhere a new one now and then.
 *
 * @param what The work in words, such as `simulating`.
 */
export async function inPhase<T>(what: string, work: (onProgress: OnProgress) => T | Promise<T>): Promise<T> {
  const { isTTY } = process.stderr;
  const start = performance.now();
  let next = start + QUIET_MS;
  let isShown = false;
  const onProgress = (share: number) => {
    const now = performance.now();
    if (now < next) return;
    next = now + (isTTY ? TERMINAL_MS : LINE_MS);
    isShown = true;
    const left = share > 0 ? `, ${span(((now - start) / 1000) * (1 / share - 1))} left` : '';
    const line = `clsa-cim: ${what}: ${Math.floor(share * 100)} %${left}`;
    process.stderr.write(isTTY ? `${CLEAR_LINE}${line}` : `${line}\n`);
  };
  try {
    return await work(onProgress);
  } finally {
    if (isShown && isTTY) process.stderr.write(CLEAR_LINE);
  }
}
