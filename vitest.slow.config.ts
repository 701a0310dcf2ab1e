import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** The tests that take minutes, since they start, kill and wait for other processes, or drive a browser. */
export default defineConfig({
  test: {
    include: ['test/**/*.slow.test.ts'],
    maxWorkers: Math.max(2, availableParallelism() - 1),
    isolate: false,
    testTimeout: 120_000,
    setupFiles: ['test/engine-file.ts', 'test/seed.ts', 'test/time-limit.ts'],
    provide: { secondsPerFile: 600 },
    slowTestThreshold: 30_000,
  },
});
