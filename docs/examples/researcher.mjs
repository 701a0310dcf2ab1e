// A compiler researcher asks: is my duplication policy better than the paper's?
// node docs/examples/researcher.mjs
import { loadModel, readArchitecture, schedule, validateSchedule } from 'clsa-cim';

/** A copy for the layer that is slowest per PE of a copy, as long as there are PEs: cheap copies first. */
function cheapFirst(layers, extraPes) {
  const copies = layers.map(() => 1);
  let left = extraPes;
  while (true) {
    const gain = ({ mvms, pesPerCopy }, i) =>
      pesPerCopy <= left && copies[i] < mvms ? mvms / copies[i] / pesPerCopy : 0;
    const gains = layers.map(gain);
    const best = gains.indexOf(Math.max(...gains));
    if (gains[best] === 0) return copies;
    copies[best]++;
    left -= layers[best].pesPerCopy;
  }
}

const chip = readArchitecture('paper');
for (const model of ['tinyyolov3', 'vgg16', 'resnet50']) {
  const network = loadModel(model);
  const speedups = ['none', 'greedy', cheapFirst].map((duplication) => {
    const options = { extraPes: 32, granularity: 'row', duplication, keepSets: true };
    const { cycles, sets, speedup } = schedule(network, chip, options);
    validateSchedule(network, sets, cycles); // by brute force, without the engine
    return `${speedup.toFixed(2)}x`;
  });
  console.log(
    `${model}: ${speedups[0]} without copies, ${speedups[1]} greedy, ${speedups[2]} cheapest first`,
  );
}
