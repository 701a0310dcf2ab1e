import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/engine-file.ts'],
    // Those that wait for other processes, most of the time: `npm run test:slow`.
    exclude: [...configDefaults.exclude, '**/*.slow.test.ts'],
    // Property tests and child processes take their time on a busy machine.
    testTimeout: 60_000,
  },
});
