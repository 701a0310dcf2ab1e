/** Fails a file of tests that takes longer than a person waits for it; vitest runs this in front of each file. */
import { availableParallelism, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { afterAll, inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Seconds that a file may take on an idle machine. */
    readonly secondsPerFile: number;
  }
}

const begin = performance.now();

afterAll(() => {
  const seconds = (performance.now() - begin) / 1000;
  // Where others use the machine, too, a file may take as much longer as there are processes for a core.
  const limit = inject('secondsPerFile') * Math.max(1, loadavg()[0]! / availableParallelism());
  if (seconds <= limit) return;
  throw new Error(
    `these tests took ${seconds.toFixed(0)} s, and ${limit.toFixed(0)} s are allowed; try less, split the file, or name it *.slow.test.ts`,
  );
});
