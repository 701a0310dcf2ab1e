import { paper } from '../src/architecture/presets.ts';
import { optimize } from '../src/optimize/index.ts';
import { percent, type Table, table } from '../src/report/table.ts';
import { zooNetwork } from '../src/zoo/index.ts';

/** How far the best copies that were found are from what no copies go below. */
export interface GapMeasurement {
  readonly name: 'gap';
  readonly network: string;
  readonly extraPes: number;
  readonly greedyCycles: number;
  readonly bestCycles: number;
  readonly boundCycles: number;
  /** Share of the best. */
  readonly gap: number;
  readonly evaluations: number;
  readonly seconds: number;
}

/** Time of one search; of a smoke run. */
const SECONDS = 60;
const QUICK_SECONDS = 0.5;

/** ResNet152 with 32 extra PEs, and every network with 256: the latency at row sets. */
export async function gapBenchmark(networks: readonly string[], quick: boolean): Promise<GapMeasurement[]> {
  const few = networks.includes('resnet152') ? [['resnet152', 32] as const] : [];
  const cases = [...few, ...networks.map((network) => [network, 256] as const)];
  const measured: GapMeasurement[] = [];
  for (const [network, extraPes] of cases) measured.push(await measureGap(network, extraPes, quick));
  return measured;
}

async function measureGap(network: string, extraPes: number, quick: boolean): Promise<GapMeasurement> {
  const start = performance.now();
  const { greedy, best, bound, gap, evaluations } = await optimize(zooNetwork(network), paper, {
    ...{ extraPes, granularity: 'row', maxEvaluations: 1e8, maxSeconds: quick ? QUICK_SECONDS : SECONDS },
  });
  const seconds = (performance.now() - start) / 1e3;
  const cycles = { greedyCycles: greedy.cycles, bestCycles: best.cycles, boundCycles: bound };
  return { name: 'gap', network, extraPes, ...cycles, gap, evaluations, seconds };
}

/** The gaps as a table. */
export function gapTable(measured: readonly GapMeasurement[]): Table {
  const rows = measured.map(({ network, extraPes, greedyCycles, bestCycles, boundCycles, ...rest }) => [
    ...[network, extraPes, greedyCycles, bestCycles, boundCycles, percent(rest.gap)],
    ...[rest.evaluations, rest.seconds.toFixed(1)],
  ]);
  return table(['network', 'extra PEs', 'greedy', 'best', 'bound', 'gap', 'evaluations', 'seconds'], rows);
}
