import { ClsaCimError } from '../../errors.ts';
import type { Feeds } from '../../execute/machine.ts';
import type { Plan } from '../../execute/plan.ts';
import { type Expected, expectedInOrder } from '../../verify/expected.ts';
import type { Judge } from '../../verify/verification.ts';
import { hasOnnxRuntime, openOnnxRuntime } from '../onnx-runtime.ts';
import type { ExecutableModel } from './executable-model.ts';

/** Who says what should be computed, and why it is not ONNX Runtime where nobody asked for somebody else. */
export interface ChosenJudge {
  readonly judge: Judge;
  readonly because?: string;
}

/** Says what should be computed. */
export interface OpenJudge {
  /** Of some inferences. */
  expected(feeds: readonly Feeds[]): Promise<Expected>;
  close(): Promise<void>;
}

/**
 * ONNX Runtime where it is there, and where the file says all that it needs; or who was asked for.
 *
 * @throws ClsaCimError of kind `usage` where ONNX Runtime was asked for and cannot say it.
 */
export function chooseJudge(model: ExecutableModel, asked: Judge | undefined): ChosenJudge {
  if (asked === 'layers') return { judge: 'layers' };
  const { isWhole } = model;
  if (isWhole && hasOnnxRuntime()) return { judge: 'runtime' };
  const because = isWhole
    ? 'the package onnxruntime-web is not installed'
    : 'it would need the weights that are made up';
  if (asked === undefined) return { judge: 'layers', because };
  throw new ClsaCimError(
    `ONNX Runtime cannot be asked: ${because}; ${isWhole ? 'beside clsa-cim run: npm install onnxruntime-web, or' : ''} let layers be the judge (against)`,
    'usage',
  );
}

/** Opens the one that was chosen. */
export async function openJudge(
  judge: Judge,
  { files, program }: ExecutableModel,
  plan: Plan,
): Promise<OpenJudge> {
  if (judge === 'layers') {
    return { expected: async (feeds) => expectedInOrder(plan, feeds), close: async () => undefined };
  }
  return openOnnxRuntime(
    files,
    program,
    plan.tensors.map(({ name }) => name),
  );
}
