import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Property tests and child processes take their time on a busy machine.
    testTimeout: 60_000,
  },
});
