import fc from 'fast-check';
import type {
  SimulationChip,
  SimulationCopy,
  SimulationEdge,
  SimulationGraph,
  SimulationNode,
} from '../../../src/simulate/model/graph.ts';
import { mesh } from '../../../src/simulate/model/topology.ts';

interface Shape {
  readonly kind: SimulationNode['kind'];
  readonly setRows: number;
  readonly setColumns: number;
}

const nat = (max: number) => fc.nat({ max });

function shape(kind: Shape['kind']): fc.Arbitrary<Shape> {
  return fc.record({
    kind: fc.constant(kind),
    setRows: fc.integer({ min: 1, max: 5 }),
    setColumns: fc.integer({ min: 1, max: 8 }),
  });
}

/** A list per row (column) of the reader; often all the same, windows, or anything. */
function lists(count: number, size: number): fc.Arbitrary<readonly Int32Array[]> {
  const list = fc.subarray(Array.from({ length: size }, (_, i) => i)).map((all) => Int32Array.from(all));
  const window = Array.from({ length: count }, (_, i) =>
    Int32Array.from([i - 1, i, i + 1].filter((p) => p >= 0 && p < size)),
  );
  const all = Int32Array.from({ length: size }, (_, i) => i);
  return fc.oneof(
    fc.array(list, { minLength: count, maxLength: count }),
    fc.constant(window),
    fc.constant(Array.from({ length: count }, () => all)),
    list.map((one) => Array.from({ length: count }, () => Int32Array.from(one))),
  );
}

function copy(tiles: number, most: number): fc.Arbitrary<SimulationCopy> {
  return fc
    .shuffledSubarray(
      Array.from({ length: tiles }, (_, tile) => tile),
      { minLength: 1, maxLength: Math.min(most, tiles) },
    )
    .chain((held) =>
      fc.record({
        tiles: fc.constant(held),
        partialBitsPerPixel: fc.array(fc.oneof(fc.constant(0), nat(20)), {
          minLength: held.length - 1,
          maxLength: held.length - 1,
        }),
      }),
    );
}

function node(
  shape: Shape,
  isRead: boolean,
  tiles: number,
  mvmIntervalCycles: number,
): fc.Arbitrary<SimulationNode> {
  const sets = shape.setRows * shape.setColumns;
  const perSet = (max: number) =>
    fc
      .oneof(
        nat(max).map((value) => Array.from({ length: sets }, () => value)),
        fc.array(nat(max), { minLength: sets, maxLength: sets }),
      )
      .map((values) => Int32Array.from(values));
  const copies = shape.kind === 'base' ? 3 : 1;
  const many = copies === 1 ? { minLength: 1, maxLength: 1 } : { minLength: 30, maxLength: 40 };
  const base = fc.record({
    ...{ setRows: fc.constant(shape.setRows), setColumns: fc.constant(shape.setColumns) },
    kind: fc.constant(shape.kind),
    layer: fc.constant(0),
    name: fc.constant('random'),
    op: fc.constant('Conv2D'),
    durations: perSet(4).map((pixels) =>
      pixels.map((count) => count * (shape.kind === 'base' ? mvmIntervalCycles : 1)),
    ),
    gpeuCycles: fc.oneof(fc.constant(new Int32Array(sets)), perSet(5)),
    resultBits: perSet(12),
    copies: fc.oneof(
      { arbitrary: fc.array(copy(tiles, copies), { minLength: 1, maxLength: copies }), weight: 9 },
      // More copies than a word has bits.
      { arbitrary: fc.array(copy(tiles, copies), many), weight: 1 },
    ),
  });
  // Most that nobody reads leave the chip, and some that are read.
  const leaves = fc.integer({ min: 0, max: 9 }).map((share) => share < (isRead ? 3 : 9));
  return fc
    .tuple(base, leaves, perSet(12))
    .map(([node, isOutput, outputBits]) => (isOutput ? { ...node, outputBits } : node));
}

function edge(from: number, to: number, shapes: readonly Shape[]): fc.Arbitrary<SimulationEdge> {
  const source = shapes[from]!;
  const reader = shapes[to]!;
  const sets = source.setRows * source.setColumns;
  return fc.record({
    from: fc.constant(from),
    to: fc.constant(to),
    rows: lists(reader.setRows, source.setRows),
    columns: lists(reader.setColumns, source.setColumns),
    bits: fc.array(nat(12), { minLength: sets, maxLength: sets }).map((bits) => Int32Array.from(bits)),
  });
}

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const chips: fc.Arbitrary<SimulationChip> = fc
  .record({
    meshRows: fc.integer({ min: 1, max: 3 }),
    meshColumns: fc.integer({ min: 1, max: 3 }),
    linkBitsPerCycle: optional(fc.integer({ min: 1, max: 16 })),
    hopCycles: nat(3),
    inputBufferBits: optional(fc.oneof(fc.integer({ min: 12, max: 90 }), fc.integer({ min: 90, max: 400 }))),
    outputBufferBits: optional(fc.integer({ min: 12, max: 60 })),
    inputBufferPorts: optional(fc.integer({ min: 1, max: 3 })),
    inputBufferPortBitsPerCycle: optional(fc.integer({ min: 1, max: 40 })),
    offChipBitsPerCycle: optional(fc.integer({ min: 1, max: 16 })),
    offChip: nat(8),
  })
  .map(({ meshRows, meshColumns, offChip, ...limits }) => {
    const { tiles, links, route } = mesh(meshRows, meshColumns);
    const given = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
    return { tiles, links, route, hopCycles: limits.hopCycles, offChipTile: offChip % tiles, ...given };
  });

const kinds = fc.array(fc.constantFrom<Shape['kind']>('base', 'base', 'join'), {
  minLength: 1,
  maxLength: 5,
});

/** Small graphs on small chips with narrow links, tiny buffers and slow GPEUs; a fair part of them deadlocks. */
export const randomGraph: fc.Arbitrary<SimulationGraph> = fc
  .tuple(
    fc.integer({ min: 0, max: 2 }),
    kinds,
    chips,
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 1, max: 3 }),
    // In half of the graphs MVMs overlap.
    fc.integer({ min: -5, max: 6 }).map((delay) => Math.max(0, delay)),
    fc.constantFrom('xinf' as const, 'xinf' as const, 'lbl' as const),
  )
  .chain(([inputs, others, chip, batch, mvmIntervalCycles, delay, scheduling]) =>
    fc
      .tuple(...[...Array.from({ length: inputs }, () => 'input' as const), ...others].map(shape))
      .chain((shapes) => {
        const pairs = shapes.flatMap(({ kind }, to) =>
          kind === 'input' ? [] : Array.from({ length: to }, (_, from) => [from, to] as const),
        );
        return fc
          .array(fc.constantFrom(...pairs, ...(pairs.length === 0 ? [undefined] : [])), { maxLength: 8 })
          .chain((chosen) => {
            const used = chosen.filter((pair) => pair !== undefined);
            const isRead = new Set(used.map(([from]) => from));
            return fc.record({
              nodes: fc.tuple(
                ...shapes.map((one, index) => node(one, isRead.has(index), chip.tiles, mvmIntervalCycles)),
              ),
              edges: fc.tuple(...used.map(([from, to]) => edge(from, to, shapes))),
              chip: fc.constant(chip),
              batch: fc.constant(batch),
              mvmCycles: fc.constant(mvmIntervalCycles + delay),
              mvmIntervalCycles: fc.constant(mvmIntervalCycles),
              scheduling: fc.constant(scheduling),
            });
          });
      }),
  );
