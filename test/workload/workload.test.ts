import { describe, expect, test } from 'vitest';
import { isaac } from '../../src/architecture/presets/isaac.ts';
import { paper } from '../../src/architecture/presets.ts';
import { flowPart, indexPart, workPart } from '../../src/workload/parts.ts';
import { prepare } from '../../src/workload/workload.ts';
import { zooNetwork } from '../../src/zoo/index.ts';

const network = zooNetwork('tinyyolov3');

test('a workload is what it was prepared of, at pixels where nothing is said', () => {
  const workload = prepare(network, paper);
  expect(workload).toMatchObject({ network, granularity: 'pixel' });
  expect(workload.architecture.name).toBe('paper');
  const granularity = { height: 4, width: 8 };
  expect(prepare(network, paper, { granularity }).problem.granularity).toEqual(granularity);
});

test('parts are made once, and shared with other architectures where they do not depend on these', () => {
  const workload = prepare(network, paper, { granularity: 'row' });
  const other = workload.on(isaac);
  expect(other).toMatchObject({ network, granularity: 'row' });
  expect(other.architecture.name).toBe('isaac');
  expect(other.problem).toBe(workload.problem);
  expect(workload.part(flowPart)).toBe(workload.part(flowPart));
  expect(other.part(flowPart)).toBe(workload.part(flowPart));
  expect(other.part(indexPart)).toBe(workload.part(indexPart));
  const work = workload.part(workPart);
  expect(workload.part(workPart)).toBe(work);
  expect(other.part(workPart)).not.toBe(work);
});

describe('what cannot be is refused where it comes in', () => {
  test.each([{ height: 0, width: 1 }, { height: 1, width: 1.5 }, 'rows'])(
    'a granularity of %j',
    (granularity) => {
      // @ts-expect-error: what callers without types may give.
      expect(() => prepare(network, paper, { granularity })).toThrow(
        expect.objectContaining({ kind: 'usage', code: 'INVALID_OPTION' }),
      );
    },
  );

  test('what is no network', () => {
    // @ts-expect-error: what callers without types may give.
    expect(() => prepare('tinyyolov3', paper)).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringMatching(/^network: .*loadModel/) }),
    );
  });
});
