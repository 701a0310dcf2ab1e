import { describe, expect, test } from 'vitest';
import { readArchitecture } from '../../src/node/architecture.ts';
import { explain } from '../../src/simulate/explain/explain.ts';
import { simulate } from '../../src/simulate/index.ts';
import { zooNetwork } from '../../src/zoo/index.ts';

const network = zooNetwork('mobilenetv2');
const isaac = readArchitecture('isaac');

/** Shares that were reported: some, never fewer than before, within 0 and 1. */
function expectProgress(shares: readonly number[]): void {
  expect(shares.length).toBeGreaterThan(3);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares[0]).toBeGreaterThanOrEqual(0);
  expect(shares.at(-1)).toBeLessThanOrEqual(1);
}

describe('whoever asks is told how far the work is', () => {
  test('of a simulation, which stays the same', () => {
    const shares: number[] = [];
    const options = { batch: 2 };
    const result = simulate(network, isaac, { ...options, onProgress: (share) => shares.push(share) });
    expectProgress(shares);
    expect(result).toEqual(simulate(network, isaac, options));
  });

  test('of an explanation, which stays the same', () => {
    const shares: number[] = [];
    const result = explain(network, isaac, { onProgress: (share) => shares.push(share) });
    expectProgress(shares);
    expect(result).toEqual(explain(network, isaac));
  });

  test('and may end it', () => {
    const onProgress = () => {
      throw new Error('enough');
    };
    expect(() => simulate(network, isaac, { onProgress })).toThrow('enough');
    expect(simulate(network, isaac).cycles).toBeGreaterThan(0);
  });
});
