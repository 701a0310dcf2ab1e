import { describe, expect, test } from 'vitest';
import { findingsChip } from '../../src/experiments/findings-setup.ts';
import { spillingFinding } from '../../src/experiments/spilling.ts';
import { type ClsaCimError, simulate, zooNetwork } from '../../src/index.ts';
import { markdown } from '../../src/report/markdown.ts';
import { spillingText } from '../../src/report/spilling-table.ts';
import { findZooEntry } from '../../src/zoo/index.ts';

const finding = spillingFinding([findZooEntry('resnet50')!, findZooEntry('mobilenetv2')!]);
const { settings } = finding;

/** A simulation of `wdup+32` with input buffers of so many bytes. */
function simulated(network: string, inputBufferBytes: number, spill?: boolean | 'always') {
  const chip = { ...findingsChip.chip, inputBufferBytes };
  const how = { extraPes: 32, granularity: 'row', batch: 8, spill, duplication: 'greedy' } as const;
  return simulate(zooNetwork(network), { ...findingsChip, chip }, how);
}

describe.each(settings)('$network, $setting', ({ sizes, smallest, below, freeCycles }) => {
  test('comes to its end with every size where values spill, and with none below the smallest where they do not', () => {
    for (const { withCycles } of [...sizes, smallest, ...below]) {
      expect(withCycles).toBeGreaterThanOrEqual(freeCycles);
    }
    expect(below.map(({ withoutCycles }) => withoutCycles)).toEqual(below.map(() => undefined));
    expect(smallest.withoutCycles).toBe(smallest.withCycles);
    for (const { withoutCycles, withCycles } of sizes) {
      if (withoutCycles !== undefined) expect(withCycles).toBe(withoutCycles);
    }
  });
});

test.each(['resnet50', 'mobilenetv2'])('%s is what simulate says, with and without spilling', (network) => {
  const { sizes, smallest } = settings.find((one) => one.network === network && one.setting === 'wdup+32')!;
  for (const { inputBufferBytes, withCycles } of sizes) {
    const { cycles, spill } = simulated(network, inputBufferBytes);
    expect(cycles).toBe(withCycles);
    expect(spill !== undefined).toBe(inputBufferBytes < smallest.inputBufferBytes);
  }
  expect(simulated(network, smallest.inputBufferBytes, false).cycles).toBe(smallest.withoutCycles);
  expect(() => simulated(network, smallest.inputBufferBytes - 1, false)).toThrow(
    expect.objectContaining<Partial<ClsaCimError>>({ code: 'DEADLOCK' }),
  );
});

test('ResNet50 is faster where its shortcuts spill than where they wait for room', () => {
  const { sizes, freeCycles } = settings.find(({ network }) => network === 'resnet50')!;
  const slowdown = (kibibytes: number) =>
    sizes.find(({ inputBufferBytes }) => inputBufferBytes === kibibytes * 1024)!.withCycles! / freeCycles;
  expect(slowdown(48)).toBeLessThan(1.2);
  expect(slowdown(64)).toBeGreaterThan(5);
  expect(simulated('resnet50', 49 * 1024).cycles / freeCycles).toBeGreaterThan(5);
  expect(simulated('resnet50', 49 * 1024, 'always').cycles / freeCycles).toBeLessThan(1.1);
});

test('prints tables that fit a terminal', () => {
  const text = markdown(spillingText(finding));
  expect(text.match(/^\| resnet50 +\| wdup\+32 /gm)).toHaveLength(3);
  expect(text).toMatch(/^\| resnet50 +\| all PEs .*\| halts /m);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});
