import type { Executed } from './execute-timeline.ts';

/** Who says what should be computed. */
export const JUDGES = {
  runtime: 'ONNX Runtime',
  layers: 'the same program executed layer by layer',
} as const;

/** A name of one of them. */
export type Judge = keyof typeof JUDGES;

/** A schedule or a simulated run that was executed, and how far what it computes is from what it should be. */
export interface Verification extends Executed {
  /** Name of the network. */
  readonly model: string;
  /** Name of the chip. */
  readonly architecture: string;
  /** What was executed. */
  readonly of: 'schedule' | 'simulation';
  /** In which order layers run. */
  readonly scheduling: 'xinf' | 'lbl';
  /** How large sets are: `pixel`, `row`, or as `4x4`. */
  readonly granularity: string;
  /** Inferences. */
  readonly batch: number;
  /** Cycles of the schedule, clock cycles of the simulated run. */
  readonly cycles: number;
  /** Rounds in which weights take turns, where they do. */
  readonly rounds?: number;
  /** Who says what should be computed. */
  readonly judge: Judge;
  /** Largest deviation by the largest value that is allowed. */
  readonly tolerance: number;
  /** True where nothing deviates more. */
  readonly agrees: boolean;
  /** Seed of random inputs and of values that the file does not have. */
  readonly seed: number;
  /** Tensors of the file whose values were made up. */
  readonly madeUp: number;
  /** Nodes of the file that were left out, in words. */
  readonly leftOut: readonly string[];
  /** Inputs that went through it. */
  readonly inputs: number;
  /** How often it was executed, each time with other inputs. */
  readonly runs: number;
  /** Seconds that executing it took, without scheduling it and without the judge. */
  readonly seconds: number;
}

/** True where nothing deviates more than is allowed. */
export function agrees(
  { outputs, tensors }: Pick<Executed, 'outputs' | 'tensors'>,
  tolerance: number,
): boolean {
  return [...outputs, ...tensors].every(
    ({ relativeDeviation, strange }) => relativeDeviation <= tolerance && strange === 0,
  );
}
