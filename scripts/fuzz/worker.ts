/** The thread that runs inputs: it may hang, or run out of memory. */
import { parentPort, workerData } from 'node:worker_threads';
import '../../src/node/engine-file.ts';
import { cpuMs } from '../../test/cpu-ms.ts';
import { judge } from './judge.ts';
import { limitMs } from './limits.ts';
import type { Answer, Question, Setup } from './protocol.ts';
import { targetOf } from './targets/index.ts';

const { target: name, isWithRealFiles }: Setup = workerData;
const target = targetOf(name);
const corpus = target.corpus(isWithRealFiles);
const answer = (message: Answer) => parentPort!.postMessage(message);

parentPort!.on('message', (question: Question) => {
  const bytes = 'seed' in question ? target.mutate(question.seed, corpus) : question.bytes;
  answer({ limitMs: limitMs(bytes.length, target.reads) });
  const start = cpuMs();
  const verdict = judge((input) => target.run(input), bytes);
  answer({ verdict, ms: cpuMs() - start });
});

// The corpus is there.
parentPort!.postMessage(undefined);
