import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { bytesInMemory } from '../../../src/load/model-bytes.ts';
import { decodeModel, type Graph } from '../../../src/load/onnx/model.ts';
import { skeleton } from '../../../src/load/onnx/skeleton.ts';
import { encodeTensor, type TensorSpec } from '../../load/onnx/onnx-writer.ts';
import { random } from '../../load/onnx/runtime/random.ts';

/** Fields of ModelProto and GraphProto. */
const GRAPH = 7;
const NODE = 1;
const INITIALIZER = 5;
/** Field of NodeProto. */
const OP_TYPE = 4;

/** A file with random weights in the place of its nodes that make weights of one value each (ConstantOfShape). */
export function filled(bytes: Uint8Array): Uint8Array {
  const { graph } = decodeModel(skeleton(bytesInMemory(bytes), false));
  const weights = randomWeights(graph!);
  const writer = new BinaryWriter();
  copyFields(bytes, writer, (field, value) => {
    if (field !== GRAPH) return false;
    writer.tag(GRAPH, WireType.LengthDelimited).fork();
    copyFields(value, writer, (inner, node) => inner === NODE && opOf(node) === 'ConstantOfShape');
    for (const [name, tensor] of weights) {
      writer.tag(INITIALIZER, WireType.LengthDelimited).fork();
      encodeTensor(writer, tensor, name);
      writer.join();
    }
    writer.join();
    return true;
  });
  return writer.finish();
}

/** Per node that makes weights: others, with the parameters of batch norms in their ranges. */
function randomWeights({ nodes, initializers }: Graph): Map<string, TensorSpec> {
  const next = random(1);
  const shapes = new Map(initializers.map(({ name, values }) => [name, values]));
  const norms = nodes.filter(({ op }) => op === 'BatchNormalization');
  const positive = new Set(norms.flatMap(({ inputs }) => [inputs[1]!, inputs[4]!]));
  const weights = new Map<string, TensorSpec>();
  for (const { op, inputs, outputs } of nodes) {
    const dims = op === 'ConstantOfShape' ? shapes.get(inputs[0]!) : undefined;
    if (dims === undefined) continue;
    const floats = new Float32Array(dims.reduce((product, size) => product * size, 1));
    const most = dims.length === 1 ? 0.2 : Math.sqrt((6 * dims[0]!) / floats.length);
    const [low, high] = positive.has(outputs[0]!) ? [0.5, 1.5] : [-most, most];
    for (let i = 0; i < floats.length; i++) floats[i] = low + (high - low) * next();
    weights.set(outputs[0]!, { dims, floats });
  }
  return weights;
}

/** Copies the fields of a message but those of messages that `isDone` has seen to. */
function copyFields(
  message: Uint8Array,
  writer: BinaryWriter,
  isDone: (field: number, value: Uint8Array) => boolean,
): void {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [field, type] = reader.tag();
    if (type === WireType.LengthDelimited && isDone(field, reader.bytes())) continue;
    if (type !== WireType.LengthDelimited) reader.skip(type);
    writer.raw(message.subarray(start, reader.pos));
  }
}

function opOf(node: Uint8Array): string {
  const reader = new BinaryReader(node);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === OP_TYPE) return reader.string();
    reader.skip(type);
  }
  return '';
}
