import { signal } from '@preact/signals';
import type { FromWorker, Progress, TaskName, Tasks, Told, ToWorker } from './protocol.ts';

/** A worker may take so long with what is no longer wanted; then a fresh one takes over. */
const PATIENCE_MS = 500;

interface Question {
  readonly id: number;
  readonly task: TaskName;
  readonly ask: Tasks[TaskName]['ask'];
  readonly answered: (told: Told<Tasks[TaskName]['answer']>) => void;
  readonly sentAt: number;
}

/**
 * A worker that is asked one thing at a time. While it works, only the newest question waits: whoever drags a slider wants the
 * answer to where it is now.
 */
export class Asker {
  /** How far the question is that is being answered; undefined where there is none. */
  readonly progress = signal<Progress | undefined>(undefined);
  #worker: Worker | undefined;
  #asked: Question | undefined;
  #next: Question | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastId = 0;

  /** Asks, instead of whatever waits to be asked. The answer comes unless something newer is asked before. */
  ask<Name extends TaskName>(
    task: Name,
    ask: Tasks[Name]['ask'],
    answered: (told: Told<Tasks[Name]['answer']>) => void,
  ): void {
    this.#lastId += 1;
    const id = this.#lastId;
    // Answers come back to who asked: they are of the same task.
    this.#next = { id, task, ask, answered: answered as Question['answered'], sentAt: performance.now() };
    // Whoever asks in an effect is not to ask again when this changes.
    if (this.progress.peek() === undefined) this.progress.value = { share: 0 };
    if (this.#asked === undefined) this.#askNext();
    else this.#timer ??= setTimeout(() => this.#startAnew(), this.#patience());
  }

  /** Asks the worker to come to an end with what it has. */
  stop(): void {
    this.#send({ stop: true });
  }

  /** Drops all that is asked. */
  drop(): void {
    this.#next = undefined;
    if (this.#asked !== undefined) this.#startAnew();
  }

  #patience(): number {
    return Math.max(0, PATIENCE_MS - (performance.now() - this.#asked!.sentAt));
  }

  #askNext(): void {
    this.#asked = this.#next;
    this.#next = undefined;
    this.progress.value = this.#asked === undefined ? undefined : { share: 0 };
    if (this.#asked === undefined) return;
    const { id, task, ask } = this.#asked;
    this.#asked = { ...this.#asked, sentAt: performance.now() };
    this.#send({ id, task, ask });
  }

  #startAnew(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#askNext();
  }

  #send(message: ToWorker): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message);
  }

  #start(): Worker {
    const worker = startWorker();
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if ('progress' in data) this.progress.value = data.progress;
      else this.#answer(data.told);
    };
    worker.onerror = ({ message }) => {
      worker.terminate();
      this.#worker = undefined;
      const reason = message || 'its files cannot be loaded';
      this.#answer({ failure: { messages: [`the worker has ended: ${reason}`], isBug: true } });
    };
    return worker;
  }

  #answer(told: Told<Tasks[TaskName]['answer']>): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const asked = this.#asked;
    this.#askNext();
    asked?.answered(told);
  }
}

/**
 * A worker under the content security policy of the page: one that is started of a file has that of the file's host, which
 * has none, but one of a blob has that of its maker.
 */
function startWorker(): Worker {
  const script = `import ${JSON.stringify(new URL('./worker.js', import.meta.url).href)};`;
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module' });
  // The browser has fetched it by the time that the worker says something; it is some bytes.
  worker.addEventListener('message', () => URL.revokeObjectURL(url), { once: true });
  return worker;
}
