// An explorer asks: which shape of crossbar is best for these networks, and how many PEs are worth it?
// node docs/examples/explorer.mjs
import { sweep } from 'clsa-cim/sweep';

/** 2 networks on 3 shapes of crossbars of as many cells, each with 4 numbers of PEs: 24 points. */
const spec = {
  models: ['tinyyolov4', 'resnet50'],
  product: { extraPes: [0, 16, 32, 64], granularity: 'row' },
  zip: { crossbarRows: [128, 256, 512], crossbarColumns: [512, 256, 128] },
};

const best = new Map();
let points = 0;
for await (const { parameters, results, error } of sweep(spec)) {
  if (error !== undefined) throw new Error(error);
  points++;
  const { model, crossbarRows, crossbarColumns } = parameters;
  const found = { ...results, shape: `${crossbarRows} x ${crossbarColumns}` };
  const worth = ({ latencyNs, totalPes }) => latencyNs * totalPes;
  if (!best.has(model) || worth(found) < worth(best.get(model))) best.set(model, found);
}

console.log(`${points} points`);
for (const model of spec.models) {
  const { shape, totalPes, latencyNs } = best.get(model);
  console.log(
    `${model}: least time times PEs with ${shape}: ${(latencyNs / 1e6).toFixed(2)} ms on ${totalPes} PEs`,
  );
}
