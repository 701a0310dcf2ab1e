// An architect asks: how fast is this network on my chip, where is the bottleneck, and what would 32 more PEs buy?
// node docs/examples/architect.mjs [MODEL [ARCHITECTURE]]
import { explain, loadModel, readArchitecture, simulate } from 'clsa-cim';

const [model = 'tinyyolov4', file = 'docs/examples/mesh.yaml'] = process.argv.slice(2);
const network = loadModel(model);
const chip = readArchitecture(file);

/** Milliseconds with so many PEs beyond those that one copy of all weights takes. */
const milliseconds = (extraPes) => {
  const { latencyNs } = simulate(network, chip, { extraPes, granularity: 'row' });
  return (latencyNs / 1e6).toFixed(2);
};
console.log(
  `${network.name} on ${chip.name}: ${milliseconds(0)} ms, ${milliseconds(32)} ms with 32 more PEs`,
);

const { bottleneck, limits, growFirst } = explain(network, chip, { extraPes: 32, granularity: 'row' });
console.log(`the layer with the most to compute is ${bottleneck.layer}, on ${bottleneck.copies} copies`);
for (const { name, share } of limits.slice(0, 2)) {
  console.log(`without the limit of ${name} it would take ${(share * 100).toFixed(1)} % less`);
}
if (growFirst !== undefined) console.log(`grow first: ${growFirst.name}, ${growFirst.change}`);
