import { referenceAnalysis, referenceTimes } from '../test/reference/reference.ts';
import { type Measurement, measureOnce } from './measure.ts';
import { prepare, subject } from './prepare.ts';

/** The network that the smoke run takes: the reference is through with it in a second. */
const QUICK_NETWORK = 'resnet50';

/** The plain TypeScript reference on one network, once each. */
export function referenceBenchmarks(name: string, quick: boolean): Measurement[] {
  if (quick && name !== QUICK_NETWORK) return [];
  return (quick ? (['row'] as const) : (['pixel', 'row'] as const)).flatMap((granularity) => {
    const prepared = prepare(name, granularity);
    const suffix = granularity === 'pixel' ? '' : `-${granularity}`;
    const analysing = measureOnce(subject(`analyse-reference${suffix}`, prepared), () =>
      referenceAnalysis(prepared.network, granularity),
    );
    const scheduling = measureOnce(subject(`schedule-reference${suffix}`, prepared), () =>
      referenceTimes(analysing.result, prepared.copies),
    );
    return [analysing.measurement, scheduling.measurement];
  });
}
