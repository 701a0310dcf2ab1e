import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

const alone = 'test/**/*.alone.test.ts';

export default defineConfig({
  test: {
    // Of two cores vitest would leave one idle, and the tests would take half as long again.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Property tests and child processes take their time on a busy machine.
    testTimeout: 60_000,
    setupFiles: ['test/engine-file.ts', 'test/seed.ts', 'test/time-limit.ts'],
    provide: { secondsPerFile: 180 },
    // Reports show the tests that take longer, one by one.
    slowTestThreshold: 5_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          // Those that wait for other processes, most of the time: `npm run test:slow`.
          exclude: [...configDefaults.exclude, '**/*.slow.test.ts', alone],
          // A third of the time went to importing the same modules for each file.
          isolate: false,
        },
      },
      // Those that put spies in place of modules, or look at the memory of their process.
      { extends: true, test: { name: 'alone', include: [alone] } },
    ],
    coverage: {
      provider: 'v8',
      // The engine is Wasm, of which V8 counts nothing; command lines and workers are processes of their own.
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
      reportsDirectory: 'build/coverage',
    },
  },
});
