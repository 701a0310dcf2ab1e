import Benchmark from 'benchmark';

/** One result; `--json` prints a list of them as they are. */
export interface Measurement {
  readonly name: string;
  readonly network: string;
  readonly granularity: string;
  /** Sets of all base layers together. */
  readonly sets: number;
  readonly secondsPerRun: number;
  readonly setsPerSecond: number;
  /** Highest memory of the process until then, where that is what is measured. */
  readonly peakBytes?: number;
  /** Of a simulation. */
  readonly events?: number;
  readonly eventsPerSecond?: number;
}

/** What is measured. */
export interface Subject {
  readonly name: string;
  readonly network: string;
  readonly granularity: string;
  readonly sets: number;
}

/** A measurement of something that took `secondsPerRun`. */
export function measurement(subject: Subject, secondsPerRun: number): Measurement {
  return { ...subject, secondsPerRun, setsPerSecond: subject.sets / secondsPerRun };
}

/** Runs `work` again and again for a while and takes the median of the samples. */
export function measure(subject: Subject, work: () => void, quick: boolean): Measurement {
  const benchmark = new Benchmark(subject.name, work, {
    maxTime: quick ? 0.02 : 0.4,
    minSamples: quick ? 1 : 20,
    ...(quick && { minTime: 0.005 }),
  });
  benchmark.run();
  const samples = benchmark.stats.sample.toSorted((a, b) => a - b);
  return measurement(subject, samples[samples.length >> 1] ?? benchmark.stats.mean);
}

/** Runs `work` once. */
export function measureOnce<T>(subject: Subject, work: () => T): { measurement: Measurement; result: T } {
  const start = performance.now();
  const result = work();
  return { measurement: measurement(subject, (performance.now() - start) / 1e3), result };
}
