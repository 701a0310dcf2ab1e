import { describe, expect, test } from 'vitest';
import { judge } from '../../scripts/fuzz/judge.ts';
import { program } from '../../scripts/fuzz/targets/program.ts';
import { model } from '../load/onnx/onnx-writer.ts';
import { withBases } from '../load/onnx/runtime/case.ts';
import { families } from '../load/onnx/runtime/cases/index.ts';
import { random } from '../load/onnx/runtime/random.ts';
import { damagesOf } from './damages.ts';

/** Changes of each case that are tried; all of them are some 270,000. */
const TRIED = 1;

describe.each(Object.entries(families))('%s', (_, cases) => {
  test('what is changed in one place is executed, or is told to be wrong', () => {
    const next = random(11);
    for (const { name, model: spec, ...more } of cases) {
      const all = damagesOf(next() < 0.5 ? spec : withBases({ name, model: spec, ...more }));
      for (let i = 0; i < TRIED; i++) {
        const { what, model: damaged } = all[Math.floor(next() * all.length)]!;
        const judged = judge((bytes) => program.run(bytes), model(damaged));
        expect(judged, `${name}: ${what}`).toEqual(expect.any(String));
      }
    }
  });
});
