/** The worker: takes a task, answers, and has no state but what it keeps to be faster the next time. */
import { useEngine } from '../engine/module.ts';
import { failureOf } from './failure.ts';
import type { FromWorker, Progress, TaskName, Tasks, ToWorker } from './protocol.ts';
import { scheduleTask } from './tasks/schedule.ts';

/** What a task may ask of the page while it runs. */
export interface Contact {
  readonly report: (progress: Progress) => void;
  /** Gives memory of the answer to the page, which is faster than a copy of it; the task has it no longer. */
  readonly handOver: (memory: Iterable<ArrayBuffer>) => void;
  /** Aborted when the user wants what there is. */
  readonly stop: AbortSignal;
}

type Task<Name extends TaskName> = (
  ask: Tasks[Name]['ask'],
  contact: Contact,
) => Promise<Tasks[Name]['answer']>;

/** Only the first is needed at once. */
const tasks: { readonly [Name in TaskName]: Task<Name> } = {
  schedule: scheduleTask,
  simulate: async (ask, contact) => (await import('./tasks/simulate.ts')).simulateTask(ask, contact),
  optimize: async (ask, contact) => (await import('./tasks/optimize.ts')).optimizeTask(ask, contact),
  report: async (ask, contact) => (await import('./tasks/files.ts')).reportTask(ask, contact),
  trace: async (ask, contact) => (await import('./tasks/files.ts')).traceTask(ask, contact),
  drawing: async (ask, contact) => (await import('./tasks/files.ts')).drawingTask(ask, contact),
  sweep: async (ask, contact) => (await import('./tasks/sweep.ts')).sweepTask(ask, contact),
};

/** Progress is told so often. */
const PROGRESS_MS = 100;

const isReady = fetch(new URL('./engine.wasm', import.meta.url))
  .then((response) => response.arrayBuffer())
  .then((bytes) => WebAssembly.compile(bytes))
  .then(useEngine);

let stopping = new AbortController();

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if ('stop' in data) stopping.abort();
  else void run(data.id, data.task, data.ask);
});

async function run<Name extends TaskName>(id: number, name: Name, ask: Tasks[Name]['ask']): Promise<void> {
  stopping = new AbortController();
  let toldAt = performance.now();
  const handedOver = new Set<ArrayBuffer>();
  const contact: Contact = {
    handOver: (memory) => {
      for (const each of memory) handedOver.add(each);
    },
    stop: stopping.signal,
    report: (progress) => {
      const now = performance.now();
      if (now - toldAt < PROGRESS_MS) return;
      toldAt = now;
      send({ id, progress });
    },
  };
  try {
    await isReady;
    const answer = await tasks[name](ask, contact);
    send({ id, told: { answer } }, [...handedOver]);
  } catch (error) {
    send({ id, told: { failure: failureOf(error, name) } });
  }
}

function send(message: FromWorker, handedOver: ArrayBuffer[] = []): void {
  // The types are those of a window, whose function takes a destination.
  (postMessage as (message: FromWorker, handedOver: ArrayBuffer[]) => void)(message, handedOver);
}
