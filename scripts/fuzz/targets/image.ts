import { encode as encodePng } from 'fast-png';
import { encode as encodeJpeg } from 'jpeg-js';
import { imageDecoder } from '../../../src/node/images/decode.ts';
import { fitted } from '../../../src/node/images/fit.ts';
import { formatOfValues } from '../../../src/node/images/image-format.ts';
import { fileTarget } from '../file-target.ts';
import { pngChunks } from '../png-chunks.ts';
import type { Sample } from '../target.ts';

const decoders = { png: await imageDecoder('png'), jpeg: await imageDecoder('jpeg') };

/** Images, decoded by what their content says they are, and made as large as an input. */
export const image = fileTarget({
  name: 'image',
  suffix: '.png',
  formats: [pngChunks],
  corpus: () => [
    png('grey', 1, 8),
    png('grey with alpha', 2, 8),
    png('colours', 3, 8),
    png('colours with alpha', 4, 8),
    png('16 bits', 3, 16),
    { name: 'JPEG', bytes: encodeJpeg({ width: 24, height: 17, data: levels(24 * 17 * 4) }, 70).data },
    {
      name: 'grey JPEG',
      bytes: encodeJpeg({ width: 9, height: 9, data: new Uint8Array(324).fill(77) }, 90).data,
    },
  ],
  run(bytes) {
    const format = formatOfValues(bytes);
    const decoded = decoders[format === 'jpeg' ? 'jpeg' : 'png'](bytes);
    const { width, height, channels, pixels } = decoded;
    if (pixels.length !== width * height * channels) throw new Error(`has ${pixels.length} values`);
    const small = fitted(decoded, 8, 8, 'centre');
    if (small.pixels.length !== 64 * channels)
      throw new Error(`has ${small.pixels.length} values when it is small`);
  },
});

function png(name: string, channels: number, depth: 8 | 16): Sample {
  const count = 13 * 11 * channels;
  const data = depth === 8 ? levels(count) : Uint16Array.from(levels(count), (level) => level * 257);
  return { name, bytes: encodePng({ width: 13, height: 11, channels, depth, data }) };
}

function levels(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (i * 7919) % 256);
}
