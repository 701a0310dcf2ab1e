import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { cpuMs } from '../../test/cpu-ms.ts';
import type { Finding, Verdict } from './judge.ts';
import { LIMIT_BYTES, STACK_MIB } from './limits.ts';
import type { Answer, Question, Setup } from './protocol.ts';

/** So often memory and time are looked at. */
const LOOK_MS = 20;

/** Beyond so many times its limit an input is not waited for. */
const PATIENCE = 2;

/** How often an input that took too long is run again, since the machine may be busy. */
const TRIALS = 3;

/** Runs inputs in a thread of their own, with limits of time and memory. */
export class Guard {
  readonly #setup: Setup;
  #worker: Worker | undefined;

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  /** Runs an input; where it takes too long, again, to be sure. */
  async run(question: Question): Promise<Verdict> {
    let verdict = await this.#once(question);
    for (let i = 1; i < TRIALS && isLate(verdict); i++) verdict = await this.#once(question);
    return verdict;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  async #once(question: Question): Promise<Verdict> {
    const worker = await this.#started();
    const verdict = await asked(worker, question);
    if (typeof verdict === 'object' && ['memory', 'hang', 'crash'].includes(verdict.kind)) await this.close();
    return verdict;
  }

  async #started(): Promise<Worker> {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: this.#setup,
      resourceLimits: { maxOldGenerationSizeMb: LIMIT_BYTES / 2 ** 20, stackSizeMb: STACK_MIB },
    });
    await once(worker, 'message');
    this.#worker = worker;
    return worker;
  }
}

/** Asks a thread, and looks at it until it has answered or gone beyond its limits. */
function asked(worker: Worker, question: Question): Promise<Verdict> {
  return new Promise((resolve) => {
    let [begin, limit] = [cpuMs(), Number.POSITIVE_INFINITY];
    const rest = process.memoryUsage.rss();
    const end = (verdict: Verdict) => {
      clearInterval(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      resolve(verdict);
    };
    const onMessage = (answer: Answer) => {
      if ('limitMs' in answer) [begin, limit] = [cpuMs(), answer.limitMs];
      else end(timed(answer, limit));
    };
    const onError = (error: NodeJS.ErrnoException) => {
      const kind = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crash';
      end({ kind, what: error.stack ?? error.message });
    };
    const onExit = (code: number) => end({ kind: 'crash', what: `the thread ended with ${code}` });
    const timer = setInterval(() => {
      const grown = process.memoryUsage.rss() - rest;
      if (grown > LIMIT_BYTES) end({ kind: 'memory', what: `took ${Math.round(grown / 2 ** 20)} MiB` });
      else if (cpuMs() - begin > PATIENCE * limit) end({ kind: 'hang', what: 'came to no end' });
    }, LOOK_MS);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(question);
  });
}

function timed({ verdict, ms }: Extract<Answer, { verdict: Verdict }>, limit: number): Verdict {
  if (typeof verdict === 'object' || ms <= limit) return verdict;
  return { kind: 'slow', what: `took ${Math.round(ms)} ms, and ${Math.round(limit)} ms are allowed` };
}

function isLate(verdict: Verdict): verdict is Finding {
  return typeof verdict === 'object' && (verdict.kind === 'slow' || verdict.kind === 'hang');
}
