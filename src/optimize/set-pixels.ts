interface Extent {
  readonly height: number;
  readonly width: number;
}

/** Cycles that each set of an OFM holds its copy, in row-major order; those at the right and lower edge are cut. */
export function setPixels(ofm: Extent, set: Extent): Float64Array {
  const rows = Math.ceil(ofm.height / set.height);
  const columns = Math.ceil(ofm.width / set.width);
  const pixels = new Float64Array(rows * columns);
  for (let r = 0, k = 0; r < rows; r++) {
    const height = Math.min(set.height, ofm.height - r * set.height);
    for (let c = 0; c < columns; c++, k++) {
      pixels[k] = height * Math.min(set.width, ofm.width - c * set.width);
    }
  }
  return pixels;
}
