import fc from 'fast-check';
import { NetworkBuilder } from '../../src/network/builder.ts';
import {
  baseLayers,
  type Edge,
  isBase,
  type Layer,
  type Network,
  unreadLayers,
} from '../../src/network/network.ts';
import type { Reads } from '../../src/network/reads.ts';
import { STEPS } from './random-steps.ts';
import type { Granularity } from './reference.ts';
import { Dice, Sketch } from './sketch.ts';

/** One thing to schedule. Printed by `describeCase` where a property fails. */
export interface ScheduleCase {
  readonly network: Network;
  /** Per base layer, in the order of the file; may exceed the number of sets. */
  readonly copies: readonly number[];
  readonly granularity: Granularity;
}

/** An OFM with more channels is not read any further: channels change no schedule, only the time of a test. */
const MAX_CHANNELS = 512;

/**
 * Networks built with the operators of `src/network/operators`, as loaders and the zoo do: 1 to 3 inputs of
 * at most 12 x 12 positions, then 1 to 14 steps. Has at least one base layer.
 */
export function operatorNetwork(): fc.Arbitrary<Network> {
  const size = fc.integer({ min: 1, max: 12 });
  const inputs = fc.array(fc.tuple(size, size, fc.integer({ min: 1, max: 3 })), {
    minLength: 1,
    maxLength: 3,
  });
  const rolls = fc.array(fc.nat(0xffff), { maxLength: 24, size: 'max' });
  const step = fc.record({ name: fc.constantFrom(...Object.keys(STEPS)), rolls });
  const steps = fc.array(step, { minLength: 1, maxLength: 14, size: 'max' });
  return fc.tuple(inputs, steps, fc.boolean()).map(([shapes, chosen, endsNonBase]) => {
    const b = new NetworkBuilder('random');
    const sketch = new Sketch(
      b,
      shapes.map((dims, i) => b.input(`input${i}`, { dims, h: 0, w: 1 })),
    );
    for (const { name, rolls: list } of chosen) {
      sketch.dice = new Dice(list);
      const made = [STEPS[name]!(sketch)].flat().map((tensor) => sketch.asMap(tensor));
      sketch.pool.push(...made.filter(({ dims }) => dims[2]! <= MAX_CHANNELS));
    }
    // What no base layer reads has no effect, so half of the networks, and all without one, end with one.
    if (endsNonBase && baseLayers(b.build()).length > 0) return b.build();
    sketch.conv(sketch.pool.at(-1)!, 1, 1);
    return b.build();
  });
}

/**
 * Networks put together layer by layer from any `Reads` on any edge, to reach what no operator makes: lists
 * in any order, windows that read nothing, base layers with several inputs or none, broadcasts and sizes
 * that do not fit. Has at least one base layer.
 */
export function rawNetwork(): fc.Arbitrary<Network> {
  const size = fc.integer({ min: 1, max: 8 });
  const edge = fc.record({ from: fc.nat(99), rows: rawReads(), columns: rawReads() });
  const layer = fc.record({
    height: size,
    width: size,
    base: fc.boolean(),
    edges: fc.array(edge, { minLength: 1, maxLength: 3 }),
  });
  return fc.array(layer, { minLength: 1, maxLength: 12, size: 'max' }).map((drafts) => {
    const layers: Layer[] = [];
    drafts.forEach(({ height, width, base, edges }, index) => {
      const inputs = edges.map((draft): Edge => {
        const from = draft.from % Math.max(1, index);
        const ifm = layers[from]?.shape ?? { height: 1, width: 1 };
        return { from, rows: draft.rows(ifm.height, height), columns: draft.columns(ifm.width, width) };
      });
      const last = index === drafts.length - 1;
      const isLayerBase = base || (last && !layers.some(isBase));
      layers.push({
        name: `layer${index}`,
        op: isLayerBase ? 'Conv2D' : index === 0 ? 'Input' : 'Any',
        shape: { height, width, channels: 1 },
        inputs: index === 0 ? [] : inputs,
        ...(isLayerBase ? { weights: { rows: 1, columns: 1, groups: 1 } } : {}),
      });
    });
    return { name: 'raw', layers, outputs: unreadLayers(layers), warnings: [] };
  });
}

/** Any `Reads`, once the sizes of its input and its output are known. */
function rawReads(): fc.Arbitrary<(inputSize: number, outputSize: number) => Reads> {
  const fixed: fc.Arbitrary<Reads> = fc.oneof(
    fc.record({ kind: fc.constant('same' as const) }),
    fc.record({
      kind: fc.constantFrom('window' as const, 'transposed' as const),
      kernel: fc.integer({ min: 1, max: 5 }),
      stride: fc.integer({ min: 1, max: 4 }),
      dilation: fc.integer({ min: 1, max: 3 }),
      padding: fc.integer({ min: -3, max: 6 }),
    }),
    fc.record({ kind: fc.constant('all' as const) }),
  );
  // Positions from -1, which reads nothing, to one behind the input, which is not there either.
  const list = fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.array(fc.nat(99), { minLength: 32, maxLength: 32 }))
    .map(
      ([taps, entries]) =>
        (inputSize: number, outputSize: number): Reads => ({
          kind: 'list',
          positions: Array.from({ length: outputSize * taps }, (_, i) => (entries[i]! % (inputSize + 2)) - 1),
          ...(taps === 1 ? {} : { taps }),
        }),
    );
  // What is read first matters only where something reads it in reverse (see Sketch.pick).
  const reverse = fc.constant(
    (inputSize: number, outputSize: number): Reads => ({
      kind: 'list',
      positions: Array.from({ length: outputSize }, (_, p) => Math.max(inputSize, outputSize) - 1 - p),
    }),
  );
  return fc.oneof(
    { weight: 6, arbitrary: fixed.map((reads) => () => reads) },
    { weight: 2, arbitrary: list },
    { weight: 1, arbitrary: reverse },
  );
}

/** Any random network: of operators twice as often as raw. */
export function randomNetwork(): fc.Arbitrary<Network> {
  return fc.oneof({ weight: 2, arbitrary: operatorNetwork() }, { weight: 1, arbitrary: rawNetwork() });
}

/** Pixel, row, and blocks: lying, standing, those that divide a map, that do not, and larger than any map. */
export function randomGranularity(): fc.Arbitrary<Granularity> {
  const block = (max: number) =>
    fc.record({ height: fc.integer({ min: 1, max }), width: fc.integer({ min: 1, max }) });
  return fc.oneof(
    fc.constant('pixel' as const),
    fc.constant('row' as const),
    block(4),
    block(40),
    fc.record({ height: fc.constant(1), width: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ height: fc.integer({ min: 1, max: 9 }), width: fc.constant(1) }),
  );
}

/** A random network with random copies and sets; `network` chooses its kind. */
export function scheduleCase(network: fc.Arbitrary<Network> = randomNetwork()): fc.Arbitrary<ScheduleCase> {
  const copies = fc.array(
    fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 500 })),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
  return fc.record({ network, copies, granularity: randomGranularity() }).map((drawn) => {
    // Copies are repeated as often as there are base layers, so that both shrink on their own.
    const { length } = baseLayers(drawn.network);
    const perLayer = Array.from({ length }, (_, i) => drawn.copies[i % drawn.copies.length]!);
    const result = { ...drawn, copies: perLayer };
    return Object.defineProperty(result, fc.toStringMethod, { value: () => describeCase(result) });
  });
}

/** The case in readable lines. */
export function describeCase({ network, copies, granularity }: ScheduleCase): string {
  const sets = typeof granularity === 'string' ? granularity : `${granularity.height}x${granularity.width}`;
  return `\n${describeNetwork(network)}\n  copies [${copies.join(', ')}], sets ${sets}\n`;
}

/** One line per layer: `2 conv Conv2D* 4x4x1 <- 1 (window 3/1/1 pad 0, same)`; base layers have a star. */
export function describeNetwork(network: Network): string {
  const lines = network.layers.map((layer, index) => {
    const { height, width, channels } = layer.shape;
    const edges = layer.inputs.map(
      ({ from, rows, columns }) => `${from} (${describeReads(rows)}, ${describeReads(columns)})`,
    );
    const head = `${index} ${layer.name} ${layer.op}${isBase(layer) ? '*' : ''} ${height}x${width}x${channels}`;
    return edges.length === 0 ? `  ${head}` : `  ${head} <- ${edges.join(' + ')}`;
  });
  return [`network ${network.name}, layers with rows and columns read:`, ...lines].join('\n');
}

function describeReads(reads: Reads): string {
  switch (reads.kind) {
    case 'window':
    case 'transposed':
      return `${reads.kind} ${reads.kernel}/${reads.stride}/${reads.dilation} pad ${reads.padding}`;
    case 'list':
      return `list [${reads.positions.join(' ')}] of ${reads.taps ?? 1} taps`;
    default:
      return reads.kind;
  }
}
