/** Small schedules by hand, changed one figure at a time: what the validations of batches and turns accept, and what they say. */
import { describe, expect, test } from 'vitest';
import type { Layer, Network } from '../../src/network/network.ts';
import { type Reads, SAME } from '../../src/network/reads.ts';
import type { LayerInTurns, TurnsToValidate } from '../../src/schedule/turns-to-validate.ts';
import { validateTurns } from '../../src/schedule/validate-turns.ts';
import { validateTurnsLayerByLayer } from '../../src/schedule/validate-turns-layer-by-layer.ts';

interface Drawn {
  readonly name: string;
  readonly height?: number;
  readonly width: number;
  /** Indices of layers, which are read position by position unless `columns` says otherwise. */
  readonly reads?: readonly number[];
  readonly columns?: Reads;
  /** An operation without weights. */
  readonly isOther?: true;
}

function networkOf(...drawn: readonly Drawn[]): Network {
  const layers = drawn.map(({ name, height = 1, width, reads = [], columns = SAME, isOther }): Layer => {
    const inputs = reads.map((from) => ({ from, rows: SAME, columns }));
    const shape = { height, width, channels: 1 };
    const weights = { rows: 1, columns: 1, groups: 1 };
    return { name, op: isOther ? 'Relu' : 'Conv2D', shape, inputs, ...(isOther ? {} : { weights }) };
  });
  return { name: 'by hand', layers, outputs: [layers.length - 1], warnings: [] };
}

/** A layer on copies of one PE, given the cycles from the start to the finish of each set. */
function layerOf(
  name: string,
  layer: number,
  times: readonly (readonly [start: number, finish: number])[],
  given: Partial<LayerInTurns> = {},
): LayerInTurns {
  return {
    ...{ name, layer, setHeight: 1, setWidth: 1, copies: 1, pesPerCopy: 1 },
    start: (k) => times[k]?.[0] ?? Number.NaN,
    finish: (k) => times[k]?.[1] ?? Number.NaN,
    ...given,
  };
}

/** One inference on a large chip; layers stay. */
function turnsOf(layers: readonly LayerInTurns[], given: Partial<TurnsToValidate>): TurnsToValidate {
  const { cycles = 0 } = given;
  const plain = { totalPes: 9, batch: 1, group: 1, resultCycles: 1, cycles, groupEndCycles: [cycles] };
  return { ...plain, layers, ...given };
}

type Times = readonly (readonly [number, number])[];

describe('a batch of two, in sets of 2 x 2 that are cut at both edges', () => {
  const network = networkOf(
    { name: 'a', height: 3, width: 3 },
    { name: 'b', height: 3, width: 3, reads: [0] },
  );
  const square = { setHeight: 2, setWidth: 2 };
  // Sets of 4, 2, 2 and 1 positions.
  const a: Times = [
    ...([
      [0, 4],
      [4, 6],
      [6, 8],
      [8, 9],
    ] as const),
    ...([
      [9, 13],
      [13, 15],
      [15, 17],
      [17, 18],
    ] as const),
  ];
  const b: Times = [
    ...([
      [4, 8],
      [6, 8],
      [8, 10],
      [9, 10],
    ] as const),
    ...([
      [13, 17],
      [15, 17],
      [17, 19],
      [18, 19],
    ] as const),
  ];
  const batch = (times: Times, given: Partial<TurnsToValidate> = {}, own: Partial<LayerInTurns> = {}) =>
    turnsOf([layerOf('a', 0, a, square), layerOf('b', 1, times, { ...square, copies: 2, ...own })], {
      ...{ batch: 2, group: 1, cycles: 19, groupEndCycles: [10, 19] },
      ...given,
    });

  test('is accepted in groups and in one', () => {
    validateTurns(network, batch(b));
    validateTurns(network, batch(b, { group: 2, groupEndCycles: [19] }));
  });

  test.each(b.map((_, k) => k))('set %i may be neither moved nor longer or shorter', (k) => {
    const [start, finish] = b[k]!;
    const where = `layer b, group 0, set ${k} (set ${k % 4} of inference ${Math.floor(k / 4)}), cycles`;
    for (const [first, last] of [
      [start - 1, finish - 1],
      [start + 1, finish + 1],
      [start, finish + 1],
      [start, finish - 1],
    ] as const) {
      expect(() => validateTurns(network, batch(b.with(k, [first, last])))).toThrow(
        `${where} ${first} to ${last}`,
      );
    }
  });

  test.each<[string, Partial<TurnsToValidate>]>([
    ['1 groups, and there are 2', { groupEndCycles: [19] }],
    ['3 groups, and there are 2', { groupEndCycles: [10, 19, 19] }],
    ['group 0 ends at cycle 9, and it does at 10', { groupEndCycles: [9, 19] }],
    ['group 0 ends at cycle NaN, and it does at 10', { groupEndCycles: [Number.NaN, 19] }],
    ['group 1 ends at cycle 20, and it does at 19', { groupEndCycles: [10, 20] }],
    ['20 cycles, but its last set is finished at cycle 19', { cycles: 20 }],
    ['18 cycles, but its last set is finished at cycle 19', { cycles: 18 }],
  ])('what it claims is checked: %s', (said, wrong) => {
    expect(() => validateTurns(network, batch(b, wrong))).toThrow(said);
  });

  test('copies that are told go on from inference to inference', () => {
    validateTurns(network, batch(b, {}, { copy: (k) => k % 2 }));
    validateTurns(network, batch(b, {}, { copy: () => undefined }));
    expect(() => validateTurns(network, batch(b, {}, { copy: (k) => (k === 5 ? 0 : k % 2) }))).toThrow(
      'set 5 (set 1 of inference 1), cycles 15 to 17: is on copy 0, and the rules say 1',
    );
  });
});

describe('what a set of one inference waits for', () => {
  const two = networkOf({ name: 'a', width: 3 }, { name: 'b', width: 3, reads: [0] });
  /** Sets of two positions and one. */
  const pairs = { setWidth: 2 };
  const pair = (a: Times, b: Times, copies: number, cycles: number) =>
    turnsOf([layerOf('a', 0, a, { ...pairs, copies }), layerOf('b', 1, b, { ...pairs, copies })], { cycles });

  test('sets start in their order, even where all else is there', () => {
    const a: Times = [
      [0, 2],
      [0, 1],
    ];
    validateTurns(
      two,
      pair(
        a,
        [
          [2, 4],
          [2, 3],
        ],
        2,
        4,
      ),
    );
    expect(() =>
      validateTurns(
        two,
        pair(
          a,
          [
            [2, 4],
            [1, 2],
          ],
          2,
          4,
        ),
      ),
    ).toThrow(
      'layer b, group 0, set 1 (set 1 of inference 0), cycles 1 to 2: it starts before the set before it, at 2',
    );
  });

  const a: Times = [
    [0, 2],
    [2, 3],
  ];
  test.each<[string, Times]>([
    [
      'cycles 3 to 4: copy 0 runs set 0 until cycle 4',
      [
        [2, 4],
        [3, 4],
      ],
    ],
    [
      'cycles 5 to 6: it could start at cycle 4',
      [
        [2, 4],
        [5, 6],
      ],
    ],
    [
      'cycles 0 to 2: a set that it depends on is finished only at cycle 2',
      [
        [0, 2],
        [2, 3],
      ],
    ],
    [
      'cycles 2 to 5: it takes 3 cycles for 2 pixels, not 2',
      [
        [2, 5],
        [5, 6],
      ],
    ],
  ])('%s', (said, b) => {
    validateTurns(
      two,
      pair(
        a,
        [
          [2, 4],
          [4, 5],
        ],
        1,
        5,
      ),
    );
    expect(() => validateTurns(two, pair(a, b, 1, 5))).toThrow(said);
  });

  test('it waits through what has no weights, for all who read a layer', () => {
    // a - relu - b, c reads a and b; nobody reads what stands behind c.
    const network = networkOf(
      ...[
        { name: 'a', width: 2 },
        { name: 'relu', width: 2, reads: [0], isOther: true as const },
      ],
      ...[
        { name: 'b', width: 2, reads: [1] },
        { name: 'c', width: 2, reads: [0] },
      ],
      { name: 'behind', width: 2, reads: [3], isOther: true as const },
    );
    const right = (b: Times, c: Times) =>
      turnsOf(
        [
          layerOf('a', 0, [
            [0, 1],
            [1, 2],
          ]),
          layerOf('b', 2, b),
          layerOf('c', 3, c),
        ],
        { cycles: 3 },
      );
    validateTurns(
      network,
      right(
        [
          [1, 2],
          [2, 3],
        ],
        [
          [1, 2],
          [2, 3],
        ],
      ),
    );
    const early: Times = [
      [0, 1],
      [1, 2],
    ];
    const said = 'a set that it depends on is finished only at cycle 1';
    expect(() =>
      validateTurns(
        network,
        right(early, [
          [1, 2],
          [2, 3],
        ]),
      ),
    ).toThrow(`cycles 0 to 1: ${said}`);
    expect(() =>
      validateTurns(
        network,
        right(
          [
            [1, 2],
            [2, 3],
          ],
          early,
        ),
      ),
    ).toThrow(`cycles 0 to 1: ${said}`);
  });
});

test('how far it is, is told by positions of all layers, inference after inference', () => {
  const network = networkOf(
    ...[
      { name: 'a', width: 1 },
      { name: 'b', width: 2, columns: { kind: 'all' } as const, reads: [0] },
    ],
    { name: 'c', width: 1, columns: { kind: 'all' } as const, reads: [1] },
  );
  const turns = turnsOf(
    [
      layerOf('a', 0, [
        [0, 1],
        [1, 2],
      ]),
      layerOf('b', 1, [
        [1, 2],
        [2, 3],
        [3, 4],
        [4, 5],
      ]),
      layerOf('c', 2, [
        [3, 4],
        [5, 6],
      ]),
    ],
    { batch: 2, cycles: 6, groupEndCycles: [4, 6] },
  );
  const told: number[] = [];
  validateTurns(network, turns, (share) => told.push(share));
  expect(told).toEqual([0, 1 / 8, 3 / 8, 4 / 8, 5 / 8, 7 / 8]);
});

describe('three rounds of one layer, with a barrier', () => {
  const network = networkOf(
    { name: 'a', width: 1 },
    { name: 'b', width: 1, reads: [0] },
    { name: 'c', width: 1, reads: [1] },
  );
  // A PE is written in 2 cycles. Group 0: a is there, b is written from 1, c from 4; group 1: a from 7, b from 10, c from 13.
  const turns = (readies: readonly (readonly number[])[]) =>
    turnsOf(
      readies.map(([first, second], i) => {
        const times: Times = [
          [first!, first! + 1],
          [second!, second! + 1],
        ];
        return layerOf('abc'[i]!, i, times, { ready: [[first!], [second!]] });
      }),
      {
        ...{
          rounds: [0, 1, 2],
          reload: 'barrier',
          writing: { writeCycles: 2, parallelWrites: undefined },
          totalPes: 1,
        },
        ...{ batch: 2, cycles: 16, groupEndCycles: [7, 16] },
      },
    );
  test('is accepted, and no copy may be written at another time', () => {
    validateTurns(
      network,
      turns([
        [0, 9],
        [3, 12],
        [6, 15],
      ]),
    );
    expect(() =>
      validateTurns(
        network,
        turns([
          [0, 8],
          [3, 12],
          [6, 15],
        ]),
      ),
    ).toThrow(/^layer a, group 1, copy 0: .* cycle 8, .* cycle 7 to 9/);
    expect(() =>
      validateTurns(
        network,
        turns([
          [0, 9],
          [2, 12],
          [6, 15],
        ]),
      ),
    ).toThrow(/^layer b, group 0, copy 0: .* cycle 2, .* cycle 1 to 3/);
  });
});

describe('layer by layer, MVMs are spread over all copies', () => {
  const network = networkOf({ name: 'a', width: 3 });
  // On two copies, in groups of two inferences: MVMs 0 to 5 start at 0, 0, 1, 1, 2, 2, and in the second group 3 later.
  const pixels: Times = [
    [0, 1],
    [0, 1],
    [1, 2],
    [1, 2],
    [2, 3],
    [2, 3],
    [3, 4],
    [3, 4],
    [4, 5],
    [4, 5],
    [5, 6],
    [5, 6],
  ];
  // In sets of two positions and one.
  const pairs: Times = [
    [0, 1],
    [1, 2],
    [1, 3],
    [2, 3],
    [3, 4],
    [4, 5],
    [4, 6],
    [5, 6],
  ];
  const batch = (times: Times, given: Partial<LayerInTurns> = {}) =>
    turnsOf([layerOf('a', 0, times, { copies: 2, ...given })], {
      ...{ batch: 4, group: 2, cycles: 6, groupEndCycles: [3, 6] },
    });

  test('is accepted in sets of one position and of several', () => {
    validateTurnsLayerByLayer(network, batch(pixels));
    validateTurnsLayerByLayer(network, batch(pixels, { copy: (k) => k % 2 }));
    validateTurnsLayerByLayer(network, batch(pairs, { setWidth: 2 }));
    validateTurnsLayerByLayer(network, batch(pairs, { setWidth: 2, copy: () => undefined }));
  });

  test.each(pairs.map((_, k) => k))('no time of set %i may be another', (k) => {
    const [start, finish] = pairs[k]!;
    const where = `layer a, set ${k % 2} of inference ${Math.floor(k / 2)}: runs from cycle`;
    for (const [first, last] of [
      [start - 1, finish],
      [start + 1, finish],
      [start, finish - 1],
      [start, finish + 1],
    ] as const) {
      expect(() =>
        validateTurnsLayerByLayer(network, batch(pairs.with(k, [first, last]), { setWidth: 2 })),
      ).toThrow(`${where} ${first} to ${last}, but its MVMs run from cycle ${start} to ${finish}`);
    }
  });

  test('a set of one position is on the copy of its MVM, one of several on none', () => {
    // MVM 5 of group 1 is position 2 of inference 3, and the 12th of all.
    expect(() =>
      validateTurnsLayerByLayer(network, batch(pixels, { copy: (k) => (k === 11 ? 0 : k % 2) })),
    ).toThrow('layer a, set 2 of inference 3: is on copy 0, and the rules say 1');
    // Set 0 has MVMs 0 and 1; set 1 has MVM 2 alone, which is on copy 0.
    const told = (copy: number | undefined, k: number) =>
      batch(pairs, { setWidth: 2, copy: (own) => (own === k ? copy : undefined) });
    for (const copy of [0, 1]) {
      expect(() => validateTurnsLayerByLayer(network, told(copy, 0))).toThrow(
        `is on copy ${copy}, and the rules say ${1 - copy}`,
      );
    }
    validateTurnsLayerByLayer(network, told(0, 1));
    expect(() => validateTurnsLayerByLayer(network, told(1, 1))).toThrow('is on copy 1, and the rules say 0');
  });

  test.each<[string, Partial<TurnsToValidate>]>([
    ['group 0 ends at cycle 4, and it does at 3', { groupEndCycles: [4, 6] }],
    ['7 cycles, but its last layer ends at cycle 6', { cycles: 7 }],
  ])('what it claims is checked: %s', (said, wrong) => {
    expect(() => validateTurnsLayerByLayer(network, { ...batch(pixels), ...wrong })).toThrow(said);
  });
});
