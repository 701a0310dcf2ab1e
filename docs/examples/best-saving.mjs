// A policy for --duplication: a copy for the layer whose next copy saves most cycles per PE, as long as there are PEs.

/** Copies of every layer; one more copy of a layer takes `pesPerCopy` PEs. */
export function bestSaving(layers, extraPes) {
  const copies = layers.map(() => 1);
  const saving = (i) => {
    const { mvms, pesPerCopy } = layers[i];
    return (mvms / copies[i] - mvms / (copies[i] + 1)) / pesPerCopy;
  };
  for (let left = extraPes; ; ) {
    const fitting = [...layers.keys()].filter(
      (i) => layers[i].pesPerCopy <= left && copies[i] < layers[i].mvms,
    );
    if (fitting.length === 0) return copies;
    const best = fitting.reduce((one, other) => (saving(other) > saving(one) ? other : one));
    copies[best]++;
    left -= layers[best].pesPerCopy;
  }
}
