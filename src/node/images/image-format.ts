/** First bytes of files, as text of one character a byte, where they lie, and what the file is. */
const SIGNATURES: readonly (readonly [string, number, string])[] = [
  ['\x89PNG\r\n\x1a\n', 0, 'png'],
  ['\xff\xd8\xff', 0, 'jpeg'],
  ['\x93NUMPY', 0, 'npy'],
  ['GIF8', 0, 'a GIF image'],
  ['WEBP', 8, 'a WebP image'],
  ['BM', 0, 'a BMP image'],
  ['II*\0', 0, 'a TIFF image'],
  ['MM\0*', 0, 'a TIFF image'],
  ['ftypavif', 4, 'an AVIF image'],
  ['ftyphei', 4, 'a HEIF image'],
  ['PK\x03\x04', 0, 'an archive (.npz perhaps)'],
];

/** So many bytes of a file tell what it is. */
export const SIGNATURE_BYTES = 16;

/** What the values of an input lie in, told by the first bytes of a file: `png`, `jpeg`, `npy`; another kind in words; undefined for none that is known. */
export function formatOfValues(head: Uint8Array): string | undefined {
  const text = String.fromCharCode(...head.subarray(0, SIGNATURE_BYTES));
  return SIGNATURES.find(([signature, at]) => text.startsWith(signature, at))?.[2];
}
