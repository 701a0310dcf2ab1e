import type { Architecture } from '../../architecture/architecture.ts';
import { demandMemory } from '../../execute/execution-size.ts';
import { feedsFrom } from '../../execute/feed-source.ts';
import type { Plan } from '../../execute/plan.ts';
import { type Executed, executeTimeline, worstOfRuns } from '../../verify/execute-timeline.ts';
import { inferencesInFlight, type Timeline } from '../../verify/index.ts';
import { defaultTolerance } from '../../verify/tolerance.ts';
import { agrees, type Judge, type Verification } from '../../verify/verification.ts';
import type { ExecutableModel } from './executable-model.ts';
import { openJudge } from './judge.ts';
import type { ModelInputs } from './model-inputs.ts';
import type { InPhase } from './phases.ts';

/** A schedule or a simulated run to be executed, with what is told of it. */
export interface RunToExecute {
  readonly timeline: Timeline;
  readonly architecture: Architecture;
  readonly told: Pick<
    Verification,
    'of' | 'scheduling' | 'granularity' | 'batch' | 'cycles' | 'rounds' | 'architecture'
  >;
}

/** How it is judged. */
export interface JudgeOptions {
  readonly judge: Judge;
  /** How far a value may be off, by the largest one of its tensor; that of its types by default. */
  readonly tolerance?: number | undefined;
  /** True where only the first batch is executed, however many inputs there are. */
  readonly onlyFirst?: boolean;
}

/**
 * Executes a run, and compares it with what it should be; again and again until every input has gone through. The last batch is filled
 * up with the first inputs.
 */
export async function executeRun(
  model: ExecutableModel,
  plan: Plan,
  { timeline, told }: RunToExecute,
  inputs: ModelInputs,
  { judge, tolerance = defaultTolerance(plan), onlyFirst = false }: JudgeOptions,
  inPhase: InPhase,
): Promise<Verification> {
  const { network, program, seed } = model;
  const { batch } = told;
  const times = onlyFirst ? 1 : Math.ceil(inputs.count / batch);
  demandMemory(plan, inferencesInFlight(timeline));
  const opened = await openJudge(judge, model, plan);
  const runs: Executed[] = [];
  let seconds = 0;
  try {
    for (let i = 0; i < times; i++) {
      const feeds = feedsFrom(inputs, i * batch, batch);
      const which = times === 1 ? '' : `, ${i + 1} of ${times}`;
      const expected = await inPhase(`computing what it should be${which}`, () => opened.expected(feeds));
      const start = performance.now();
      runs.push(
        await inPhase(`executing${which}`, (onProgress) =>
          executeTimeline(timeline, plan, feeds, expected, onProgress),
        ),
      );
      seconds += (performance.now() - start) / 1000;
    }
  } finally {
    await opened.close();
  }
  const executed = worstOfRuns(runs);
  return {
    model: network.name,
    ...told,
    ...{ judge, tolerance, agrees: agrees(executed, tolerance), seed, madeUp: plan.constants.madeUp.size },
    ...executed,
    ...{ leftOut: program.leftOut, seconds, inputs: Math.min(inputs.count, times * batch), runs: times },
  };
}
