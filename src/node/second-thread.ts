import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type ThreadWork, useSecondThread } from '../simulate/play/second-thread.ts';

/** Files of the command line, in the folder beside that of the thread's. */
const IN_PACKAGE = /\/dist\/src\/command-line\/[\w-]+\.cjs$/;

/** The file that the thread runs, in the package and from files that were built one by one. */
const FILE = new URL(
  IN_PACKAGE.test(import.meta.url) ? '../cli/replay-thread.js' : './replay-thread.js',
  import.meta.url,
);

/** Has explanations play some of their runs in a second thread, where there is a core for it. */
export function useSecondCore(): void {
  if (availableParallelism() > 1 && existsSync(FILE)) useSecondThread(startThread);
}

/** The thread keeps no process from its end. What goes wrong in it is done by the first one. */
function startThread(work: ThreadWork): boolean {
  try {
    const transferList = [work.words, ...work.records].map(({ buffer }) => buffer as ArrayBuffer);
    const thread = new Worker(FILE, { workerData: work, transferList, execArgv: [], stdin: false });
    thread.on('error', () => {});
    thread.unref();
    return true;
  } catch {
    // The system may have no thread left, and whoever runs Node may forbid them.
    return false;
  }
}
