import { readNpy } from '../../../src/node/npy.ts';
import { fileTarget } from '../file-target.ts';
import type { Sample } from '../target.ts';

/** Arrays of NumPy. */
export const npy = fileTarget({
  name: 'npy',
  suffix: '.npy',
  formats: [],
  corpus: () => [
    array('<f4', '(2, 3)', 24),
    array('>f8', '(4,)', 32),
    array('|u1', '(1, 3, 4, 4)', 48),
    array('<i8', '()', 8),
    array('|b1', '(0, 2)', 0),
    array('<f4', '(2,)', 8, 2),
  ],
  run(bytes) {
    const { shape, values } = readNpy(bytes);
    const count = shape.reduce((product, size) => product * size, 1);
    if (count !== values.length) throw new Error(`has ${values.length} values of shape ${shape}`);
  },
});

function array(type: string, shape: string, bytes: number, version = 1): Sample {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(100);
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUInt16LE(header.length);
  const parts = [
    Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0]),
    length,
    Buffer.from(header, 'latin1'),
  ];
  return {
    name: `${type} ${shape}`,
    bytes: new Uint8Array(Buffer.concat([...parts, Buffer.alloc(bytes, 1)])),
  };
}
