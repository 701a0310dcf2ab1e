import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Quick files first: the first test that fails ends the run of a mutant. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // Long ones first, so that workers end together, is what vitest takes.
    return (await super.sort(files)).reverse();
  }
}

/** Tests that `npm run mutation` chooses from, without limits of time: the source in its sandbox is slower. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/*.slow.test.ts'],
    testTimeout: 600_000,
    setupFiles: ['test/engine-file.ts', 'test/seed.ts', 'test/mutation/skip-long.ts'],
    sequence: { sequencer: QuickFirst },
    // A mutant takes a fraction of a second, of which loading modules anew would be most.
    isolate: false,
  },
});
