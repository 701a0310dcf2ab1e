import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Optimization } from '../../src/index.ts';
import { clsaCim } from './command-line.ts';

const NET = fileURLToPath(new URL('../../docs/examples/three-layers.cfg', import.meta.url));
const MESH = fileURLToPath(new URL('../../docs/examples/mesh.yaml', import.meta.url));
const onMesh = [NET, '--arch', MESH, '--pes', '12'];

/** What is printed on standard output, with line ends as blanks. */
async function printed(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await clsaCim('optimize', ...args);
  expect(status, stderr).toBe(0);
  return stdout.replaceAll('\n', ' ');
}

async function document(...args: string[]): Promise<Optimization> {
  const result: Optimization = JSON.parse(await printed(...args, '--json'));
  return result;
}

describe('what an optimisation leaves out', () => {
  test.each(['latency', 'throughput'])(
    '%s on a chip with tiles ignores movement, and says so',
    async (objective) => {
      const args = [...onMesh, '--objective', objective];
      expect(await printed(...args)).toContain(
        `Movement is not part of what was optimised: ${objective} is that of`,
      );
      const runs = await printed(NET, '--arch', MESH, '--objective', objective, '--budgets', '12,16');
      expect(runs).toContain('Movement is not part of what was optimised');
      expect(await document(...args)).toMatchObject({
        bestIgnoresMovement: true,
        boundIgnoresMovement: true,
      });
    },
  );

  test.each(['energy', 'edp'])('the bound of %s ignores movement, and says so', async (objective) => {
    const args = [...onMesh, '--objective', objective, '--max-evaluations', '5'];
    const text = await printed(...args);
    expect(text).toContain('The bound counts little of movement, and the best all of it');
    expect(text).not.toContain('not part of what was optimised');
    const result = await document(...args);
    expect(result).toMatchObject({ boundIgnoresMovement: true });
    expect(result).not.toHaveProperty('bestIgnoresMovement');
  });

  test('is nothing on a chip that has nothing but PEs', async () => {
    expect(await printed(NET, '--pes', '12')).not.toMatch(/[Mm]ovement/);
    const result = await document(NET, '--pes', '12');
    expect(Object.keys(result).filter((key) => key.endsWith('Movement'))).toEqual([]);
  });

  test('is in the help', async () => {
    expect((await printed('--help')).replaceAll(/\s+/g, ' ')).toMatch(
      /their bound counts little of movement, so that a gap remains/,
    );
  });
});
