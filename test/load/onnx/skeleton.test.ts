import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesInMemory } from '../../../src/load/model-bytes.ts';
import { decodeModel, type Graph, type Model } from '../../../src/load/onnx/model.ts';
import { PLACES_FIELD, skeleton } from '../../../src/load/onnx/skeleton.ts';
import { messageOf } from '../../thrown.ts';
import { loadOnnxBytes } from './load-onnx.ts';
import { floats, model, node, weights } from './onnx-writer.ts';

const branch = { nodes: [node('Relu', 'x', 'o')], initializers: { b: floats(1, 2, 3) }, outputs: ['o'] };

/** Short messages, messages of more than 1 KiB that nothing is left out of, and one with a long payload. */
const whole = model({
  inputs: { x: [1, 4, 6, 6] },
  initializers: {
    w: { dims: [2, 4, 1, 1], floats: [1, 2, 3, 4, 5, 6, 7, 8] },
    middle: { dims: [400], floats: Array.from({ length: 400 }, (_, i) => i) },
    long: { dims: [20_000], floats: Array.from({ length: 20_000 }, (_, i) => i) },
    e: weights(3),
  },
  nodes: [
    node('Conv', 'x w', 'c', { pads: [0, 0, 0, 0] }, 'conv'),
    node('Custom', 'c', 'd', { many: Array.from({ length: 900 }, (_, i) => i), graph: { graph: branch } }),
  ],
  outputs: ['d'],
});

/** What the fields of a file say, with what is read of them alone. */
function decoded(bytes: Uint8Array, isForProgram: boolean): unknown {
  try {
    return withoutPrograms(decodeModel(skeleton(bytesInMemory(bytes), isForProgram), isForProgram));
  } catch {
    return 'refused';
  }
}

/** Without what only programs have. */
function withoutPrograms({ graph, ...rest }: Model): unknown {
  return { ...rest, graph: graph && plainGraph(graph) };
}

function plainGraph(graph: Graph): unknown {
  const initializers = graph.initializers.map(({ places: _, external: __, ...tensor }) => tensor);
  const nodes = graph.nodes.map(({ attributes, ...rest }) => ({
    ...rest,
    attributes: Array.from(attributes.values(), ({ texts: _, tensor, graph: inner, ...attribute }) => ({
      ...attribute,
      ...{ dims: tensor?.dims, values: tensor?.values, graph: inner && plainGraph(inner) },
    })),
  }));
  return { ...graph, initializers, nodes };
}

test('long payloads are left out, and nothing else', () => {
  const short = skeleton(bytesInMemory(whole));
  expect(short.length).toBeGreaterThan(whole.length - 80_100);
  expect(short.length).toBeLessThan(whole.length - 79_900);
  const { graph } = decodeModel(short);
  expect(graph?.nodes.map(({ op }) => op)).toEqual(['Conv', 'Custom']);
  expect(graph?.nodes[1]?.attributes.get('many')?.ints).toHaveLength(900);
  expect(graph?.nodes[1]?.attributes.get('graph')?.graph?.initializers[0]?.values).toEqual([1, 2, 3]);
});

test('short messages say the same whether their fields are looked at or not', () => {
  const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 3 });
  // Most of the file is the long payload: positions are counted from both of its ends.
  const near = fc.array(fc.tuple(fc.nat(900), fc.nat(255)), { maxLength: 3 });
  fc.assert(
    fc.property(flips, near, (anywhere, atEnds) => {
      const bytes = whole.slice();
      for (const [at, byte] of anywhere) bytes[at] = byte;
      for (const [at, byte] of atEnds) bytes[at % 2 === 0 ? at : whole.length - 1 - at] = byte;
      const ofProgram = decoded(bytes, true);
      // What only a program needs may be wrong where there is none.
      if (ofProgram !== 'refused') expect(decoded(bytes, false)).toEqual(ofProgram);
    }),
    { numRuns: 1000 },
  );
});

test('of a field that is longer than the short message that holds it, it is said where it is', () => {
  const bytes = model({
    inputs: { x: [1, 2] },
    nodes: [node('Relu', 'x', 'y', {}, 'first')],
    outputs: ['y'],
  });
  const at = new TextDecoder('latin1').decode(bytes).indexOf('first') - 1;
  bytes[at] = 100;
  expect(messageOf(() => loadOnnxBytes(bytes, 'long.onnx'))).toMatch(
    new RegExp(`the field at byte ${at} should have 100 bytes, and there are fewer`),
  );
});

test.each([0, 2000])(
  'a field of a tensor that has the number of ours is nothing, in a message of %i bytes more',
  (more) => {
    const w = new BinaryWriter().tag(7, WireType.LengthDelimited).fork();
    w.tag(5, WireType.LengthDelimited).fork();
    // Read as places, it would go on into what stands behind it.
    w.tag(PLACES_FIELD, WireType.LengthDelimited).bytes(Uint8Array.of(0, 0));
    for (const size of [6, 4, 1]) w.tag(1, WireType.Varint).int64(size);
    w.tag(8, WireType.LengthDelimited).string('w');
    w.tag(12, WireType.LengthDelimited).bytes(new Uint8Array(more));
    const bytes = w.join().join().finish();
    for (const isForProgram of [false, true]) {
      const { graph } = decodeModel(skeleton(bytesInMemory(bytes), isForProgram), isForProgram);
      expect(graph?.initializers).toEqual([{ name: 'w', dims: [6, 4, 1], dataType: 0 }]);
    }
  },
);
