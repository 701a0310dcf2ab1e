import { describe, expect, test } from 'vitest';
import { paper } from '../../src/architecture/presets.ts';
import { type MappingOptions, mapEvenIfTooLarge, mapNetwork } from '../../src/map/mapping.ts';
import { peGrid } from '../../src/map/pe-grid.ts';
import type { Layer, Network } from '../../src/network/network.ts';
import { SAME } from '../../src/network/reads.ts';
import { thrownBy } from '../thrown.ts';

/** A base layer of one position. */
function conv(name: string, rows: number, columns: number): Layer {
  const shape = { height: 1, width: 1, channels: columns };
  const inputs = [{ from: 0, rows: SAME, columns: SAME }];
  return { name, op: 'Conv2D', shape, inputs, weights: { rows, columns, groups: 1 } };
}

function networkOf(...layers: readonly Layer[]): Network {
  const image = { name: 'image', op: 'Input', shape: { height: 1, width: 1, channels: 1 }, inputs: [] };
  return { name: 'net', outputs: [layers.length], warnings: [], layers: [image, ...layers] };
}

const { crossbarRows: _, crossbarColumns: __, pes: ___, ...bits } = paper;
const chip = { ...bits, crossbarRows: 1, crossbarColumns: 1 };
const two = {
  ...{ ...bits, name: 'two' },
  crossbars: [
    { name: 'tall', crossbarRows: 10, crossbarColumns: 1, pes: 3 },
    { name: 'flat', crossbarRows: 1, crossbarColumns: 10, pes: 4 },
  ],
};

describe('PEs that are missing', () => {
  test('are figures of the error', () => {
    const network = networkOf(conv('a', 2, 2), conv('b', 3, 1));
    const error = thrownBy(() => mapNetwork(network, chip, { pes: 5 }));
    expect(error).toMatchObject({
      ...{ kind: 'input', code: 'DOES_NOT_FIT' },
      ...{ neededPes: 7, totalPes: 5 },
    });
    expect(error).toMatchObject({ missingPes: [2] });
    expect(error.message).toContain('2 missing; the largest layers are a (4), b (3); give at least 7 PEs');
    const one = thrownBy(() => mapNetwork(networkOf(conv('a', 2, 2)), chip, { pes: 3 }));
    expect(one.message).toContain('; the layer is a (4); ');
  });

  test('do not hinder from looking where they are', () => {
    // Ten weights in a column are one PE of tall ones, ten in a row one of flat ones.
    const tall = networkOf(conv('a', 10, 4), conv('b', 1, 10));
    expect(mapEvenIfTooLarge(tall, two, { duplication: 'none' })).toMatchObject({ totalPes: 7 });
    const copies = (network: Network) =>
      mapEvenIfTooLarge(network, two, { duplication: () => [1] }).layers.map((layer) => layer.copies);
    expect(copies(networkOf(conv('a', 10, 9), conv('b', 1, 10)))).toEqual([1, 1]);
  });
});

describe('more PEs than any chip has', () => {
  const most = 2 ** 40;

  test('are no chip', () => {
    const error = thrownBy(() => mapNetwork(networkOf(conv('a', 2 ** 20, 2 ** 20 + 1)), chip));
    expect(error).toMatchObject({ kind: 'input', code: 'TOO_LARGE' });
    expect(mapNetwork(networkOf(conv('a', 2 ** 20, 2 ** 20)), chip)).toMatchObject({ minimumPes: most });
    // The fewest that a layer may take count, of all crossbars.
    const layer = networkOf(conv('a', 10, most));
    expect(mapEvenIfTooLarge(layer, two)).toMatchObject({ minimumPes: most });
  });

  test.each<[MappingOptions, boolean]>([
    [{ pes: most }, true],
    [{ pes: most + 1 }, false],
    [{ extraPes: most }, true],
    [{ extraPes: most + 1 }, false],
  ])('%j can be asked for: %j', (options, isFine) => {
    const map = () => mapNetwork(networkOf(conv('a', 1, 1)), chip, { ...options, duplication: 'none' });
    if (isFine) expect(map().layers).toHaveLength(1);
    else expect(thrownBy(map)).toMatchObject({ kind: 'usage' });
  });
});

test('what is no network is named, with the function that makes one', () => {
  for (const map of [mapNetwork, mapEvenIfTooLarge]) {
    expect(() => map(undefined as never, paper)).toThrow(/network: .*loadModel/);
  }
});

test('a PE has cells of the values of its columns, of all groups that lie on it', () => {
  const crossbar = { crossbarRows: 10, crossbarColumns: 10 };
  // 12 values in 2 columns each: 24 columns on three PEs.
  const wide = peGrid({ rows: 5, columns: 12, groups: 1 }, 2, crossbar);
  expect([0, 1, 2].map((j) => wide.values(j))).toEqual([5, 5, 2]);
  const odd = peGrid({ rows: 5, columns: 5, groups: 1 }, 3, crossbar);
  expect([0, 1].map((j) => odd.values(j))).toEqual([4, 2]);
  const grouped = peGrid({ rows: 2, columns: 3, groups: 9 }, 1, crossbar);
  expect([grouped.groupsPerPe, grouped.values(0)]).toEqual([3, 9]);
});
