import { defineConfig } from 'vitest/config';

/** The tests that take minutes, since they start, kill and wait for other processes. */
export default defineConfig({
  test: {
    include: ['test/**/*.slow.test.ts'],
    setupFiles: ['test/engine-file.ts'],
    testTimeout: 120_000,
  },
});
