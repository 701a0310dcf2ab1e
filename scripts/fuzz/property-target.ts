import fc from 'fast-check';
import { Random } from './random.ts';
import type { Target } from './target.ts';

/** What has to hold for whatever is drawn for a seed; what is thrown has the smallest case in it. */
export type Check = (seed: number) => void;

/** A check of one case of a property, which is made smaller where it fails. */
export function checkOf(property: fc.IProperty<unknown>): Check {
  return (seed) => fc.assert(property, { seed, numRuns: 1 });
}

/** A target whose inputs are the name of a check and a seed: what they stand for is drawn, and compared with a reference. */
export function propertyTarget(name: string, checks: Readonly<Record<string, Check>>, reads: number): Target {
  const names = Object.keys(checks);
  return {
    name,
    suffix: '.txt',
    reads,
    corpus: () => names.map((check) => ({ name: check, bytes: new TextEncoder().encode(`${check} 1`) })),
    mutate(seed) {
      const random = new Random(seed);
      return new TextEncoder().encode(`${random.pick(names)} ${random.word() | 0}`);
    },
    without: () => undefined,
    run(bytes) {
      const [check = '', seed = ''] = new TextDecoder().decode(bytes).trim().split(' ');
      const found = checks[check];
      if (found === undefined) throw new Error(`there is no check ${check}`);
      found(Number(seed));
    },
  };
}
