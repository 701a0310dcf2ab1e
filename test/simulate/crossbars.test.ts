import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { paper } from '../../src/architecture/presets.ts';
import { mapNetwork } from '../../src/map/mapping.ts';
import { readArchitecture } from '../../src/node/architecture.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { buildGraph } from '../../src/simulate/build-graph.ts';
import { simulate } from '../../src/simulate/index.ts';
import { zooNetwork } from '../../src/zoo/index.ts';

const network = zooNetwork('tinyyolov4');
const { chip, ...two } = readArchitecture('docs/examples/two-crossbars.yaml');
const onTiles: Architecture = { ...two, ...(chip === undefined ? {} : { chip }) };

describe('crossbars of two sizes', () => {
  test.each(['xinf', 'lbl'] as const)(
    'take as long as the schedule where movement is free: %s',
    (scheduling) => {
      const options = { scheduling, granularity: 'row' } as const;
      expect(simulate(network, two, options).cycles).toBe(schedule(network, two, options).cycles);
    },
  );

  test('are simulated on tiles', () => {
    const result = simulate(network, onTiles, { granularity: 'row', duplication: 'greedy' });
    expect(result.cycles).toBeGreaterThan(result.idealCycles);
    expect(result.idealCycles).toBe(140 * schedule(network, onTiles, { granularity: 'row' }).cycles);
  });

  test('send partial sums of the columns of their crossbars', () => {
    const mapping = mapNetwork(network, onTiles);
    const { nodes } = buildGraph(network, mapping, onTiles, { granularity: 'row' });
    const seen = new Set<number>();
    for (const { layer, crossbar } of mapping.layers) {
      const { copies } = nodes.find((node) => node.layer === layer)!;
      const { columns } = network.layers[layer]!.weights!;
      for (const { tiles, partialBitsPerPixel } of copies) {
        expect(new Set(tiles).size).toBe(tiles.length);
        if (tiles.length > 1) seen.add(crossbar);
        for (const bits of partialBitsPerPixel) {
          expect(bits).toBeLessThanOrEqual(32 * columns);
          // Whole column blocks but the last one.
          const width = crossbar === 0 ? 256 : 64;
          expect([0, columns % width]).toContain((bits / 32) % width);
        }
      }
    }
    expect(seen).toEqual(new Set([0, 1]));
  });

  test('of the same size, and all in use, are those of a plain chip', () => {
    const { crossbarRows, crossbarColumns, pes, ...bits } = paper;
    const side = { crossbarRows: 256, crossbarColumns: 256 };
    const one: Architecture = { ...bits, name: 'paper', crossbars: [{ name: 'all', ...side, pes: 149 }] };
    expect(schedule(network, one)).toEqual(schedule(network, paper, { pes: 149 }));
  });
});
