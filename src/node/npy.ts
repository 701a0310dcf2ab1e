import { ClsaCimError } from '../errors.ts';
import { float16 } from '../load/onnx/tensor-data.ts';

/** An array from a .npy file, in row-major order. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Element types by their codes: bytes of an element, and how one is read; `isLittle` as `DataView` has it. */
const readers: Readonly<
  Record<string, readonly [number, (view: DataView, at: number, isLittle: boolean) => number]>
> = {
  f2: [2, (view, at, isLittle) => float16(view.getUint16(at, isLittle))],
  f4: [4, (view, at, isLittle) => view.getFloat32(at, isLittle)],
  f8: [8, (view, at, isLittle) => view.getFloat64(at, isLittle)],
  i1: [1, (view, at) => view.getInt8(at)],
  i2: [2, (view, at, isLittle) => view.getInt16(at, isLittle)],
  i4: [4, (view, at, isLittle) => view.getInt32(at, isLittle)],
  i8: [8, (view, at, isLittle) => Number(view.getBigInt64(at, isLittle))],
  u1: [1, (view, at) => view.getUint8(at)],
  u2: [2, (view, at, isLittle) => view.getUint16(at, isLittle)],
  u4: [4, (view, at, isLittle) => view.getUint32(at, isLittle)],
  u8: [8, (view, at, isLittle) => Number(view.getBigUint64(at, isLittle))],
  b1: [1, (view, at) => (view.getUint8(at) === 0 ? 0 : 1)],
};

/**
 * Reads a .npy file (NumPy's NEP 1, versions 1 to 3) of numbers, as `numpy.save` writes it.
 *
 * @throws ClsaCimError that says what is wrong with it.
 */
export function readNpy(bytes: Uint8Array): NpyArray {
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new ClsaCimError('this is no .npy file; write one with numpy.save');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isOld = bytes[6] === 1;
  const length = isOld ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = (isOld ? 10 : 12) + length;
  if (start > bytes.length) throw new ClsaCimError('the .npy file ends within its header');
  const header = new TextDecoder('latin1').decode(bytes.subarray(isOld ? 10 : 12, start));
  const [, order, type] = /'descr'\s*:\s*'([<>|=]?)([a-z]\d+)'/.exec(header) ?? [];
  const reader = type === undefined || !Object.hasOwn(readers, type) ? undefined : readers[type];
  if (reader === undefined) {
    throw new ClsaCimError(
      `the .npy file has elements of type ${type ?? 'unknown'}; write floats or integers, such as float32`,
    );
  }
  if (!/'fortran_order'\s*:\s*False/.test(header)) {
    throw new ClsaCimError(
      'the .npy file has its values column by column; write numpy.ascontiguousarray of it',
    );
  }
  const shape = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (shape === undefined) throw new ClsaCimError('the .npy file does not say its shape');
  const dims = shape.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  const count = dims.reduce((product, size) => product * size, 1);
  const [size, read] = reader;
  if (!Number.isSafeInteger(count) || bytes.length - start !== count * size) {
    throw new ClsaCimError(
      `the .npy file has ${bytes.length - start} bytes of values, and its shape needs ${count * size}`,
    );
  }
  const values = Float64Array.from({ length: count }, (_, i) => read(view, start + i * size, order !== '>'));
  return { shape: dims, values };
}
