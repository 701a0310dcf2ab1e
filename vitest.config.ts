import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Those that wait for other processes, most of the time: `npm run test:slow`.
    exclude: [...configDefaults.exclude, '**/*.slow.test.ts'],
    // Of two cores vitest would leave one idle, and the tests would take more than ten minutes.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Property tests and child processes take their time on a busy machine.
    testTimeout: 60_000,
    setupFiles: ['test/engine-file.ts', 'test/time-limit.ts'],
    provide: { secondsPerFile: 180 },
    // Reports show the tests that take longer, one by one.
    slowTestThreshold: 5_000,
    coverage: {
      provider: 'v8',
      // The engine is Wasm, of which V8 counts nothing; command lines and workers are processes of their own.
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
      reportsDirectory: 'build/coverage',
    },
  },
});
