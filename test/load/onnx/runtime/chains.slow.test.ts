import { expect, test } from 'vitest';
import type { NodeSpec, TensorSpec } from '../onnx-writer.ts';
import { type OperatorCase, withBases } from './case.ts';
import { type Link, type Pick, stepMakers } from './chain-steps.ts';
import { compare } from './compare.ts';
import { dimsOf } from './our-reads.ts';
import { random } from './random.ts';

/** How many chains there are; more with `CLSA_CIM_CHAINS`. */
const CHAINS = Number(process.env.CLSA_CIM_CHAINS ?? 300);

const OPSET = 19;

/** Maps that are larger take long, and show nothing more. */
const MAX_SIZE = 14;

/** A chain of two to five random steps behind a map, the same for the same seed. */
function chain(seed: number): OperatorCase {
  const next = random(seed);
  const pick: Pick = (...choices) => choices[Math.floor(next() * choices.length)]!;
  const inputs = { x: [1, 4, pick(5, 6), pick(6, 7)] };
  const length = pick(2, 3, 4, 5);
  const links: Link[] = [{ name: 'x', dims: inputs.x }];
  let nodes: readonly NodeSpec[] = [];
  let initializers: Readonly<Record<string, TensorSpec>> = {};
  let coarse: string | undefined;
  for (let tries = 0; links.length <= length && tries < 50; tries++) {
    const out = `y${links.length}`;
    const step = pick(...stepMakers)(links.at(-1)!, out, pick, links.slice(0, -1));
    if (step === undefined) continue;
    const model = {
      inputs,
      nodes: [...nodes, ...step.nodes],
      initializers: { ...initializers, ...step.initializers },
      outputs: [out],
      opset: OPSET,
    };
    const dims = possibleDims(model);
    if (dims === undefined || dims.some((size, axis) => axis > 1 && size > MAX_SIZE)) continue;
    ({ nodes, initializers } = model);
    coarse ??= step.coarse;
    links.push({ name: out, dims });
  }
  const model = { inputs, nodes, initializers, outputs: [links.at(-1)!.name], opset: OPSET };
  const steps = nodes.map(({ op, attributes, inputs: read }) => {
    const constants = read.flatMap((name) => [
      ...(initializers[name]?.ints ?? initializers[name]?.floats ?? []),
    ]);
    return `${op} ${JSON.stringify(attributes)} ${constants.join(' ')}`;
  });
  const name = `seed ${seed}: [${inputs.x.join(', ')}], ${steps.join(' -> ')}`;
  return coarse === undefined ? { name, model } : { name, model, coarse };
}

/** The shape of a model's output, or undefined where a map has become too small for a window. */
function possibleDims(model: OperatorCase['model']): readonly number[] | undefined {
  try {
    return dimsOf(withBases({ name: '', model }));
  } catch {
    return undefined;
  }
}

/** What is wrong with a chain, one sentence for each kind. */
async function faultsOf(tested: OperatorCase): Promise<{ faults: string[]; isCoarse: boolean }> {
  const found = await compare(tested).catch((error: unknown) => String(error));
  if (typeof found === 'string') return { faults: [`ERROR ${found} (${tested.name})`], isCoarse: false };
  const { shapes, missing, tooMany } = found;
  const isCoarse = tooMany.length > 0 && tested.coarse !== undefined;
  const kinds = { SHAPE: shapes, MISSING: missing, 'TOO MANY': isCoarse ? [] : tooMany };
  const faults = Object.entries(kinds).flatMap(([kind, sentences]) =>
    sentences.length > 0 ? [`${kind} ${sentences.length}, e.g. ${sentences[0]} (${tested.name})`] : [],
  );
  return { faults, isCoarse };
}

test(
  `${CHAINS} random chains of operators read what ONNX Runtime reads`,
  async () => {
    const faults: string[] = [];
    let exact = 0;
    let coarse = 0;
    for (let seed = 1; seed <= CHAINS; seed++) {
      const result = await faultsOf(chain(seed));
      faults.push(...result.faults);
      if (result.isCoarse) coarse += 1;
      else if (result.faults.length === 0) exact += 1;
    }
    const count = (kind: string) => faults.filter((fault) => fault.startsWith(kind)).length;
    console.log(
      `${exact} of ${CHAINS} chains exact, ${coarse} read too much as their steps say, ` +
        `${count('TOO MANY')} others read too much, ${count('MISSING')} too little, ` +
        `${count('SHAPE')} have other shapes, ${count('ERROR')} fail`,
    );
    expect(faults).toEqual([]);
    expect(exact).toBeGreaterThan(CHAINS / 2);
  },
  120_000 + CHAINS * 1000,
);
