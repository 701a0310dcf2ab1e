import { Engine } from '../src/engine/engine.ts';
import { lower } from '../src/workload/problem.ts';
import { type Measurement, measureOnce } from './measure.ts';
import { prepare, subject } from './prepare.ts';

/** A frame of 8K at 16:10. */
const FRAME = { height: 5120, width: 8192 };

/**
 * More than 10^8 sets in one cold run, from the network to its cycles (lowering, analysis, schedule, and the
 * memory that all of it takes for the first time): YOLOv3 at pixel sets on a frame of 8K.
 */
export function largeBenchmark(quick: boolean): Measurement {
  const prepared = prepare('yolov3', 'pixel', quick ? {} : FRAME);
  const { measurement } = measureOnce(subject(quick ? 'large-smoke' : 'large', prepared), () => {
    const engine = new Engine();
    engine.load(lower(prepared.network, 'pixel').words);
    engine.schedule(prepared.copies);
  });
  return { ...measurement, peakBytes: process.resourceUsage().maxRSS * 1024 };
}
