import { Engine } from '../src/engine/engine.ts';
import { type Table, table } from '../src/report/table.ts';
import { lower } from '../src/workload/problem.ts';
import { type Measurement, measure } from './measure.ts';
import { prepare, subject } from './prepare.ts';
import { fitted } from './scaling/fit.ts';

const NETWORKS = ['yolov3', 'resnet50'];
/** Sides of square images, in pixels. */
const SIDES = [256, 512, 1024, 2048, 4096, 8192];
const QUICK_SIDES = [64, 128];

/** Stages III and IV at pixel sets with 32 extra PEs where nobody asks for the times of sets, over the size of the image. */
export function growthBenchmarks(quick: boolean): Measurement[] {
  return NETWORKS.flatMap((name) =>
    (quick ? QUICK_SIDES : SIDES).map((side) => {
      const prepared = prepare(name, 'pixel', { height: side, width: side });
      const engine = new Engine();
      engine.load(lower(prepared.network, 'pixel').words);
      engine.schedule(prepared.copies);
      const measured = measure(subject('growth', prepared), () => engine.reschedule(), quick);
      engine.dispose();
      return measured;
    }),
  );
}

/** The times, and with the largest image of a network the exponent of sets over all its images. */
export function growthTable(measured: readonly Measurement[]): Table {
  const rows = measured.map(({ network, sets, secondsPerRun }, i) => {
    const isLast = measured[i + 1]?.network !== network;
    const runs = measured.filter((other) => other.network === network);
    const points = runs.map((run) => ({ count: run.sets, value: run.secondsPerRun }));
    const exponent = isLast ? fitted(points, 0, Number.POSITIVE_INFINITY)?.exponent.toFixed(2) : undefined;
    return [network, sets, (secondsPerRun * 1e6).toFixed(1), exponent ?? ''];
  });
  return table(['schedule of', 'sets', 'µs per run', 'exponent'], rows);
}
