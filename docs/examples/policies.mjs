/** One more copy of the first layers, as long as there are PEs: they have the largest feature maps. */
export function front(layers, extraPes) {
  let left = extraPes;
  return layers.map(({ pesPerCopy }) => {
    if (pesPerCopy > left) return 1;
    left -= pesPerCopy;
    return 2;
  });
}
