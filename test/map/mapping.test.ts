import { describe, expect, test } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture.ts';
import { paper } from '../../src/architecture/presets.ts';
import { ClsaCimError } from '../../src/errors.ts';
import { type MappingOptions, mapNetwork } from '../../src/map/mapping.ts';
import type { Layer, Network } from '../../src/network/network.ts';
import { SAME } from '../../src/network/reads.ts';
import { zoo, zooNetwork } from '../../src/zoo/index.ts';

function conv(name: string, from: number, side: number, rows: number, columns: number): Layer {
  const shape = { height: side, width: side, channels: columns };
  const inputs = [{ from, rows: SAME, columns: SAME }];
  return { name, op: 'Conv2D', shape, inputs, weights: { rows, columns, groups: 1 } };
}

/** Three base layers of 1, 4 and 2 PEs with 64, 16 and 16 MVMs; the first layer is the input. */
const network: Network = {
  name: 'small',
  outputs: [4],
  warnings: [],
  layers: [
    { name: 'image', op: 'Input', shape: { height: 8, width: 8, channels: 3 }, inputs: [] },
    conv('first', 0, 8, 27, 64),
    { name: 'relu', op: 'Relu', shape: { height: 8, width: 8, channels: 64 }, inputs: [] },
    conv('wide', 2, 4, 500, 512),
    conv('last', 3, 4, 512, 10),
  ],
};

function errorOf(options: MappingOptions, architecture: Architecture = paper, what = network): ClsaCimError {
  try {
    mapNetwork(what, architecture, options);
  } catch (error) {
    if (!(error instanceof ClsaCimError)) throw error;
    expect(error.message).not.toMatch(/[\r\n]/);
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('mapNetwork', () => {
  test('takes one copy of every base layer where there are no more PEs', () => {
    expect(mapNetwork(network, paper)).toEqual({
      layers: [
        { layer: 1, name: 'first', mvms: 64, pesPerCopy: 1, copies: 1, crossbar: 0 },
        { layer: 3, name: 'wide', mvms: 16, pesPerCopy: 4, copies: 1, crossbar: 0 },
        { layer: 4, name: 'last', mvms: 16, pesPerCopy: 2, copies: 1, crossbar: 0 },
      ],
      minimumPes: 7,
      totalPes: 7,
      usedPes: 7,
    });
  });

  test('takes pes, extraPes or the PEs of the architecture', () => {
    const totals = (options: MappingOptions, architecture = paper) => {
      const { totalPes, usedPes } = mapNetwork(network, architecture, options);
      return [totalPes, usedPes];
    };
    expect(totals({ pes: 20 })).toEqual([20, 20]);
    expect(totals({ extraPes: 3 })).toEqual([10, 10]);
    expect(totals({}, { ...paper, pes: 100 })).toEqual([100, 100]);
    expect(totals({ duplication: 'none' }, { ...paper, pes: 100 })).toEqual([100, 7]);
    expect(totals({ pes: 9 }, { ...paper, pes: 100 })).toEqual([9, 9]);
    expect(totals({ extraPes: 0 }, { ...paper, pes: 3 })).toEqual([7, 7]);
    expect(totals({}, { ...paper, pes: 1000 })).toEqual([1000, 64 + 4 * 16 + 2 * 16]);
  });

  test('duplicates by name, function or list', () => {
    const copies = (duplication: MappingOptions['duplication']) =>
      mapNetwork(network, paper, { extraPes: 6, duplication }).layers.map((layer) => layer.copies);
    expect(copies(undefined)).toEqual([5, 1, 2]);
    expect(copies('greedy')).toEqual([5, 1, 2]);
    expect(copies('sum')).toEqual([5, 1, 2]);
    expect(copies('none')).toEqual([1, 1, 1]);
    expect(copies([1, 2, 2])).toEqual([1, 2, 2]);
    expect(copies((layers, extraPes) => layers.map((_, i) => (i === 2 ? 1 + extraPes / 2 : 1)))).toEqual([
      1, 1, 4,
    ]);
  });
});

describe('what does not fit is refused', () => {
  test('fewer PEs than the minimum', () => {
    const error = errorOf({ pes: 5 });
    expect(error.kind).toBe('input');
    expect(error.message).toBe(
      'network small: needs 7 PEs and there are 5: 2 missing; the largest layers are wide (4), last (2), ' +
        'first (1); give at least 7 PEs or use larger crossbars, or give peWriteNs or rowWriteNs so that ' +
        'weights take turns',
    );
    expect(errorOf({}, { ...paper, pes: 6 }).message).toContain('1 missing');
    expect(errorOf({}, { ...paper, pes: 6, peWriteNs: 1 }).message).toMatch(/ or use larger crossbars$/);
  });

  test('a network without base layers', () => {
    const error = errorOf({}, paper, { ...network, layers: network.layers.slice(0, 1) });
    expect(error.kind).toBe('input');
    expect(error.message).toContain('network small: has no base layer');
  });

  test('more PEs than numbers can count', () => {
    const layers = [...network.layers, conv('monster', 4, 4, 2 ** 40, 2 ** 40)];
    const error = errorOf({}, paper, { ...network, layers });
    expect(error.message).toContain('monster (');
  });

  test.each<[MappingOptions, string]>([
    [{ pes: 8, extraPes: 1 }, 'pes and extraPes are both given'],
    [{ pes: 7.5 }, 'pes: must be a whole number from 1 to 1099511627776, found 7.5'],
    [{ pes: 0 }, 'pes: must be'],
    [{ pes: Number.NaN }, 'found NaN'],
    [{ extraPes: -1 }, 'extraPes: must be a whole number from 0 to 1099511627776, found -1'],
    [{ extraPes: Number.POSITIVE_INFINITY }, 'found Infinity'],
    [{ duplication: [1, 1] }, 'the list of copies: must give the copies of 3 base layers as a list, found 2'],
    [{ duplication: [1, 1, 0] }, 'copies of layer last must be a whole number of 1 or more, found 0'],
    [{ duplication: [1, 1.5, 1] }, 'copies of layer wide must be'],
    [{ duplication: [3, 1, 1] }, 'takes 2 PEs beyond the minimum and 0 are left, 2 too few'],
    [{ duplication: () => [Number.NaN, 1, 1] }, 'the duplication policy: copies of layer first must be'],
    [{ duplication: () => [] }, 'the duplication policy: must give the copies of 3 base layers'],
  ])('%j', (options, message) => {
    const error = errorOf(options);
    expect(error.kind).toBe('usage');
    expect(error.message).toContain(message);
  });

  test('an unknown policy', () => {
    // What a caller without types may pass.
    const options: MappingOptions = JSON.parse('{ "duplication": "gredy" }');
    const error = errorOf(options);
    expect(error.kind).toBe('usage');
    expect(error.message).toBe('no duplication policy is called "gredy"; did you mean "greedy"?');
    expect(errorOf(JSON.parse('{ "duplication": "toString" }')).message).toContain(
      'known are none, greedy, sum',
    );
  });
});

test.each(zoo.filter((entry) => entry.published !== undefined))('$name has the published PE_min', (entry) => {
  const mapping = mapNetwork(zooNetwork(entry.name), paper);
  expect(mapping.layers.length).toBe(entry.published?.baseLayers);
  expect(mapping.minimumPes).toBe(entry.published?.pesMinimum);
});
