import { referenceAnalysis, referenceTimes } from '../test/reference/reference.ts';
import { type Measurement, measureOnce } from './measure.ts';
import { prepare, subject } from './prepare.ts';

/** The plain TypeScript reference on one network, once each; a smoke run leaves out pixel sets. */
export function referenceBenchmarks(name: string, quick: boolean): Measurement[] {
  return (quick ? (['row'] as const) : (['pixel', 'row'] as const)).flatMap((granularity) => {
    const prepared = prepare(name, granularity);
    const suffix = granularity === 'pixel' ? '' : `-${granularity}`;
    const analysis = referenceAnalysis(prepared.network, granularity);
    return [
      measureOnce(subject(`analyse-reference${suffix}`, prepared), () => {
        referenceAnalysis(prepared.network, granularity);
      }),
      measureOnce(subject(`schedule-reference${suffix}`, prepared), () => {
        referenceTimes(analysis, prepared.copies);
      }),
    ];
  });
}
