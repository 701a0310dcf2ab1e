import { type Mutant, POISON } from './mutant.ts';

/** The machine pads a layer by one more in front, and one less behind; a schedule of it cannot tell. */
export const wrongPadding: Mutant = {
  name: 'wrong padding',
  plant: ({ network, result }) => {
    // Padding is a layer of its own.
    const index = network.layers.findIndex((layer) =>
      layer.inputs.some(({ rows }) => rows.kind === 'window' && rows.padding > 0),
    );
    const layers = network.layers.map((layer, i) =>
      i === index
        ? {
            ...layer,
            inputs: layer.inputs.map((edge) =>
              edge.rows.kind === 'window'
                ? { ...edge, rows: { ...edge.rows, padding: edge.rows.padding + 1 } }
                : edge,
            ),
          }
        : layer,
    );
    return index < 0 ? undefined : { result, machineNetwork: { ...network, layers } };
  },
  verification: new RegExp(`the output of inference \\d+ differs|${POISON.source}`),
};
