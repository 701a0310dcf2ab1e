import { latin1 } from './model-bytes.ts';

/** A kind of file that cannot be loaded: how it starts, and what the user can do. */
interface Refusal {
  readonly test: (bytes: Uint8Array, latin1: string) => boolean;
  readonly reason: string;
}

const KERAS_ADVICE = 'export the architecture as JSON with model.to_json()';
const ONNX_ADVICE = 'export the model to ONNX';
const PYTORCH_ADVICE = `${ONNX_ADVICE} with torch.onnx.export()`;
const TENSORFLOW_ADVICE = `${ONNX_ADVICE} with tf2onnx (python -m tf2onnx.convert)`;
const UNPACK = 'unpack it first';

function startsWith(prefix: string): Refusal['test'] {
  return (_, latin1) => latin1.startsWith(prefix);
}

/** A FlatBuffers file says after four bytes what it holds. */
function identifier(pattern: RegExp): Refusal['test'] {
  return (_, latin1) => pattern.test(latin1.slice(4, 8));
}

/** Files that are known not to be one of ours. The first that fits counts. */
const REFUSALS: readonly Refusal[] = [
  {
    test: startsWith('\x89HDF\r\n\x1a\n'),
    reason: `this is an HDF5 file (Keras .h5); ${KERAS_ADVICE}`,
  },
  {
    test: (bytes) => bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5,
    reason: `this is a Python pickle (an old PyTorch file?); ${PYTORCH_ADVICE}`,
  },
  {
    // The length of a header in JSON, in eight bytes, and the header.
    test: (bytes, latin1) => bytes[8] === 0x7b && latin1.slice(4, 8) === '\0\0\0\0',
    reason: `this is a safetensors file, which holds weights and no layers; ${PYTORCH_ADVICE}`,
  },
  {
    test: identifier(/^TFL3/),
    reason: `this is a TFLite file; ${ONNX_ADVICE} with tf2onnx (python -m tf2onnx.convert --tflite)`,
  },
  {
    test: identifier(/^ORTM/),
    reason: 'this is a model in the ORT format; give the ONNX file that it was made of',
  },
  { test: identifier(/^ET\d\d/), reason: `this is an ExecuTorch program; ${PYTORCH_ADVICE}` },
  { test: startsWith('GGUF'), reason: `this is a GGUF file; ${ONNX_ADVICE} instead` },
  {
    test: (_, latin1) => /^[fp]trt/.test(latin1),
    reason: 'this is a TensorRT engine, made for one GPU; give the ONNX file that it was built of',
  },
  {
    test: startsWith('RKNN'),
    reason: 'this is an RKNN file; give the model that it was converted from, as ONNX',
  },
  { test: startsWith('\x7fELF'), reason: 'this is a program or library, no model file' },
  { test: startsWith('\x93NUMPY'), reason: 'this is a NumPy array, no network' },
  { test: startsWith('\x1f\x8b'), reason: `this file is compressed with gzip; ${UNPACK}` },
  { test: startsWith('\x28\xb5\x2f\xfd'), reason: `this file is compressed with zstd; ${UNPACK}` },
  { test: startsWith('\xfd7zXZ\0'), reason: `this file is compressed with xz; ${UNPACK}` },
  { test: startsWith('BZh'), reason: `this file is compressed with bzip2; ${UNPACK}` },
  { test: startsWith("7z\xbc\xaf'\x1c"), reason: `this is a 7z archive; ${UNPACK}` },
  { test: (_, latin1) => latin1.slice(257, 262) === 'ustar', reason: `this is a tar archive; ${UNPACK}` },
  {
    test: startsWith('version https://git-lfs'),
    reason: 'this is only a pointer of Git LFS; fetch the file itself with git lfs pull',
  },
  {
    test: (bytes) => (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff),
    reason: 'this text is written in UTF-16; save it as UTF-8',
  },
  {
    test: (bytes, latin1) => /^\0*$/.test(latin1) && bytes.length > 0,
    reason: 'this file holds nothing but zeros; it was not written to its end',
  },
  {
    test: (_, latin1) => /^\s*(<\?xml[^>]*>\s*)?<net\s/.test(latin1),
    reason: 'this is an OpenVINO model; give the model that it was converted from, as ONNX',
  },
  {
    test: (_, latin1) => /^\s*</.test(latin1),
    reason: `this is XML or HTML, no network; ${ONNX_ADVICE} instead`,
  },
  { test: startsWith('7767517'), reason: `this is an ncnn file; ${ONNX_ADVICE} instead` },
  {
    test: (_, latin1) => /^\s*(#[^\n]*\n\s*)*(name\s*:|layers?\s*\{|input\s*:)/.test(latin1),
    reason: `this is a Caffe prototxt; ${ONNX_ADVICE} instead`,
  },
];

/** Why a file that starts with these bytes cannot be loaded, if it is known to be of another format. */
export function refusal(head: Uint8Array): string | undefined {
  const text = latin1(head);
  return REFUSALS.find(({ test }) => test(head, text))?.reason;
}

/** Kinds of ZIP archives, by the names of the files in them. The first that fits counts. */
const ARCHIVES: readonly { readonly names: RegExp; readonly reason: string }[] = [
  {
    names: /archive_format|serialized_exported_program\.json/,
    reason: `this is a program of torch.export (.pt2); ${PYTORCH_ADVICE}`,
  },
  { names: /data\.pkl/, reason: `this is a PyTorch archive (.pt, .pth or TorchScript); ${PYTORCH_ADVICE}` },
  {
    names: /\b(metadata|config)\.json|\.weights\.h5/,
    reason: `this is a .keras archive; ${KERAS_ADVICE}`,
  },
  {
    names: /com\.apple\.CoreML/,
    reason: `this is a Core ML package; ${ONNX_ADVICE} from where it comes from`,
  },
  { names: /saved_model\.pb/, reason: `this is a packed TensorFlow SavedModel; ${TENSORFLOW_ADVICE}` },
  { names: /\.npy\b/, reason: 'these are NumPy arrays, no network' },
  { names: /\.onnx\b/, reason: 'this is a ZIP archive; unpack it and give the .onnx file in it' },
];

/** Why a ZIP archive with files of these names, one a line, cannot be loaded. */
export function archiveRefusal(names: string): string {
  const known = ARCHIVES.find((archive) => archive.names.test(names));
  return known?.reason ?? `this is a ZIP archive; unpack it, or for a .keras file ${KERAS_ADVICE}`;
}

/** What models of other tools are in a directory of their own, by a file in it. */
const DIRECTORIES: ReadonlyMap<string, string> = new Map([
  ['saved_model.pb', `this is a TensorFlow SavedModel; ${TENSORFLOW_ADVICE}`],
  ['Manifest.json', `this is a Core ML package; ${ONNX_ADVICE} from where it comes from`],
  [
    'config.json',
    `this is a directory, of Hugging Face maybe; ${ONNX_ADVICE} (optimum-cli export onnx), and give its file`,
  ],
]);

/** Why a directory with these files in it cannot be loaded. */
export function directoryRefusal(names: readonly string[]): string {
  const known = [...DIRECTORIES].find(([name]) => names.includes(name));
  return known?.[1] ?? 'this is a directory; give a model file in it';
}

/** Wire types of protobuf. */
const VARINT = 0;
const BYTES = 2;

/** Kinds of protobuf that are not ONNX, by their outermost fields: field and wire type. The first that fits counts. */
const PROTOBUFS: readonly {
  readonly test: (fields: ReadonlyMap<number, number>) => boolean;
  readonly reason: string;
}[] = [
  {
    test: (fields) => fields.get(1) === VARINT && fields.get(2) === VARINT,
    reason: 'this is a tensor of ONNX, no model; give the .onnx file that it belongs to',
  },
  {
    test: (fields) => fields.get(1) === VARINT && [...fields.keys()].some((field) => field >= 200),
    reason: `this is a Core ML model; ${ONNX_ADVICE} from where it comes from`,
  },
  {
    test: (fields) => fields.get(1) === VARINT && fields.get(2) === BYTES && fields.size === 2,
    reason: `this is a TensorFlow SavedModel; ${TENSORFLOW_ADVICE}`,
  },
  {
    test: (fields) => fields.get(1) === BYTES && fields.has(100),
    reason: `this is a Caffe model; ${ONNX_ADVICE} instead`,
  },
  {
    test: (fields) => fields.get(1) === BYTES && [...fields.keys()].every((field) => field <= 5),
    reason: `this is a TensorFlow graph (or another protobuf); ${TENSORFLOW_ADVICE}`,
  },
];

/** Why a protobuf with these outermost fields is no ONNX model, if it is known to be of another kind. */
export function protobufRefusal(fields: ReadonlyMap<number, number>): string | undefined {
  return PROTOBUFS.find(({ test }) => test(fields))?.reason;
}

/** Kinds of JSON that are not of Keras, by a key of theirs. */
const JSON_KINDS: ReadonlyMap<string, string> = new Map([
  ['arg_nodes', `this is a graph of MXNet or TVM; ${ONNX_ADVICE} instead`],
  ['graph_module', `this is a program of torch.export; ${PYTORCH_ADVICE}`],
  [
    'model_type',
    `this is a configuration of Hugging Face, without layers; ${ONNX_ADVICE} (optimum-cli export onnx)`,
  ],
  [
    'architectures',
    `this is a configuration of Hugging Face, without layers; ${ONNX_ADVICE} (optimum-cli export onnx)`,
  ],
  ['irVersion', 'this is ONNX as JSON; give the .onnx file itself'],
  ['weight_map', `this is an index of weights; ${ONNX_ADVICE} (optimum-cli export onnx)`],
]);

/** Why JSON with these keys is no network, if it is known to be of another kind. */
export function jsonRefusal(keys: readonly string[]): string | undefined {
  const known = keys.find((key) => JSON_KINDS.has(key));
  return known === undefined ? undefined : JSON_KINDS.get(known);
}
