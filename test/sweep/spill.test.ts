import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { loadModel, readArchitecture, simulate } from '../../src/index.ts';
import { type SweepResult, type SweepSpec, sweep } from '../../src/sweep/index.ts';

const example = (name: string) => fileURLToPath(new URL(`../../docs/examples/${name}`, import.meta.url));
const NET = example('three-layers.cfg');
const MESH = example('mesh.yaml');
const folder = mkdtempSync(join(tmpdir(), 'clsa-cim-sweep-spill-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function resultsOf(spec: SweepSpec, out: string): Promise<SweepResult[]> {
  const results: SweepResult[] = [];
  for await (const result of sweep(spec, { workers: 1, out })) results.push(result);
  return results.toSorted((a, b) => a.index - b.index);
}

const tableOf = (out: string) =>
  readFileSync(join(out, 'results.csv'), 'utf8')
    .split('\n')
    .map((line) => line.split(','));

describe('points whose values spill', () => {
  test('have what simulate() says of it, and may be told not to', async () => {
    const out = join(folder, 'spilling');
    const sizes = [100, 600, 100_000];
    const results = await resultsOf(
      {
        models: [NET],
        architectures: [MESH],
        product: { simulated: true, 'chip.inputBufferBytes': sizes, spill: ['needed', 'never'] },
      },
      out,
    );
    const [network, mesh] = [loadModel(NET), readArchitecture(MESH)];
    expect(results).toHaveLength(6);
    for (const { parameters, results: found, error } of results) {
      const inputBufferBytes = Number(parameters['chip.inputBufferBytes']);
      const isLarge = inputBufferBytes === 100_000;
      if (parameters.spill === 'never' && !isLarge) {
        expect(error).toContain('let what finds no room spill off the chip');
        continue;
      }
      const { cycles, spill } = simulate(network, { ...mesh, chip: { ...mesh.chip, inputBufferBytes } });
      expect(spill === undefined).toBe(isLarge);
      expect(found).toMatchObject({
        cycles,
        ...(spill && { 'spill.spilledBits': spill.spilledBits, 'spill.fetchedBits': spill.fetchedBits }),
      });
    }
    const [columns] = tableOf(out);
    expect(columns).toContain('spill.fetchedBits');
  });

  test('have columns of it only where something spills', async () => {
    const out = join(folder, 'large');
    await resultsOf({ models: [NET], architectures: [MESH], product: { simulated: true } }, out);
    const [columns] = tableOf(out);
    expect(columns!.filter((name) => name.startsWith('spill') || name.startsWith('sharedBuffer'))).toEqual(
      [],
    );
  });
});
