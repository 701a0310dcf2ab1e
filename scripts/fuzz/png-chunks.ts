import { crc32, deflateSync, inflateSync } from 'node:zlib';
import type { Random } from './random.ts';
import { rawBytes } from './raw-bytes.ts';
import type { Format } from './target.ts';

/** A chunk of a PNG file; of pixels the content is that before they are packed. */
interface Chunk {
  readonly type: string;
  readonly content: Uint8Array;
}

const SIGNATURE = 8;
/** Bytes of a chunk apart from its content. */
const FRAME = 12;

/** PNG files as chunks, whose lengths and checksums are right again after an edit, and whose pixels can be unpacked. */
export const pngChunks: Format<readonly Chunk[]> = {
  parse(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const chunks: Chunk[] = [];
    if (bytes[1] !== 0x50) throw new Error('this is no PNG file');
    for (let at = SIGNATURE; at + FRAME <= bytes.length; ) {
      const length = view.getUint32(at);
      const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1');
      const content = bytes.subarray(at + 8, at + 8 + length);
      chunks.push({ type, content: type === 'IDAT' ? inflateSync(content) : content });
      at += FRAME + length;
    }
    return chunks;
  },
  write: (chunks) => {
    const parts = chunks.map(({ type, content }) =>
      written(type, type === 'IDAT' ? deflateSync(content) : content),
    );
    return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...parts]);
  },
  edit(chunks, donor, random) {
    if (chunks.length === 0) return donor;
    const at = random.below(chunks.length);
    switch (random.below(5)) {
      case 0:
        return chunks.toSpliced(at, 1);
      case 1:
        return chunks.toSpliced(at, 0, random.pick(donor));
      default:
        return chunks.with(at, edited(chunks[at]!, random.pick(donor), random));
    }
  },
  without: (chunks, first, count) => (first < chunks.length ? chunks.toSpliced(first, count) : undefined),
};

function edited({ type, content }: Chunk, donor: Chunk, random: Random): Chunk {
  return { type, content: rawBytes.edit(content, donor.content, random) };
}

function written(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const chunk = Buffer.alloc(FRAME + content.length);
  chunk.writeUInt32BE(content.length);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), 8 + content.length);
  return chunk;
}
