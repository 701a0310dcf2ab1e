import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../../src/architecture/architecture.ts';
import type { Chip } from '../../../src/architecture/chip.ts';
import { findPreset, paper } from '../../../src/architecture/presets.ts';
import { ClsaCimError } from '../../../src/errors.ts';
import { type Mapping, mapNetwork } from '../../../src/map/mapping.ts';
import type { Network } from '../../../src/network/network.ts';
import { buildGraph, type GraphOptions } from '../../../src/simulate/build-graph.ts';
import { optimisedPlacement } from '../../../src/simulate/optimised-placement.ts';
import { bitHops } from '../../../src/simulate/placement/cost.ts';
import { alongTiles, type Placement, snake, snakeOrder } from '../../../src/simulate/placement/placement.ts';
import { simulateGraph } from '../../../src/simulate/play/engine.ts';
import { simulate } from '../../../src/simulate/simulate.ts';
import { zooNetwork } from '../../../src/zoo/index.ts';
import { cpuMs } from '../../cpu-ms.ts';
import { operatorNetwork, rawNetwork, scheduleCase } from '../../reference/random-network.ts';

/** A network on a chip, and how it runs there. */
interface Case {
  readonly network: Network;
  readonly mapping: Mapping;
  readonly architecture: Architecture;
  readonly options: GraphOptions;
}

const graphOf = ({ network, mapping, architecture, options }: Case, placement?: GraphOptions['placement']) =>
  buildGraph(network, mapping, architecture, { ...options, placement });

/** Tiles for all PEs as a mesh or as a ring with short cuts, of links both ways. */
function chipFor(pes: number, pesPerTile: number, columns: number, hasLinks: boolean): Chip {
  const tiles = Math.max(2, Math.ceil((pes * 1.3) / pesPerTile));
  if (!hasLinks) return { meshRows: Math.ceil(tiles / columns), meshColumns: columns, pesPerTile };
  const pairs = Array.from({ length: tiles }, (_, i): [number, number][] => [
    [i, (i + 1) % tiles],
    [i, (i + columns) % tiles],
  ]).flat();
  const both = pairs.flatMap(([a, b]): [number, number][] => [
    [a, b],
    [b, a],
  ]);
  return { links: both.filter(([a, b]) => a !== b), pesPerTile };
}

/** Small crossbars, so that copies take several tiles. */
function randomCase(networks: fc.Arbitrary<Network>): fc.Arbitrary<Case> {
  return fc
    .record({
      drawn: scheduleCase(networks),
      size: fc.constantFrom(2, 4, 16, 256),
      pesPerTile: fc.integer({ min: 1, max: 12 }),
      columns: fc.integer({ min: 1, max: 5 }),
      hasLinks: fc.boolean(),
      batch: fc.integer({ min: 1, max: 3 }),
      hasPort: fc.boolean(),
      lbl: fc.boolean(),
    })
    .map(({ drawn: { network, copies, granularity }, size, pesPerTile, columns, ...rest }) => {
      const most = copies.map((count) => Math.min(count, 20));
      const array = { ...paper, crossbarRows: size, crossbarColumns: size };
      const mapping = mapNetwork(network, array, { duplication: most, extraPes: 2 ** 30 });
      const perTile = Math.max(pesPerTile, Math.ceil(mapping.usedPes / 40));
      const chip = {
        ...chipFor(mapping.usedPes, perTile, columns, rest.hasLinks),
        ...(rest.hasPort && { offChipBitsPerCycle: 7, offChipTile: 1 }),
      };
      const scheduling = rest.lbl ? ('lbl' as const) : ('xinf' as const);
      const options = { granularity, scheduling, batch: rest.batch };
      return {
        network,
        mapping: { ...mapping, totalPes: mapping.usedPes },
        architecture: { ...array, chip },
        options,
      };
    })
    .filter(({ architecture: { chip } }) => (chip.meshRows ?? 2) * (chip.meshColumns ?? 2) > 1);
}

test.each([
  ['operators', operatorNetwork()],
  ['any reads', rawNetwork()],
])(
  'on random networks (%s) bits x links are those of the simulation, and optimised never more than those of the snake',
  (_, networks) => {
    fc.assert(
      fc.property(randomCase(networks), (drawn) => {
        const alongSnake = graphOf(drawn);
        const onLinks = simulateGraph(alongSnake).links.reduce((sum, { bits }) => sum + bits, 0);
        expect(bitHops(alongSnake)).toBe(onLinks);
        const { network, mapping, architecture, options } = drawn;
        const order = optimisedPlacement(network, mapping, architecture, options);
        const { chip } = alongSnake;
        expect(order.toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: chip.tiles }, (_, tile) => tile),
        );
        const optimised = bitHops(graphOf(drawn, 'optimised'));
        expect(optimised).toBeLessThanOrEqual(onLinks);
        expect(optimised).toBe(bitHops(graphOf(drawn, order)));
      }),
      { numRuns: 60 },
    );
  },
);

test('on four tiles nothing is better', () => {
  fc.assert(
    fc.property(randomCase(operatorNetwork()), (drawn) => {
      const pesPerTile = Math.ceil(drawn.mapping.usedPes / 3);
      const chip = { meshRows: 2, meshColumns: 2, pesPerTile, offChipBitsPerCycle: 8 };
      const small = { ...drawn, architecture: { ...drawn.architecture, chip } };
      const all = permutations([0, 1, 2, 3]).map((order) => bitHops(graphOf(small, order)));
      expect(bitHops(graphOf(small, 'optimised'))).toBe(Math.min(...all));
    }),
    { numRuns: 15 },
  );
});

function permutations(list: readonly number[]): number[][] {
  if (list.length === 0) return [[]];
  return list.flatMap((first) =>
    permutations(list.filter((other) => other !== first)).map((rest) => [first, ...rest]),
  );
}

describe('ResNet50 on a mesh of 12 x 14', () => {
  const network = zooNetwork('resnet50');
  const isaac = findPreset('isaac')!;
  const mapping = mapNetwork(network, isaac);

  test('has far fewer bits on links in a few seconds at the most, the same every time', () => {
    const times = [1, 2].map(() => {
      const before = cpuMs();
      optimisedPlacement(network, mapping, isaac);
      return cpuMs() - before;
    });
    // About 3 s.
    expect(Math.min(...times)).toBeLessThan(8000);
    const order = optimisedPlacement(network, mapping, isaac);
    expect(order).toEqual(optimisedPlacement(network, mapping, isaac, { seed: 1 }));
    const cost = (placement: GraphOptions['placement']) =>
      bitHops(buildGraph(network, mapping, isaac, { placement }));
    const found = cost(order);
    expect(found).toBeLessThan(0.75 * cost('snake'));
    expect(cost('optimised')).toBe(found);
    expect(optimisedPlacement(network, mapping, isaac, { seed: 2 })).not.toEqual(order);
  });
});

describe('a simulation', () => {
  const network = zooNetwork('tinyyolov4');
  const mesh = { meshRows: 5, meshColumns: 6, pesPerTile: 8, linkBitsPerCycle: 64, offChipBitsPerCycle: 64 };
  const architecture = { ...paper, chip: mesh };
  const run = (placement?: GraphOptions['placement'], chip: Chip | undefined = mesh) =>
    simulate(network, chip === undefined ? paper : { ...paper, chip }, {
      ...{ extraPes: 32, duplication: 'greedy', granularity: 'row', placement },
    });

  test('says how many bits went over how many links', () => {
    const mapping = mapNetwork(network, architecture, { extraPes: 32 });
    const graph = buildGraph(network, mapping, architecture, { granularity: 'row' });
    const { bitHops: there, links } = run();
    expect(there).toBe(bitHops(graph));
    expect(there).toBe(links.reduce((sum, { bits }) => sum + bits, 0));
    expect(run('optimised').bitHops).toBeLessThan(there);
  });

  test('takes names, orders and functions', () => {
    const tiles = { tiles: 30, meshColumns: 6 };
    const expected = run();
    expect(run('snake')).toEqual(expected);
    expect(run(snakeOrder(tiles))).toEqual(expected);
    expect(run(snake)).toEqual(expected);
    const backwards = snakeOrder(tiles).reverse();
    const own: Placement = (layers, chip) => alongTiles(backwards)(layers, chip);
    expect(run(own)).toEqual(run(backwards));
    expect(run(own).bitHops).not.toBe(expected.bitHops);
  });

  test('on one tile has nothing to place', () => {
    const free = simulate(network, paper);
    expect(free.bitHops).toBe(0);
    expect(simulate(network, paper, { placement: 'optimised' })).toEqual(free);
    expect(optimisedPlacement(network, mapNetwork(network, paper), paper)).toEqual([0]);
  });

  test('refuses a name that nobody knows', () => {
    const name: string = 'optimized';
    // @ts-expect-error what JavaScript may pass
    const wrong = () => run(name);
    expect(wrong).toThrow(ClsaCimError);
    expect(wrong).toThrow('no placement is called "optimized"; did you mean "optimised"?');
  });

  test('refuses orders that do not fit', () => {
    expect(() => run([0, 30])).toThrow('the placement: entry 1: 30 is no tile; tiles are 0 to 29');
    expect(() => run([3])).toThrow(/^chip: the mapping uses 149 PEs, and 1 tiles of 8 have 8: 141 missing/);
  });
});
