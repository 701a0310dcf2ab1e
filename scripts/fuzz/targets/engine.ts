import fc from 'fast-check';
import { paper } from '../../../src/architecture/presets.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { baseLayers } from '../../../src/network/network.ts';
import { schedule } from '../../../src/schedule/schedule.ts';
import { lower } from '../../../src/workload/problem.ts';
import { expectAgreement } from '../../../test/engine/agreement.ts';
import {
  operatorNetwork,
  randomNetwork,
  rawNetwork,
  scheduleCase,
} from '../../../test/reference/random-network.ts';
import { turnsCase } from '../../../test/reference/random-turns.ts';
import { referenceSchedule } from '../../../test/reference/reference.ts';
import { expectSameTurns } from '../../../test/schedule/turns-agreement.ts';
import { checkOf, propertyTarget } from '../property-target.ts';
import { expectSameNumbers } from '../same-numbers.ts';

/** References are slow. */
const READS = 20;

/** Cycles to a result with which times are on both sides of 2^31, where engines count in 64 bits, and of 2^32. */
const nearLimits = fc.oneof(
  fc.integer({ min: 2 ** 30, max: 2 ** 31 - 2 }),
  fc.constantFrom(2 ** 31 - 3, 2 ** 31 - 2, 2 ** 31 - 1, 2 ** 29, 2 ** 27 + 1),
);
const small = fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 10_000 }));

/** The schedule engine against the slow reference: random networks, copies, sets and delays. */
export const engine = propertyTarget(
  'engine',
  {
    operators: checkOf(fc.property(scheduleCase(operatorNetwork()), small, expectAgreement)),
    raw: checkOf(fc.property(scheduleCase(rawNetwork()), small, expectAgreement)),
    'near-limits': checkOf(fc.property(scheduleCase(), nearLimits, expectAgreement)),
    turns: checkOf(fc.property(turnsCase(), expectSameTurns)),
    batches: checkOf(fc.property(scheduleCase(), fc.integer({ min: 2, max: 9 }), batch)),
    growth: checkOf(fc.property(fc.array(scheduleCase(), { minLength: 2, maxLength: 6 }), growth)),
    large: checkOf(fc.property(randomNetwork(), fc.integer({ min: 1, max: 2000 }), large)),
  },
  READS,
);

/** Batches on the schedule of a whole run. */
function batch({ network, copies, granularity }: Parameters<typeof expectAgreement>[0], count: number): void {
  const reference = referenceSchedule(network, copies, granularity, count);
  const { cycles } = schedule(network, paper, {
    ...{ batch: count, duplication: copies, granularity, extraPes: 2 ** 30 },
  });
  expectSameNumbers('cycles', [cycles], [reference.cycles]);
}

/** One engine that loads problem after problem, larger and smaller, finds what a new one finds for each. */
function growth(cases: readonly Parameters<typeof expectAgreement>[0][]): void {
  const used = new Engine();
  for (const { network, copies, granularity } of cases) {
    const problem = lower(network, granularity);
    const finishesOf = (one: Engine) => {
      one.load(problem.words);
      one.schedule(copies);
      return problem.baseLayers.flatMap((layer) => Array.from(one.finishes(layer)));
    };
    expectSameNumbers('finishes', finishesOf(used), finishesOf(new Engine()));
  }
}

/** Maps of many thousand positions, with lists of as many, on which memory grows: in 32 bits as in 64, and more copies than sets. */
function large(network: ReturnType<typeof sized>, factor: number): void {
  const grown = sized(network, factor);
  const problem = lower(grown, 'pixel');
  const copies = baseLayers(grown).map((_, i) => (i % 3 === 0 ? 2 ** 31 - 1 : 1 + ((i * 7) % 50)));
  const finishesOf = (one: Engine) => {
    one.load(problem.words);
    one.schedule(copies);
    return problem.baseLayers.map((layer) => one.finishes(layer));
  };
  const [narrow, wide] = [finishesOf(new Engine()), finishesOf(new Engine({ alwaysWide: true }))];
  for (const [i, finishes] of narrow.entries()) {
    expectSameNumbers(`finishes of base layer ${i}`, finishes, wide[i]!);
  }
}

/** The network with maps that are `factor` times as high; what is read of them by a list is read from the end on. */
function sized(network: Parameters<typeof lower>[0], factor: number): Parameters<typeof lower>[0] {
  const most = Math.max(...network.layers.map(({ shape }) => shape.height * shape.width));
  const times = Math.max(1, Math.min(factor, Math.floor(MAX_POSITIONS / most)));
  const layers = network.layers.map((layer) => ({
    ...layer,
    shape: { ...layer.shape, height: layer.shape.height * times },
    inputs: layer.inputs.map((edge) => {
      const { rows } = edge;
      if (rows.kind !== 'list') return edge;
      const { positions, taps = 1 } = rows;
      const length = layer.shape.height * times * taps;
      const all = Array.from({ length }, (_, i) => positions[i % positions.length]! * (1 + (i % times)));
      return { ...edge, rows: { ...rows, positions: all } };
    }),
  }));
  return { ...network, layers };
}

const MAX_POSITIONS = 100_000;
