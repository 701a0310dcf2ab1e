/** A kind of file that cannot be loaded: how it starts, and what the user can do. */
interface Refusal {
  readonly test: (bytes: Uint8Array, latin1: string) => boolean;
  readonly reason: string;
}

const KERAS_ADVICE = 'export the architecture as JSON with model.to_json()';
const ONNX_ADVICE = 'export the model to ONNX';

function startsWith(prefix: string): Refusal['test'] {
  return (_, latin1) => latin1.startsWith(prefix);
}

/** Files that are known not to be one of ours. The first that fits counts. */
const REFUSALS: readonly Refusal[] = [
  {
    test: startsWith('\x89HDF\r\n\x1a\n'),
    reason: `this is an HDF5 file (Keras .h5); ${KERAS_ADVICE}`,
  },
  {
    test: (_, latin1) => latin1.startsWith('PK\x03\x04') && /metadata\.json|config\.json/.test(latin1),
    reason: `this is a .keras archive; ${KERAS_ADVICE}`,
  },
  {
    test: (_, latin1) => latin1.startsWith('PK\x03\x04') && /\/(data\.pkl|byteorder|version)/.test(latin1),
    reason: `this is a PyTorch archive; ${ONNX_ADVICE} with torch.onnx.export()`,
  },
  {
    test: startsWith('PK'),
    reason: `this is a ZIP archive; unpack it, or for a .keras file ${KERAS_ADVICE}`,
  },
  {
    test: (bytes) => bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5,
    reason: `this is a Python pickle (an old PyTorch file?); ${ONNX_ADVICE} with torch.onnx.export()`,
  },
  {
    test: (_, latin1) => latin1.slice(4, 8) === 'TFL3',
    reason: `this is a TFLite file; ${ONNX_ADVICE} instead`,
  },
  { test: startsWith('GGUF'), reason: `this is a GGUF file; ${ONNX_ADVICE} instead` },
  { test: startsWith('\x93NUMPY'), reason: 'this is a NumPy array, no network' },
  { test: startsWith('\x1f\x8b'), reason: 'this file is compressed with gzip; unpack it first' },
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
    test: (_, latin1) => /^\s*</.test(latin1),
    reason: `this is XML or HTML, no network; ${ONNX_ADVICE} instead`,
  },
  {
    test: (_, latin1) => /^\s*(#[^\n]*\n\s*)*(name\s*:|layers?\s*\{|input\s*:)/.test(latin1),
    reason: `this is a Caffe prototxt; ${ONNX_ADVICE} instead`,
  },
];

/** Why a file that starts with these bytes cannot be loaded, if it is known to be of another format. */
export function refusal(head: Uint8Array): string | undefined {
  const latin1 = Buffer.from(head).toString('latin1');
  return REFUSALS.find(({ test }) => test(head, latin1))?.reason;
}
